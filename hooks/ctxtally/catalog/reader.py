"""Turns a parsed INDEX.yaml or MANIFEST.json into a Catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.catalog.entries import listed_entries
from ctxtally.catalog.manifests import detail_entries, manifest_entries, registry
from ctxtally.catalog.statements import allowed_duplicates, anchor, claims, groups, selections
from ctxtally.model.catalog import Catalog
from ctxtally.model.document import Unreadable

if TYPE_CHECKING:
    from ctxtally.model.catalog import Entry
    from ctxtally.model.document import Document, Plain

# A real index has 263; 2,000 entries of seven lines take ruamel.yaml 1.5 s.
MAX_MODULES = 2_000

# Files of the same names that list something else: Kubernetes objects and Helm charts
# (`apiVersion`), web services, pages of a documentation builder.
_FOREIGN = frozenset({"apiVersion", "asyncapi", "landingContent", "openapi", "swagger"})


def read_catalog(document: Document) -> Catalog | Unreadable:
    """Return what a document lists and states; an empty catalog where it lists no files."""
    data = document.data
    if not isinstance(data, (dict, list)) or not _FOREIGN.isdisjoint(_keys(data)):
        return Catalog(path=document.path)
    json = document.path.lower().endswith(".json")
    found = manifest_entries(document) if json else listed_entries(document)
    modules = 0
    entries: list[Entry] = []
    for entry in found:
        modules += entry.role == "module"
        if modules > MAX_MODULES:
            message = f"more than {MAX_MODULES:,} modules"
            return Unreadable(path=document.path, line=entry.line, column=1, message=message)
        entries.append(entry)
    return Catalog(
        path=document.path,
        entries=tuple(entries),
        groups=tuple(groups(document)),
        selections=tuple(selections(document)),
        claims=tuple(claims(document, data if isinstance(data, dict) else {})),
        anchor=anchor(document),
        registry=registry(document) if json else None,
        allowed_duplicates=tuple(allowed_duplicates(document)),
    )


def read_detail(document: Document) -> tuple[Entry, ...]:
    """Return the entries of a registry that lies in a file of its own."""
    return tuple(detail_entries(document))


def _keys(data: Plain) -> list[str]:
    return list(data) if isinstance(data, dict) else []
