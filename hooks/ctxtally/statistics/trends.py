"""How a series goes on the whole: a slope that single figures cannot bend, and its range."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cache
from itertools import accumulate
from math import factorial, sqrt
from operator import mul, sub
from statistics import median, stdev
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.statistics.student import t_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

# Sen's slope compares every pair: beyond so many points, medians of neighbours stand for them.
_MOST = 200
# Of four points all slopes together hold the truth in 22 orders of 24: 91.7 %.
FEWEST = 5
# M. G. Kendall, Rank Correlation Methods, has the exact distribution up to here: the normal one
# says 94.4 % and 93.9 % where six and eight points are meant to have 95 %.
_EXACT = 10
# Beyond it, the values are sums of changes rather than values that go on from each other.
_MOST_ALIKE = 0.99
# The root of 6/5: how far the slope through a sum of changes is off, against their mean.
_OF_SLOPE = 1.1
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
    slopes = _slopes(points)
    first = _first(len(points))
    return Trend(slope=median(slopes), low=slopes[first], high=slopes[-1 - first])


def trend_in_time(found: Sequence[tuple[float, float]]) -> Trend | None:
    """Return the same where a value may go on from the one before, as busy days follow busy days.

    The range is as much wider as the ranks of what is off the slope are alike in neighbours. K. H.
    Hamed and A. R. Rao, Journal of Hydrology 204 (1998), 182-196.
    """
    if len(found) < FEWEST:
        return None
    points = _thinned(found)
    slopes = _slopes(points)
    middle = median(slopes)
    half = len(slopes) / 2
    reach = (half - _first(len(points))) * sqrt(_times([v - middle * at for at, v in points]))
    first = max(0, int(half - reach))
    return Trend(slope=middle, low=slopes[first], high=slopes[-1 - first])


def trend_of_sums(found: Sequence[tuple[float, float]]) -> Trend | None:
    """Return the same where a value is the one before and a change, as the size of a file is.

    What changes make up leads off far by chance alone, so the range is that of the mean change,
    after Student. Sen's slope is off by a tenth more than the mean of the changes.
    """
    if len(found) < FEWEST:
        return None
    slope = median(_slopes(_thinned(found)))
    values = [value for _, value in found]
    changes = list(map(sub, values[1:], values))
    spread = _OF_SLOPE * stdev(changes) * sqrt(len(changes)) / (found[-1][0] - found[0][0])
    reach = t_quantile(len(changes) - 1) * spread
    return Trend(slope=slope, low=slope - reach, high=slope + reach)


def _slopes(points: Sequence[tuple[float, float]]) -> list[float]:
    return sorted(
        (later - earlier) / (at - before)
        for place, (before, earlier) in enumerate(points)
        for at, later in points[place + 1 :]
    )


def _times(values: Sequence[float]) -> float:
    """Return how many times the variance is of what it would be if neighbours were not alike."""
    many = len(values)
    order = sorted(values)
    # Twice the mean of the ranks that the same values share, from the middle of all.
    off = [bisect_left(order, one) + bisect_right(order, one) - many for one in values]
    squares = sum(one * one for one in off)
    alike = sum(map(mul, off, off[1:])) / squares if squares else 0.0
    # As far as it is found too low after a slope was taken off: F. H. C. Marriott and J. A. Pope,
    # Biometrika 41 (1954), 390-402, with one more for the slope.
    alike = min(_MOST_ALIKE, alike + (2 + 4 * alike) / many)
    if alike <= 0:
        return 1.0
    return 1 + 2 * sum((1 - apart / many) * alike**apart for apart in range(1, many))


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
