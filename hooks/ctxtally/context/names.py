"""The names under which tracked files appear to an agent: their own, and those of symlinks."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxtally.context.resolve import MAX_LINKS, Place, find_file
from ctxtally.model.finding import Finding
from ctxtally.model.tree import SYMLINK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ctxtally.context.globset import GlobSet
    from ctxtally.model.tree import Entry

# Far above what linked skill folders need, far below what makes a commit wait.
MAX_LINKED = 10_000

_WHY = {
    "outside": "it leads out of the repository",
    "missing": "no tracked file is there",
    "loop": f"more than {MAX_LINKS} links, or a circle",
    "unreadable": "its target cannot be read",
    "special": "it leads to a submodule",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """`paths` maps each name that matches a glob to the regular file it leads to."""

    paths: Mapping[str, str]
    findings: tuple[Finding, ...]


def names(
    entries: Mapping[str, Entry], globs: GlobSet, links: Callable[[Entry], str | None]
) -> Names:
    """Return the names that match `globs`, links followed within the tracked paths.

    `entries` must also hold what the links lead to; `links` returns the text of a symlink.
    """
    paths = {
        path: path
        for path in globs.screened(entries)
        if entries[path].is_file and globs.first(path) is not None
    }
    findings: list[Finding] = []
    symlinks = sorted(path for path, entry in entries.items() if entry.mode == SYMLINK)
    order = sorted(entries) if symlinks else []
    left = MAX_LINKED
    for link in symlinks:
        if globs.first(link) is None and not globs.may_hold(link):
            continue
        for name, place in _behind(link, entries, links, order):
            left -= 1
            if left < 0:
                findings.append(_refused(link, f"more than {MAX_LINKED:,} names through links"))
                return Names(paths=paths, findings=tuple(findings))
            if place.problem:
                findings.append(_refused(name, _WHY[place.problem]))
            elif globs.first(name) is not None:
                paths[name] = place.path
    return Names(paths=paths, findings=tuple(findings))


def _behind(
    link: str,
    entries: Mapping[str, Entry],
    links: Callable[[Entry], str | None],
    order: Sequence[str],
) -> Iterator[tuple[str, Place]]:
    """Yield each name at or below `link` with the file it leads to, linked directories opened."""
    waiting = [(link, link, 0)]
    while waiting:
        name, path, hops = waiting.pop()
        place = find_file(path, entries, links)
        below = _below(place.path, order) if place.problem == "missing" else ()
        if not below:
            yield name, place
        for inner in below:
            inner_name = name + inner[len(place.path) :]
            if entries[inner].is_file:
                yield inner_name, Place(path=inner)
            elif entries[inner].mode == SYMLINK and hops < MAX_LINKS:
                waiting.append((inner_name, inner, hops + 1))


def _below(directory: str, order: Sequence[str]) -> Sequence[str]:
    # "0" is the character after "/".
    start = bisect_left(order, f"{directory}/")
    return order[start : bisect_left(order, f"{directory}0", start)]


def _refused(link: str, why: str) -> Finding:
    return Finding(
        rule="link-not-followed",
        level="error",
        path=link,
        message=f"link not followed: {why}",
        help="link to a tracked file, or remove the link",
    )
