"""The names under which tracked files appear to an agent: their own, and those of symlinks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.finding import Finding
from ctxtally.model.record import dataclass
from ctxtally.model.tree import SYMLINK
from ctxtally.text.paths import MAX_LINKS, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxtally.context.globset import GlobSet
    from ctxtally.context.resolve import Lookup

# Far above what linked skill folders need, far below what makes a commit wait.
MAX_LINKED = 10_000

_WHY = {
    "empty": "its target cannot be read",
    "untracked": "no tracked file is there",
    "directory": "no tracked file is there",
    "submodule": "it leads to a submodule",
    "links": f"more than {MAX_LINKS} links, or a circle",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """`paths` maps each name that matches a glob to the regular file it leads to."""

    paths: Mapping[str, str]
    findings: tuple[Finding, ...]


def names(lookup: Lookup, globs: GlobSet) -> Names:
    """Return the names that match `globs`, links followed within the tracked paths."""
    entries = lookup.entries
    paths = {
        path: path
        for path in globs.screened(entries)
        if entries[path].is_file and globs.first(path) is not None
    }
    findings: list[Finding] = []
    symlinks = sorted(path for path, entry in entries.items() if entry.mode == SYMLINK)
    left = MAX_LINKED
    for link in symlinks:
        if globs.first(link) is None and not globs.may_hold(link):
            continue
        for name, place in _behind(link, lookup):
            left -= 1
            if left < 0:
                findings.append(_refused(link, f"more than {MAX_LINKED:,} names through links"))
                return Names(paths=paths, findings=tuple(findings))
            if place.reason:
                why = _WHY.get(place.reason, "it leads out of the repository")
                findings.append(_refused(name, why))
            elif globs.first(name) is not None:
                paths[name] = place.path
    return Names(paths=paths, findings=tuple(findings))


def _behind(link: str, lookup: Lookup) -> Iterator[tuple[str, Place]]:
    """Yield each name at or below `link` with the file it leads to, linked directories opened."""
    waiting = [(link, link, 0)]
    while waiting:
        name, path, hops = waiting.pop()
        place = lookup.place(path)
        below = lookup.below(place.path) if place.reason == "directory" else ()
        if not below:
            yield name, place
        for inner in below:
            inner_name = name + inner[len(place.path) :]
            if lookup.entries[inner].is_file:
                yield inner_name, Place(path=inner)
            elif lookup.entries[inner].mode == SYMLINK and hops < MAX_LINKS:
                waiting.append((inner_name, inner, hops + 1))


def _refused(link: str, why: str) -> Finding:
    return Finding(
        rule="link-not-followed",
        level="error",
        path=link,
        message=f"link not followed: {why}",
        help="link to a tracked file, or remove the link",
    )
