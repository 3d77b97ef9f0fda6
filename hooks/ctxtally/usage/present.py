"""The moment that allowances are judged at, and what was before it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from ctxtally.model.allowance import Per, Why
    from ctxtally.model.usage import Usage

DAY_SECONDS = 86_400


class Placed(NamedTuple):
    """A day, and the seconds of it that were over."""

    day: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The moment of judgement: a day in UTC, and the seconds of it that are over.

    `now` are the seconds since 1970 where the present is judged, and not a day of the past.
    """

    day: str
    seconds: float = float(DAY_SECONDS)
    now: float | None = None

    @property
    def over(self) -> bool:
        return self.seconds >= DAY_SECONDS

    def place(self, one: Usage) -> Placed | Why | None:
        """Return when a record was, or why nobody knows; `None` where it was later than asked.

        Times without a zone are read as UTC. East of it they are hours ahead, at most 14, and what
        seems to come within a day was just now.
        """
        if not one.day:
            return "undated"
        seconds = one.moment % DAY_SECONDS if one.moment is not None else 0.0
        if (one.day, seconds) <= (self.day, self.seconds):
            return Placed(one.day, seconds)
        if self.now is None:
            return None
        if one.moment is not None and one.moment <= self.now + DAY_SECONDS:
            return Placed(self.day, self.seconds)
        return "future"


def bounds(per: Per, day: date) -> tuple[date, date]:
    """Return the first and the last day of the period: weeks begin on Monday, as in ISO 8601."""
    if per == "week":
        # 0001-01-01 is a Monday, so that no week begins before the calendar.
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    if per == "month":
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return day, day
