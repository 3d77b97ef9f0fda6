"""The catalogs of a subject: what they list, as context files and as modules with an estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.catalog.checks import check
from ctxtally.catalog.files import listed_folders
from ctxtally.catalog.names import catalog_kind
from ctxtally.catalog.resolve import candidates, resolve
from ctxtally.model.catalog import Observed
from ctxtally.model.measured import ContextFile
from ctxtally.model.module import Category, Module
from ctxtally.model.record import dataclass, replace
from ctxtally.survey.base import bases
from ctxtally.survey.catalog_documents import read
from ctxtally.text.globs import selected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ctxtally.model.budget import Budget
    from ctxtally.model.catalog import Catalog, Resolved
    from ctxtally.model.document import Document
    from ctxtally.model.finding import Finding
    from ctxtally.model.measured import Measured
    from ctxtally.model.tree import Entry, Tree
    from ctxtally.survey.lookup import Tracked
    from ctxtally.text.paths import Listing

MISSING = "catalog-missing-file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One catalog that could be read, with what became of each of its entries."""

    document: Document
    catalog: Catalog
    resolved: tuple[Resolved, ...]


def paths(entries: Mapping[str, Entry]) -> list[str]:
    """Return the paths of all catalogs, by their names."""
    return [path for path, one in sorted(entries.items()) if one.is_file and catalog_kind(path)]


def read_catalogs(
    tree: Tree, tracked: Tracked, named: Iterable[str], *, registries: bool
) -> tuple[list[Listed], list[Finding]]:
    """Read the catalogs at the paths `named`; one that cannot be read is a finding.

    A registry names every file of a repository; without `registries` none is looked up.
    """
    catalogs, findings = read(tree, [tracked.entries[path] for path in named])
    if not registries:
        catalogs = [(document, _without_registry(catalog)) for document, catalog in catalogs]
    tracked.gather(path for _, catalog in catalogs for path in candidates(catalog))
    listed = _listed(catalogs, tracked.listing())
    lost = [path for one in listed for path in _lost(one)]
    if lost:
        tracked.gather_folders(lost)
        listed = _listed(catalogs, tracked.listing())
    # What lies beside the listed files, so that what is not listed shows.
    tracked.gather(
        folder for one in listed for folder in listed_folders(one.catalog.path, one.resolved)
    )
    return listed, findings


def _listed(read: Iterable[tuple[Document, Catalog]], lookup: Listing) -> list[Listed]:
    return [
        Listed(
            document=document,
            catalog=catalog,
            resolved=tuple(resolve(catalog.path, catalog.entries, lookup)),
        )
        for document, catalog in read
    ]


def _lost(one: Listed) -> tuple[str, ...]:
    """Return where the modules may be that were not found: behind a folder that is a link."""
    missing = tuple(
        resolved.entry
        for resolved in one.resolved
        if resolved.state == "missing" and resolved.entry.role == "module"
    )
    return candidates(replace(one.catalog, entries=missing, anchor=None)) if missing else ()


def context_files(
    found: Sequence[ContextFile], named: Iterable[str], listed: Sequence[Listed]
) -> list[ContextFile]:
    """Return the discovered files, the catalogs, and the modules that these list, each once."""
    files = {file.path: file for file in found}
    for path in named:
        files[path] = ContextFile(path=path, kind=catalog_kind(path) or "index")
    for one in listed:
        for resolved in one.resolved:
            if resolved.state == "file" and resolved.entry.role == "module":
                module = ContextFile(path=resolved.path, kind="module")
                files.setdefault(resolved.path, module)
    return [files[path] for path in sorted(files)]


def modules(listed: Sequence[Listed]) -> Iterator[Module]:
    """Yield the modules of each catalog in its order, not yet measured."""
    for one in listed:
        for resolved in one.resolved:
            entry = resolved.entry
            if entry.role != "module" or resolved.state != "file":
                continue
            yield Module(
                name=entry.name,
                path=resolved.path,
                catalog=one.catalog.path,
                line=entry.tokens.line if entry.tokens else entry.line,
                category=entry.category,
                stated=entry.tokens.amount if entry.tokens else None,
            )


def categories(listed: Sequence[Listed], found: Sequence[Module]) -> Iterator[Category]:
    """Yield the groups of each catalog, not yet measured."""
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
                tokens=0,
                token_budget=budget.value if budget and isinstance(budget.value, int) else None,
            )


def depended_on(unreadable: Iterable[Finding], budgets: Iterable[Budget]) -> Iterator[Finding]:
    """Yield findings about catalogs, as errors where a budget needs what they say to fail."""
    needed = [one for one in budgets if one.scope in ("module", "category")]
    strict = [one for one in needed if one.level == "error" and (one.max or one.min)]
    for finding in unreadable:
        fails = any(not one.paths or selected(finding.path, one.paths) for one in strict)
        yield replace(finding, level="error") if fails else finding


def _without_registry(catalog: Catalog) -> Catalog:
    return replace(catalog, entries=catalog.modules, registry=None)


def drift(
    tree: Tree, listed: Sequence[Listed], tracked: Tracked, measured: Iterable[Measured]
) -> Iterator[Finding]:
    """Yield where catalogs disagree with the tree and with themselves.

    A file that is missing fails only the change that takes it away: what was stale before is no
    fault of this commit.
    """
    files = list(measured)
    stock = {
        resolved.path
        for one in listed
        for resolved in one.resolved
        if resolved.entry.role == "registry"
    }
    observed = Observed(
        tokens={file.path: file.tokens for file in files},
        # A plan is kept while its counts hold: no size may be told that they do not decide.
        bytes={file.path: file.bytes for file in files if file.path in stock},
    )
    yield from judged(tree, [(one, observed) for one in listed], tracked)


def judged(
    tree: Tree, listed: Sequence[tuple[Listed, Observed]], tracked: Tracked
) -> Iterator[Finding]:
    """Yield what is wrong with each catalog, given what was observed of its files."""
    lookup = tracked.listing()
    found = [
        finding
        for one, observed in listed
        for finding in check(one.catalog, one.resolved, observed, lookup)
    ]
    missing = any(one.rule == MISSING for one in found)
    gone = _taken_away(tree, [one for one, _ in listed]) if missing else set()
    for finding in found:
        if finding.rule == MISSING and (finding.path, finding.line) not in gone:
            yield replace(finding, level="warning")
        else:
            yield finding


def _taken_away(tree: Tree, listed: Sequence[Listed]) -> set[tuple[str, int | None]]:
    """Return where catalogs name a file that was there before the change; missing ones are asked.

    Whether a root anchor is missing is not asked: only then there is a finding on its line.
    """
    there = bases(tree)
    if not there:
        return set()
    missing: dict[tuple[str, int | None], tuple[str, ...]] = {}
    for one in listed:
        bare = replace(one.catalog, entries=(), anchor=None, registry=None)
        for resolved in one.resolved:
            if resolved.state == "missing":
                paths = candidates(replace(bare, entries=(resolved.entry,)))
                missing[bare.path, resolved.entry.line] = paths
        anchor = one.catalog.anchor
        if anchor:
            missing[bare.path, anchor.line] = candidates(replace(bare, anchor=anchor))
    asked = [path for paths in missing.values() for path in paths]
    known = [one.find(asked) for one in there]
    return {
        where
        for where, paths in missing.items()
        if all(any(path in before for path in paths) for before in known)
    }
