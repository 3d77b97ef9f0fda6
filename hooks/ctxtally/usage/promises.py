"""Hold what was recommended against what became of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ctxtally.model.promise import Promise
from ctxtally.model.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ctxtally.model.saving import Saving

# A kept promise is told for a month, and no more than so many are written down.
_TOLD_DAYS = 30
MOST = 200


def settled(
    known: Iterable[Promise], savings: Iterable[Saving], tokens: Mapping[str, int], day: str
) -> list[Promise]:
    """Return the promises as they stand on `day`, with those that `savings` make.

    `tokens` are what files have now, by path.
    """
    promised: dict[str, int] = defaultdict(int)
    for one in savings:
        if one.path in tokens:
            promised[one.path] += one.tokens
    last = (date.fromisoformat(day) - timedelta(days=_TOLD_DAYS)).isoformat()
    found: dict[str, Promise] = {}
    for old in known:
        if old.done and (old.done < last or old.path in promised):
            continue
        open_still = old.path in promised
        found[old.path] = replace(
            old,
            now=tokens.get(old.path, 0) if not old.done else old.now,
            done=old.done or ("" if open_still else day),
        )
    for path, saved in promised.items():
        if path not in found:
            now = tokens[path]
            found[path] = Promise(path=path, day=day, tokens=saved, before=now, now=now)
    return sorted(found.values(), key=_newest)[:MOST]


def to_tell(promises: Iterable[Promise], day: str) -> tuple[Promise, ...]:
    """Return those of which something can be said: not what was first promised just now."""
    return tuple(one for one in promises if one.day < day or one.came or one.done)


def _newest(one: Promise) -> tuple[int, int, str]:
    return -date.fromisoformat(one.day).toordinal(), -one.tokens, one.path
