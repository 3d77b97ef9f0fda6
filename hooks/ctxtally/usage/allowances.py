"""How much of each allowance is taken, and whether it will last."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ctxtally.model.allowance import Forecast, Held, LeftOut, Spending
from ctxtally.model.batch import Alike
from ctxtally.model.record import replace
from ctxtally.text.globs import matches
from ctxtally.usage.forecast import (
    FEWEST_ACTIVE,
    FEWEST_WEEKS,
    FUTURES,
    MOST_WEEKS,
    SEED,
    WEEK,
    Day,
    futures,
    quantile,
    weeks_of,
)
from ctxtally.usage.present import Placed, bounds
from ctxtally.usage.taken import Taken, amount_of
from ctxtally.usage.tally import MOST_NAMES, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxtally.model.allowance import Allowance, Why
    from ctxtally.model.batch import Batch
    from ctxtally.model.usage import Usage
    from ctxtally.usage.present import Present

_MEASURE = {"tokens": "count", "USD": "cost"}
_PRECISION = {"tokens": Decimal(1), "USD": Decimal("0.01")}


def asked(allowances: Iterable[Allowance], present: Present) -> Alike:
    """Return what batches have to keep apart to be held against allowances."""
    by_session = any(one.per == "session" for one in allowances)
    names = ("day", "agent", "branch", "model", *(["session"] if by_session else []))
    return Alike(names=names, later=present.seconds)


def held(batches: Iterable[Batch], allowances: Sequence[Allowance], present: Present) -> Held:
    """Return what is taken of each allowance; of one for sessions, each session of the day."""
    takers = [_taker(one, present) for one in allowances]
    for one in batches:
        placed = present.place(one.usage) if one.usage.kind == "usage" else None
        if placed is None:
            continue
        for taker in takers:
            if not taker.meant(one.usage):
                continue
            if isinstance(placed, Placed):
                taker.add(one, placed)
            else:
                taker.leave(one, placed)
    return Held(
        spendings=tuple(spending for taker in takers for spending in taker.spendings()),
        left_out=tuple(left for taker in takers for left in taker.left_out()),
    )


def _taker(allowance: Allowance, present: Present) -> _Sessions | _Days:
    kind = _Sessions if allowance.per == "session" else _Days
    return kind(allowance, present)


class _Taker:
    """Takes the records that one allowance is about."""

    def __init__(self, allowance: Allowance, present: Present) -> None:
        self.allowance = allowance
        self.present = present
        self._known: dict[tuple[str, str], bool] = {}
        self._left: dict[Why, Taken] = {"undated": Taken(), "future": Taken()}

    def leave(self, one: Batch, why: Why) -> None:
        self._left[why].add(amount_of(one, self.allowance.unit), one.times)

    def left_out(self) -> Iterator[LeftOut]:
        for why, found in self._left.items():
            if found.operations:
                yield LeftOut(
                    allowance=self.allowance,
                    why=why,
                    operations=found.operations,
                    unknown=found.unknown,
                    amount=found.amount,
                )

    def meant(self, one: Usage) -> bool:
        allowance = self.allowance
        wanted = (
            (allowance.agent, one.agent),
            (allowance.branch, one.branch),
            (allowance.model, one.model),
        )
        return all(glob is None or self._matches(short(name), glob) for glob, name in wanted)

    def _matches(self, name: str, glob: str) -> bool:
        found = self._known.get((name, glob))
        if found is None:
            if len(self._known) > MOST_NAMES:
                self._known.clear()
            found = self._known[name, glob] = matches(name, glob)
        return found


class _Sessions(_Taker):
    """What each session takes that was at work on the day."""

    def __init__(self, allowance: Allowance, present: Present) -> None:
        super().__init__(allowance, present)
        self._sums: dict[str, Taken] = {}

    def add(self, one: Batch, placed: Placed) -> None:
        self._add(one, placed.day)

    def leave(self, one: Batch, why: Why) -> None:
        """Add what has no date to its session: that is a part of it, whenever it was."""
        if why == "undated":
            self._add(one, "")
        elif one.usage.session:
            super().leave(one, why)

    def _add(self, one: Batch, day: str) -> None:
        name = short(one.usage.session)
        if not name:
            return
        if name not in self._sums and len(self._sums) >= MOST_NAMES:
            self._forget()
        found = self._sums.setdefault(name, Taken())
        found.add(amount_of(one, self.allowance.unit), one.times)
        found.last = max(found.last, day)

    def left_out(self) -> Iterator[LeftOut]:
        for one in self._sums.values():
            if not one.last:
                self._left["undated"].take(one)
        yield from super().left_out()

    def _forget(self) -> None:
        """Let those go that were at work longest ago, a half."""
        known = sorted(self._sums.items(), key=lambda item: item[1].last)
        self._sums = dict(known[len(known) // 2 :])

    def spendings(self) -> Iterator[Spending]:
        day = self.present.day
        found = [(name, one) for name, one in self._sums.items() if one.last == day]
        for name, one in sorted(found, key=lambda item: (-item[1].amount, item[0])):
            yield replace(_spending(self.allowance, day, day, one), session=name)


class _Days(_Taker):
    """What the days of a period take, beside the weeks before that say what is to come."""

    def __init__(self, allowance: Allowance, present: Present) -> None:
        super().__init__(allowance, present)
        self._today = date.fromisoformat(present.day)
        self._since, self._until = bounds(allowance.per, self._today)
        before = min(MOST_WEEKS * WEEK, (self._today - date.min).days)
        oldest = self._today - timedelta(days=before)
        self._oldest = min(oldest, self._since).isoformat()
        self._first = ""
        self._days: dict[str, Taken] = {}

    def add(self, one: Batch, placed: Placed) -> None:
        day, seconds = placed
        self._first = min(self._first or day, day)
        if day < self._oldest:
            return
        found = self._days.setdefault(day, Taken())
        amount = amount_of(one, self.allowance.unit)
        found.add(amount, one.times)
        if amount is not None and seconds > self.present.seconds:
            found.rest += amount

    def spendings(self) -> Iterator[Spending]:
        since, until = self._since.isoformat(), self._until.isoformat()
        whole = Taken()
        for day, one in self._days.items():
            if day >= since:
                whole.take(one)
        ahead = (self._until - self._today).days + (not self.present.over)
        history = self._history()
        forecast, why_not = None, ""
        if ahead and weeks_of(len(history)) < FEWEST_WEEKS:
            why_not = f"{FEWEST_WEEKS * WEEK} days of history are needed, there are {len(history)}"
        elif ahead and all(one.operations == one.unknown for one in self._days.values()):
            why_not = f"no operation has a known {_MEASURE[self.allowance.unit]}"
        elif ahead and (active := sum(one.total > 0 for one in history)) < FEWEST_ACTIVE:
            why_not = f"{FEWEST_ACTIVE} days with usage are needed, there are {active}"
        elif ahead:
            forecast = self._forecast(whole.amount, history, ahead)
        found = _spending(self.allowance, since, until, whole)
        yield replace(found, forecast=forecast, why_not=why_not)

    def _history(self) -> list[Day]:
        """Return the days before the first that is to come, the oldest first."""
        end = self._today + timedelta(days=1) if self.present.over else self._today
        if not self._first:
            return []
        first = date.fromisoformat(max(self._first, self._oldest))
        found = []
        for at in range((end - first).days):
            one = self._days.get((first + timedelta(days=at)).isoformat()) or Taken()
            found.append(Day(total=float(one.amount), rest=float(one.rest)))
        return found

    def _forecast(self, spent: Decimal, history: list[Day], ahead: int) -> Forecast:
        drawn = futures(history, ahead, today=not self.present.over)
        room = float(self.allowance.max - spent)
        precision = _PRECISION[self.allowance.unit]

        def at(share: float) -> Decimal:
            return (spent + Decimal(quantile(drawn, share))).quantize(precision)

        return Forecast(
            days=weeks_of(len(history)) * WEEK,
            middle=at(0.5),
            half=(at(0.25), at(0.75)),
            most=(at(0.05), at(0.95)),
            exceed=sum(one > room for one in drawn) / len(drawn),
            futures=FUTURES,
            seed=SEED,
        )


def _spending(allowance: Allowance, since: str, until: str, found: Taken) -> Spending:
    return Spending(
        allowance=allowance,
        since=since,
        until=until,
        spent=found.amount,
        operations=found.operations,
        unknown=found.unknown,
    )
