"""Adds up lines of a usage log that are alike in what is asked about them."""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from ctxtally.model.batch import OWN, Batch
from ctxtally.model.layout import BUCKETS
from ctxtally.model.usage import Tokens, Usage
from ctxtally.text.instants import day_of
from ctxtally.usage.layouts import cost_of, total_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctxtally.model.batch import Alike
    from ctxtally.model.layout import Layout, Line

_QUARTER, _DAY_SECONDS = 900, 86_400
# Not added up over what tells it and what does not.
_KINDS = ("kind", "counted", "final")


class Gathered:
    """Sums of what is alike, until they are taken out."""

    def __init__(self, alike: Alike) -> None:
        self._alike = alike
        names = (*_KINDS, *(name for name in alike.names if name != "day"))
        self._names = names
        self._same: Callable[[Line], tuple[Any, ...]] = attrgetter(*names)
        # A quarter of an hour is of one day.
        self._by_day = "day" in alike.names and not alike.quarters
        self._sums: dict[tuple[Any, ...], list[Any]] = {}

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
            self._sums[key] = found = [0, 0, Decimal(0), moment, moment, 0, 0, 0, 0, 0, 0, 0]
        found[0] += 1
        found[1] += total or 0
        if cost is not None:
            found[2] += Decimal(repr(cost))
        if moment is not None:
            if moment < found[3]:
                found[3] = moment
            elif moment > found[4]:
                found[4] = moment
        found[5] += line.searches
        found[6] += line.input
        found[7] += line.cache_read
        found[8] += line.cache_write_5m
        found[9] += line.cache_write_1h
        found[10] += line.output
        found[11] += line.reasoning

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

    def _batch(self, key: tuple[Any, ...], found: list[Any]) -> Batch:
        same, _, _, _, own, told, no_total, no_cost = key
        times, total, cost, first, last, searches, *buckets = found
        names = dict(zip(self._names, same, strict=True))
        if "day" in self._alike.names:
            names["day"] = "" if first is None else day_of(first)
        read, cached, short_lived, long_lived, written, reasoned = buckets
        tokens = Tokens(
            input=read,
            cache_read=cached,
            cache_write_5m=short_lived,
            cache_write_1h=long_lived,
            output=written,
            reasoning=reasoned,
        )
        usage = Usage(
            **names,
            id=OWN if own else "",
            moment=first,
            tokens=tokens if told else None,
            total=None if no_total else total,
            searches=searches,
        )
        return Batch(usage, times, None if no_cost else cost, last)
