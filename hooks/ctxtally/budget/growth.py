"""Which files of a subject hold more than they did, and where they were."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ctxtally.model.outcome import Grown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ctxtally.model.outcome import Outcome


def grown(
    before: Mapping[str, int], now: Mapping[str, int], moved: Mapping[str, str]
) -> tuple[Grown, ...]:
    """Return the files that hold more, the one that grew most first.

    `moved` says where files were before, by their paths of now.

    >>> [one.path for one in grown({"a": 1, "b": 5}, {"a": 3, "b": 4, "c": 3}, {})]
    ['c', 'a']
    """
    found = [
        Grown(path=path, before=before.get(moved.get(path, path), 0), now=amount)
        for path, amount in now.items()
    ]
    more = (one for one in found if one.now > one.before)
    return tuple(sorted(more, key=lambda one: (one.before - one.now, one.path)))


def came_from(directories: Collection[str], moved: Mapping[str, str]) -> dict[str, str]:
    """Return where directories were, by their paths of now: where most that was moved there was.

    Only what kept its place below the directory tells.

    >>> came_from({"web"}, {"web/AGENTS.md": "app/AGENTS.md", "web/a/b.md": "app/a/b.md"})
    {'web': 'app'}
    """
    votes: dict[str, Counter[str]] = {}
    for path, old in moved.items():
        above = path
        while "/" in above:
            above = above.rpartition("/")[0]
            below = path[len(above) :]
            if above in directories and f"/{old}".endswith(below):
                top = f"/{old}"[1 : -len(below)] or "."
                votes.setdefault(above, Counter())[top] += 1
    return {name: min(found, key=lambda one: (-found[one], one)) for name, found in votes.items()}


def from_most(compared: Iterable[Outcome]) -> Outcome:
    """Return that of several comparisons of one outcome which found most before; the first wins."""
    return max(compared, key=lambda one: -1 if one.before is None else one.before)
