"""How a series goes on the whole: a slope that single figures cannot bend, and its range."""

from __future__ import annotations

from functools import cache
from itertools import accumulate
from math import factorial, sqrt
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

# Sen's slope compares every pair: beyond so many points, medians of neighbours stand for them.
_MOST = 200
# Of four points all slopes together hold the truth in 22 orders of 24: 91.7 %.
FEWEST = 5
# M. G. Kendall, Rank Correlation Methods, has the exact distribution up to here: the normal one
# says 94.4 % and 93.9 % where six and eight points are meant to have 95 %.
_EXACT = 10
_NORMAL_975 = 1.959963984540054  # of the standard normal distribution


class Trend(NamedTuple):
    """The change of one turn, and where it lies with 95 % of certainty."""

    slope: float
    low: float
    high: float


def trend(values: Sequence[float]) -> Trend | None:
    """Return Sen's slope with the range after Kendall, `None` for fewer than five values.

    >>> trend([1, 3, 5, 7, 90, 11, 13]).slope
    2.0
    >>> trend([1, 2, 3, 4])
    """
    return trend_at(list(enumerate(values)))


def trend_at(found: Sequence[tuple[float, float]]) -> Trend | None:
    """Return the same for values at places of their own, such as days: pairs, in order.

    P. K. Sen, Journal of the American Statistical Association 63 (1968), 1379-1389.

    >>> trend_at([(0, 1), (2, 5), (7, 15), (8, 17), (9, 19)]).slope
    2.0
    """
    if len(found) < FEWEST:
        return None
    points = _thinned(found)
    slopes = sorted(
        (later - earlier) / (at - before)
        for place, (before, earlier) in enumerate(points)
        for at, later in points[place + 1 :]
    )
    first = _first(len(points))
    return Trend(slope=median(slopes), low=slopes[first], high=slopes[-1 - first])


@cache
def _first(many: int) -> int:
    """Return how many slopes of so many points lie below the range; as many lie above it.

    Where nothing changes, as many pairs fall as an order of the points has inversions.
    """
    pairs = many * (many - 1) // 2
    if many > _EXACT:
        spread = _NORMAL_975 * sqrt(many * (many - 1) * (2 * many + 5) / 18)
        return int((pairs - spread) / 2)
    orders = [1]
    for place in range(2, many + 1):
        longer = [0] * (len(orders) + place - 1)
        for inversions, count in enumerate(orders):
            for more in range(place):
                longer[inversions + more] += count
        orders = longer
    below = accumulate(orders)
    return sum(40 * one <= factorial(many) for one in below) - 1  # one in 40 is 2.5 %


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return at most `_MOST` points, each the medians of as many neighbours."""
    width = -(-len(points) // _MOST)
    if width == 1:
        return list(points)
    groups = [points[start : start + width] for start in range(0, len(points), width)]
    return [
        (median(place for place, _ in group), median(value for _, value in group))
        for group in groups
    ]
