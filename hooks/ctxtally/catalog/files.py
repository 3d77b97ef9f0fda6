"""Compares the files that a catalog lists with those that are tracked."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from typing import TYPE_CHECKING

from ctxtally.catalog.names import is_catalog
from ctxtally.catalog.resolve import resolve_anchor
from ctxtally.catalog.rules import are, cut, found, many, some

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxtally.model.catalog import Catalog, Entry, Resolved
    from ctxtally.model.finding import Finding
    from ctxtally.text.paths import Listing

# What a status says of a file that is not there yet.
_NOT_YET = frozenset(
    {
        "future",
        "missing",
        "not created",
        "not implemented",
        "not started",
        "not yet created",
        "not yet implemented",
        "planned",
        "proposed",
        "tbd",
        "to do",
        "todo",
    }
)

_WHY = {
    "empty": "which is empty",
    "nul": "which holds a NUL character",
    "unnameable": "which no file can be named",
    "absolute": "an absolute path",
    "home": "a path in somebody's home directory",
    "variable": "a variable of the shell",
    "url": "a URL",
    "drive": "a path on a drive",
    "backslash": "which is written with backslashes",
    "git": "a part of git's own directory",
    "outside": "which leads out of the repository",
    "submodule": "which is a submodule",
    "links": "a chain of more than 5 links",
}


def file_findings(
    catalog: Catalog, resolved: Sequence[Resolved], listing: Listing
) -> Iterator[Finding]:
    """Yield what does not fit between the listed modules and the tracked files."""
    anchor = resolve_anchor(catalog, listing)
    if anchor and anchor.state != "file":
        yield _missing_anchor(catalog.path, anchor.entry)
    modules = [one for one in resolved if one.entry.role == "module"]
    for one in modules:
        if one.state == "missing" and not one.entry.guessed and not _not_yet(one.entry):
            yield _missing(catalog.path, one.entry)
    for one in resolved:
        # Absolute paths in a registry are one finding of their own, in registries.py.
        if one.state == "refused" and (one.entry.role, one.reason) != ("registry", "absolute"):
            yield _refused(catalog.path, one)
    yield from _unmatched(catalog.path, modules)
    yield from _not_files(catalog.path, modules)
    yield from _unlisted(catalog.path, modules, listing)


def _not_yet(entry: Entry) -> bool:
    status = " ".join(entry.texts("status")).lower().replace("-", " ").replace("_", " ")
    return status.strip() in _NOT_YET


def _missing(path: str, entry: Entry) -> Finding:
    return found(
        "catalog-missing-file",
        path,
        entry.line,
        f"`{cut(entry.name)}` names {cut(entry.path)}, which is not tracked",
        "restore or rename the file, or take the entry out",
    )


def _missing_anchor(path: str, entry: Entry) -> Finding:
    return found(
        "catalog-missing-file",
        path,
        entry.line,
        f"root_anchor names {cut(entry.path)}, which is not tracked",
        "restore the file, or name the one that agents start from",
    )


def _refused(path: str, one: Resolved) -> Finding:
    return found(
        "catalog-refused-path",
        path,
        one.entry.line,
        f"`{cut(one.entry.name)}` names `{cut(one.entry.path)}`, {_WHY[one.reason]}:"
        " it is not read",
        "name a tracked file, relative to the top of the repository or to this file, with /",
    )


def _unmatched(path: str, modules: Sequence[Resolved]) -> Iterator[Finding]:
    lost = [one.entry for one in modules if one.state == "missing" and one.entry.guessed]
    if lost:
        yield found(
            "catalog-unmatched-name",
            path,
            lost[0].line,
            f"{many(len(lost), 'name')} cannot be matched to a tracked file:"
            f" {some([entry.path for entry in lost])}",
            "add a `path` with the folder, and the files are measured",
        )


def _not_files(path: str, modules: Sequence[Resolved]) -> Iterator[Finding]:
    others = [one for one in modules if one.state in ("directory", "pattern")]
    if others:
        yield found(
            "catalog-not-a-file",
            path,
            others[0].entry.line,
            f"{many(len(others), 'entry', 'entries')} {are(len(others))} no file, but a directory"
            f" or a pattern: {some([one.entry.path for one in others])}",
            "list the files to have them measured",
        )


def listed_folders(path: str, resolved: Iterable[Resolved]) -> dict[str, set[str]]:
    """Return the folders in which a catalog lists modules, with the extensions of those.

    The catalog's own folder is among them where modules lie anywhere below it; the top of the
    repository never is, since files of every purpose lie there.
    """
    here = posixpath.dirname(path)
    folders: dict[str, set[str]] = defaultdict(set)
    for one in resolved:
        if one.entry.role == "module" and one.state == "file":
            extension = posixpath.splitext(one.path)[1]
            folders[posixpath.dirname(one.path)].add(extension)
            if one.path.startswith(f"{here}/"):
                folders[here].add(extension)
    folders.pop("", None)
    return dict(folders)


def _unlisted(path: str, modules: Sequence[Resolved], listing: Listing) -> Iterator[Finding]:
    """Yield the files beside listed ones, of the same kinds, that the catalog does not list."""
    listed = {one.path for one in modules if one.state == "file"}
    folders = listed_folders(path, modules)
    left_out: dict[str, list[str]] = defaultdict(list)
    for one, entry in listing.entries.items():
        folder, name = posixpath.split(one)
        known = one in listed or is_catalog(one) or not entry.is_file
        if not known and posixpath.splitext(name)[1] in folders.get(folder, ()):
            left_out[folder].append(name)
    for folder, names in sorted(left_out.items()):
        yield found(
            "catalog-unlisted-file",
            path,
            None,
            f"{folder} holds {many(len(names), 'file')} that it does not list:"
            f" {some(sorted(names))}",
            "list what agents shall find, move the rest",
        )
