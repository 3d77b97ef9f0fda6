"""Finds the tracked file that each entry of a catalog means."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from ctxtally.model.catalog import Entry, Resolved
from ctxtally.text.paths import Place, Refused, is_pattern, normalised, place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ctxtally.model.catalog import Catalog
    from ctxtally.text.paths import Lookup

# Any other reason is met on the way, where a link leads: out of the repository.
_OF_THE_ENTRY = ("empty", "links", "submodule")


def candidates(catalog: Catalog) -> tuple[str, ...]:
    """Return every path that has to be looked up before anything can be resolved, once each."""
    entries = [*catalog.entries, *filter(None, (_anchor(catalog), _detail(catalog)))]
    found = {
        path: None
        for entry in entries
        for path in _places(entry, catalog.path)
        if not isinstance(path, Refused)
    }
    return tuple(found)


def resolve(catalog_path: str, entries: Iterable[Entry], lookup: Lookup) -> Iterator[Resolved]:
    """Yield what became of each entry.

    A path is tried from the top of the repository, then from the catalog's directory, then from
    the directory above that one.
    """
    for entry in entries:
        yield _resolved(entry, _places(entry, catalog_path), lookup)


def resolve_anchor(catalog: Catalog, lookup: Lookup) -> Resolved | None:
    """Return what became of the root file that an index names, `None` where it names none."""
    entry = _anchor(catalog)
    return _resolved(entry, _places(entry, catalog.path), lookup) if entry else None


def resolve_detail(catalog: Catalog, lookup: Lookup) -> Resolved | None:
    """Return what became of the file that a registry lies in, `None` where it lies in none."""
    entry = _detail(catalog)
    return _resolved(entry, _places(entry, catalog.path), lookup) if entry else None


def _anchor(catalog: Catalog) -> Entry | None:
    anchor = catalog.anchor
    if anchor is None:
        return None
    return Entry(name="root_anchor", path=anchor.path, line=anchor.line, role="module")


def _detail(catalog: Catalog) -> Entry | None:
    claim = catalog.registry.detail_file if catalog.registry else None
    if claim is None:
        return None
    return Entry(name="_detail_file", path=str(claim.value), line=claim.line, role="registry")


def _places(entry: Entry, catalog_path: str) -> list[str | Refused]:
    here = posixpath.dirname(catalog_path)
    bases = (here,) if entry.here else dict.fromkeys(("", here, posixpath.dirname(here)))
    return [normalised(entry.path, base) for base in bases]


def _resolved(entry: Entry, places: list[str | Refused], lookup: Lookup) -> Resolved:
    # A file from any base comes before a directory: `docs` may be both, seen from two of them.
    found = [path if isinstance(path, Refused) else place(path, lookup) for path in places]
    known = [one for one in found if isinstance(one, Place)]
    for state, reason in (("file", ""), ("directory", "directory")):
        path = next((one.path for one in known if one.reason == reason), None)
        if path is not None:
            return Resolved(entry=entry, state=state, path=path)  # type: ignore[arg-type] # two of them
    if is_pattern(entry.path):
        return Resolved(entry=entry, state="pattern")
    reasons = [_reason(one) for one in found]
    if reasons and all(reason == "outside" for reason in reasons):
        return Resolved(entry=entry, state="refused", reason="outside")
    # Seen from another base the same text may stay inside the repository.
    for one, reason in zip(found, reasons, strict=True):
        outside = isinstance(one, Refused) and reason == "outside"
        if reason and not outside:
            return Resolved(entry=entry, state="refused", reason=reason)
    return Resolved(entry=entry, state="missing")


def _reason(one: Place | Refused) -> str:
    """Return why a place is refused, empty where nothing is tracked there."""
    if isinstance(one, Refused) or one.reason in _OF_THE_ENTRY:
        return one.reason
    return "" if one.reason == "untracked" else "outside"
