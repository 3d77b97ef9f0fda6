"""Adds up lines of a usage log that are alike in what is asked about them."""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from ctxtally.model.batch import OWN, Batch
from ctxtally.model.layout import BUCKETS
from ctxtally.model.spending import Buckets
from ctxtally.model.usage import Usage
from ctxtally.text.instants import day_of
from ctxtally.usage.layouts import cost_of, total_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctxtally.model.batch import Alike
    from ctxtally.model.layout import Layout, Line

_QUARTER, _DAY_SECONDS = 900, 86_400
# Not added up over what tells it and what does not.
_KINDS = ("kind", "counted", "final")


class _Sum:
    """What lines are together; all of them tell a moment, or none does."""

    __slots__ = ("buckets", "cost", "first", "last", "searches", "times", "total")

    def __init__(self, moment: float | None) -> None:
        self.times = self.total = self.searches = 0
        self.cost = Decimal(0)
        self.first = self.last = moment
        self.buckets = Buckets()


class Gathered:
    """Sums of what is alike, until they are taken out."""

    def __init__(self, alike: Alike) -> None:
        self._alike = alike
        names = (*_KINDS, *(name for name in alike.names if name != "day"))
        self._names = names
        self._same: Callable[[Line], tuple[Any, ...]] = attrgetter(*names)
        # A quarter of an hour is of one day.
        self._by_day = "day" in alike.names and not alike.quarters
        self._sums: dict[tuple[Any, ...], _Sum] = {}

    def __len__(self) -> int:
        return len(self._sums)

    def add(self, line: Line, layout: Layout, moment: float | None) -> None:
        """Add a line; `moment` is that of its time."""
        total = total_of(line, layout)
        cost = cost_of(line, total)
        key = (
            self._same(line),
            self._when(moment),
            self._size(line),
            self._used(line),
            line.id != "",
            layout.told,
            total is None,
            cost is None,
        )
        found = self._sums.get(key)
        if found is None:
            self._sums[key] = found = _Sum(moment)
        found.times += 1
        found.total += total or 0
        if cost is not None:
            found.cost += Decimal(repr(cost))
        if moment is not None and found.first is not None and found.last is not None:
            found.first = min(found.first, moment)
            found.last = max(found.last, moment)
        found.searches += line.searches
        found.buckets.add(line)

    def taken(self) -> Iterator[Batch]:
        """Take out all sums, in the order in which each was there first."""
        sums, self._sums = self._sums, {}
        for key, found in sums.items():
            yield self._batch(key, found)

    def _when(self, moment: float | None) -> object:
        """Return what is the same in the moments of a batch."""
        if moment is None:
            return None
        alike = self._alike
        when: Any = None
        if alike.quarters:
            when = moment // _QUARTER
        elif self._by_day:
            when = moment // _DAY_SECONDS
        if alike.later is not None:
            when = (when, moment % _DAY_SECONDS > alike.later)
        return (when, bisect_left(alike.bounds, moment)) if alike.bounds else (when,)

    def _size(self, line: Line) -> int:
        sizes = self._alike.sizes
        if not sizes:
            return 0
        prompt = line.input + line.cache_read + line.cache_write_5m + line.cache_write_1h
        return bisect_left(sizes, prompt)

    def _used(self, line: Line) -> tuple[bool, ...]:
        if not self._alike.unusual or not (line.speed or line.service_tier):
            return ()
        return tuple(getattr(line, name) > 0 for name in BUCKETS)

    def _batch(self, key: tuple[Any, ...], found: _Sum) -> Batch:
        same, _, _, _, own, told, no_total, no_cost = key
        names = dict(zip(self._names, same, strict=True))
        if "day" in self._alike.names:
            names["day"] = "" if found.first is None else day_of(found.first)
        usage = Usage(
            **names,
            id=OWN if own else "",
            moment=found.first,
            tokens=found.buckets.tokens() if told else None,
            total=None if no_total else found.total,
            searches=found.searches,
        )
        return Batch(usage, found.times, None if no_cost else found.cost, found.last)
