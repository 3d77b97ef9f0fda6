"""What a period will have taken at its end: futures drawn from the weeks before.

A block of history is a week, so that each day of the future is drawn from the same day of the week
and what goes together in a week stays together, such as days of hard work one after another. A few
weeks say little of their mean and of how far weeks differ: the mean is drawn again for each future,
by a bootstrap of the weeks, and how many times the mean a future is, is widened as in Student's t,
as a power: amounts are skewed and never below 0. Where less than half of the days have usage, and
not the same weekdays each week, a week begins at any of its days, for weekdays then tell nothing.

Of simulated days, sparse and dense, in bursts, by weekdays and in weeks that differ, bands of 90%
held 83% to 97% and 92% on the whole, and more where most likely nothing comes. Single days drawn
for themselves and deviations that are added held 54% to 83% of bursts and of scattered days.
"""

from __future__ import annotations

from math import exp, log, sqrt
from random import Random
from statistics import fmean
from typing import TYPE_CHECKING, TypeVar

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

WEEK = 7
FEWEST_WEEKS = 4
# Of fewer days with usage nobody can tell how they differ.
FEWEST_ACTIVE = 6
# Older weeks say how things were, not how they are.
MOST_WEEKS = 13
FUTURES = 2_000
SEED = 1
# The mean of a few skewed amounts is mostly below the true one: without it bands of 90% held 88% on
# the whole where they held least.
_SKEWED = 1.1
# A future of a million times the mean says as much as a larger one.
_FURTHEST = log(1e6)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a day of history took, and how much of it after the present time of day."""

    total: float
    rest: float


def weeks_of(history: int) -> int:
    """Return how many weeks of so many days of history are drawn from."""
    return min(history // WEEK, MOST_WEEKS)


def futures(
    history: Sequence[Day], days: int, *, today: bool, many: int = FUTURES, seed: int = SEED
) -> list[float]:
    """Return what the next `days` may take, sorted; `history` ends with the day before.

    The first of them is what is left of `today`, or else a whole day.
    """
    start = len(history) - weeks_of(len(history)) * WEEK
    weeks = [history[at : at + WEEK] for at in range(start, len(history), WEEK)]
    drawn = _Drawn(weeks, days, Random(seed), today=today)  # noqa: S311 - a seed, not a secret
    return sorted(drawn.future() for _ in range(many))


def _is_scattered(weeks: Sequence[Sequence[Day]]) -> bool:
    """Say whether few days have usage, and weekdays explain less than half of which."""
    columns = zip(*weeks, strict=True)
    shares = [sum(day.total > 0 for day in column) / len(weeks) for column in columns]
    whole: float = sum(shares) / WEEK
    within: float = sum(share * (1 - share) for share in shares) / WEEK
    return whole < 0.5 and within > whole * (1 - whole) / 2  # noqa: PLR2004 - halves


class _Drawn:
    """Futures of so many days, in pieces of a week at most, each of which a week may become."""

    def __init__(
        self, weeks: Sequence[Sequence[Day]], days: int, random: Random, *, today: bool
    ) -> None:
        self._random = random
        starts = range(WEEK) if _is_scattered(weeks) else range(1)
        lengths = [min(WEEK, days - at) for at in range(0, days, WEEK)]
        self._pieces = [
            [
                [_taken(week, start, length, today=today and not at) for start in starts]
                for week in weeks
            ]
            for at, length in enumerate(lengths)
        ]
        # What the future would be if all of its weeks were like this one.
        self._levels = [sum(map(fmean, piece)) for piece in zip(*self._pieces, strict=True)]
        self._mean = fmean(self._levels)

    def future(self) -> float:
        if not self._mean:
            return 0.0
        many = len(self._levels)
        level = sum(self._any(self._levels) for _ in range(many)) / many
        total = sum(self._any(self._any(piece)) for piece in self._pieces)
        times = level * total / self._mean**2
        return self._mean * exp(min(_FURTHEST, self._width() * log(times))) if times else 0.0

    def _any(self, among: Sequence[_T]) -> _T:
        return among[int(self._random.random() * len(among))]

    def _width(self) -> float:
        """Return by how much logarithms are widened: n-1 for n, and Student's for the normal."""
        freedom = len(self._levels) - 1
        chi_square = self._random.gammavariate(freedom / 2, 2)
        return _SKEWED * sqrt((freedom + 1) / freedom) * sqrt(freedom / chi_square)


def _taken(week: Sequence[Day], start: int, days: int, *, today: bool) -> float:
    """Return what so many days took from one of a week on, the first of them what was left."""
    turned = [*week[start:], *week[:start]][:days]
    return (turned[0].rest if today else turned[0].total) + sum(day.total for day in turned[1:])


def quantile(values: Sequence[float], share: float) -> float:
    """Return a quantile of sorted values, between neighbours where it lies there.

    >>> quantile([0, 10, 20], 0.5), quantile([0, 10], 0.25)
    (10.0, 2.5)
    """
    place = share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])
