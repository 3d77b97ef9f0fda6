"""Which files of a subject hold more than they did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.outcome import Grown

if TYPE_CHECKING:
    from collections.abc import Mapping


def grown(before: Mapping[str, int], now: Mapping[str, int]) -> tuple[Grown, ...]:
    """Return the files that hold more, the one that grew most first.

    >>> [one.path for one in grown({"a": 1, "b": 5}, {"a": 3, "b": 4, "c": 3})]
    ['c', 'a']
    """
    found = [
        Grown(path=path, before=before.get(path, 0), now=amount)
        for path, amount in now.items()
        if amount > before.get(path, 0)
    ]
    return tuple(sorted(found, key=lambda one: (one.before - one.now, one.path)))
