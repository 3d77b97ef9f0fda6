"""How much of each allowance is taken, and whether it will last."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ctxtally.model.allowance import Forecast, Spending
from ctxtally.model.record import dataclass, replace
from ctxtally.text.globs import matches
from ctxtally.usage.forecast import (
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
from ctxtally.usage.tally import MOST_NAMES, cost_of, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxtally.model.allowance import Allowance, Unit
    from ctxtally.model.usage import Usage

_SECONDS = 86_400
_MEASURE = {"tokens": "count", "USD": "cost"}
_PRECISION = {"tokens": Decimal(1), "USD": Decimal("0.01")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The moment of judgement: a day in UTC, and the seconds of it that are over."""

    day: str
    seconds: float = float(_SECONDS)

    @property
    def over(self) -> bool:
        return self.seconds >= _SECONDS


class _Sum:
    __slots__ = ("amount", "last", "operations", "rest", "unknown")

    def __init__(self) -> None:
        self.amount = self.rest = Decimal(0)
        self.operations = self.unknown = 0
        self.last = ""

    def add(self, amount: Decimal | None) -> None:
        self.operations += 1
        if amount is None:
            self.unknown += 1
        else:
            self.amount += amount


def spendings(
    records: Iterable[Usage], allowances: Sequence[Allowance], present: Present
) -> list[Spending]:
    """Return what is taken of each allowance; of one for sessions, each session of the day."""
    takers = [_taker(one, present) for one in allowances]
    for one in records:
        if one.kind != "usage" or not one.day or one.day > present.day:
            continue
        seconds = one.moment % _SECONDS if one.moment is not None else 0.0
        if one.day == present.day and seconds > present.seconds:
            continue
        for taker in takers:
            if taker.meant(one):
                taker.add(one, seconds)
    return [spending for taker in takers for spending in taker.spendings()]


def _taker(allowance: Allowance, present: Present) -> _Sessions | _Days:
    kind = _Sessions if allowance.per == "session" else _Days
    return kind(allowance, present)


class _Taker:
    """Takes the records that one allowance is about."""

    def __init__(self, allowance: Allowance, present: Present) -> None:
        self.allowance = allowance
        self.present = present
        self._known: dict[tuple[str, str], bool] = {}

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
        self._sums: dict[str, _Sum] = {}

    def add(self, one: Usage, _: float) -> None:
        name = short(one.session)
        if not name:
            return
        if name not in self._sums and len(self._sums) >= MOST_NAMES:
            self._forget()
        found = self._sums.setdefault(name, _Sum())
        found.add(_amount(one, self.allowance.unit))
        found.last = max(found.last, one.day)

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
        self._since, self._until = _bounds(allowance.per, self._today)
        oldest = self._today - timedelta(days=MOST_WEEKS * WEEK)
        self._oldest = min(oldest, self._since).isoformat()
        self._first = ""
        self._days: dict[str, _Sum] = {}

    def add(self, one: Usage, seconds: float) -> None:
        self._first = min(self._first or one.day, one.day)
        if one.day < self._oldest:
            return
        found = self._days.setdefault(one.day, _Sum())
        amount = _amount(one, self.allowance.unit)
        found.add(amount)
        if amount is not None and seconds > self.present.seconds:
            found.rest += amount

    def spendings(self) -> Iterator[Spending]:
        since, until = self._since.isoformat(), self._until.isoformat()
        whole = _Sum()
        for day, one in self._days.items():
            if day >= since:
                whole.amount += one.amount
                whole.operations += one.operations
                whole.unknown += one.unknown
        ahead = (self._until - self._today).days + (not self.present.over)
        history = self._history()
        forecast, why_not = None, ""
        if ahead and weeks_of(len(history)) < FEWEST_WEEKS:
            why_not = f"{FEWEST_WEEKS * WEEK} days of history are needed, there are {len(history)}"
        elif ahead and all(one.operations == one.unknown for one in self._days.values()):
            why_not = f"no operation has a known {_MEASURE[self.allowance.unit]}"
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
            one = self._days.get((first + timedelta(days=at)).isoformat()) or _Sum()
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


def _bounds(per: str, day: date) -> tuple[date, date]:
    """Return the first and the last day of the period: weeks begin on Monday, as in ISO 8601."""
    if per == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=WEEK - 1)
    if per == "month":
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return day, day


def _amount(one: Usage, unit: Unit) -> Decimal | None:
    if unit == "USD":
        return cost_of(one)
    return None if one.total is None else Decimal(one.total)


def _spending(allowance: Allowance, since: str, until: str, found: _Sum) -> Spending:
    return Spending(
        allowance=allowance,
        since=since,
        until=until,
        spent=found.amount,
        operations=found.operations,
        unknown=found.unknown,
    )
