"""The catalogs of a subject: what they list, as context files and as modules with an estimate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxtally.adapters.documents import MAX_JSON_BYTES, MAX_YAML_BYTES, read_document
from ctxtally.catalog.names import catalog_kind
from ctxtally.catalog.reader import read_catalog
from ctxtally.catalog.resolve import candidates, resolve
from ctxtally.model.document import Unreadable
from ctxtally.model.finding import Finding
from ctxtally.model.measured import Category, ContextFile, Module

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ctxtally.model.catalog import Catalog, Resolved
    from ctxtally.model.measured import Measured
    from ctxtally.model.tree import Tree
    from ctxtally.survey.lookup import Tracked

# Every catalog's name ends like one of these.
SPECS = ("*.yaml", "*.yml", "*.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One catalog that could be read, with what became of each of its entries."""

    catalog: Catalog
    resolved: tuple[Resolved, ...]


def read_catalogs(tree: Tree, tracked: Tracked) -> tuple[list[Listed], list[Finding]]:
    """Read every catalog of the subject; one that cannot be read is a finding."""
    catalogs: list[Catalog] = []
    findings: list[Finding] = []
    wanted = [
        entry
        for path, entry in sorted(tracked.entries.items())
        if entry.is_file and catalog_kind(path)
    ]
    sizes = tree.sizes(wanted)
    readable = [entry for entry in wanted if (sizes[entry.path] or 0) <= _most(entry.path)]
    for entry, raw in tree.read(readable):
        document = read_document(entry.path, raw)
        found = document if isinstance(document, Unreadable) else read_catalog(document)
        if isinstance(found, Unreadable):
            findings.append(_unreadable(found))
        elif found.entries or found.groups:
            catalogs.append(found)
    findings += [
        _too_large(entry.path, sizes[entry.path] or 0) for entry in wanted if entry not in readable
    ]
    tracked.gather(path for catalog in catalogs for path in candidates(catalog))
    lookup = tracked.listing()
    return [
        Listed(catalog=one, resolved=tuple(resolve(one.path, one.entries, lookup)))
        for one in catalogs
    ], findings


def context_files(
    found: Sequence[ContextFile], listed: Sequence[Listed], tracked: Tracked
) -> list[ContextFile]:
    """Return the discovered files, the catalogs, and the modules that these list, each once."""
    files = {file.path: file for file in found}
    for path, entry in sorted(tracked.entries.items()):
        kind = catalog_kind(path)
        if kind and entry.is_file:
            files[path] = ContextFile(path=path, kind=kind)
    for one in listed:
        for resolved in one.resolved:
            if resolved.state == "file" and resolved.entry.role == "module":
                module = ContextFile(path=resolved.path, kind="module")
                files.setdefault(resolved.path, module)
    return [files[path] for path in sorted(files)]


def modules(listed: Sequence[Listed], measured: Mapping[str, Measured]) -> Iterator[Module]:
    """Yield the modules of each catalog in its order, stated beside measured."""
    for one in listed:
        for resolved in one.resolved:
            entry = resolved.entry
            if entry.role != "module" or resolved.state != "file":
                continue
            file = measured.get(resolved.path)
            yield Module(
                name=entry.name,
                path=resolved.path,
                catalog=one.catalog.path,
                line=entry.tokens.line if entry.tokens else entry.line,
                category=entry.category,
                stated=entry.tokens.amount if entry.tokens else None,
                tokens=file.tokens if file else None,
            )


def categories(listed: Sequence[Listed], found: Sequence[Module]) -> Iterator[Category]:
    """Yield the groups of each catalog with the sums over their modules."""
    for one in listed:
        for group in one.catalog.groups:
            inside = [
                module
                for module in found
                if module.catalog == one.catalog.path and module.category == group.name
            ]
            budget = group.token_budget
            yield Category(
                name=group.name,
                catalog=one.catalog.path,
                line=budget.line if budget else group.line,
                modules=len(inside),
                stated=sum(module.stated or 0 for module in inside),
                tokens=sum(module.tokens or 0 for module in inside),
                token_budget=int(budget.value) if budget else None,
            )


def _most(path: str) -> int:
    return MAX_JSON_BYTES if path.lower().endswith(".json") else MAX_YAML_BYTES


def _unreadable(why: Unreadable) -> Finding:
    return Finding(
        rule="catalog-unreadable",
        level="warning",
        path=why.path,
        line=why.line,
        message=f"column {why.column}: {why.message}",
        help="its modules are not counted until it can be read",
    )


def _too_large(path: str, size: int) -> Finding:
    return Finding(
        rule="catalog-unreadable",
        level="warning",
        path=path,
        message=f"{size:,} bytes, at most {_most(path):,} of a catalog are read",
        help="split it; its modules are not counted until it can be read",
    )
