"""Files that may be catalogs, read within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.documents import MAX_JSON_BYTES, MAX_YAML_BYTES, read_document
from ctxtally.catalog.reader import read_catalog
from ctxtally.catalog.rules import unreadable
from ctxtally.model.document import Unreadable
from ctxtally.survey.measure import not_read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.catalog import Catalog
    from ctxtally.model.document import Document
    from ctxtally.model.finding import Finding
    from ctxtally.model.tree import Entry, Tree


def read(
    tree: Tree, wanted: Sequence[Entry]
) -> tuple[list[tuple[Document, Catalog]], list[Finding]]:
    """Return the catalogs among these files, and a finding for each that is none."""
    catalogs: list[tuple[Document, Catalog]] = []
    findings: list[Finding] = []
    sizes = tree.sizes(wanted)
    readable = []
    for entry in wanted:
        size = sizes[entry.path]
        if size is None:
            findings.append(not_read(entry.path, None))
        elif size > _most(entry.path):
            message = f"{size:,} bytes, at most {_most(entry.path):,} are read"
            why = Unreadable(path=entry.path, line=1, column=1, message=message)
            findings.append(unreadable(why))
        else:
            readable.append(entry)
    for entry, raw in tree.read(readable):
        document = read_document(entry.path, raw)
        if isinstance(document, Unreadable):
            findings.append(unreadable(document))
            continue
        catalog = read_catalog(document)
        if isinstance(catalog, Unreadable):
            findings.append(unreadable(catalog))
        else:
            catalogs.append((document, catalog))
    return catalogs, findings


def _most(path: str) -> int:
    return MAX_JSON_BYTES if path.lower().endswith(".json") else MAX_YAML_BYTES
