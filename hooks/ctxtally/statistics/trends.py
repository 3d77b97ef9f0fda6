"""How a series goes on the whole: a slope that single figures cannot bend, and its range."""

from __future__ import annotations

from math import sqrt
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

# Sen's slope compares every pair: beyond so many points, medians of neighbours stand for them.
_MOST = 200
# Six pairs are the fewest that have a range.
FEWEST = 4
_NORMAL_975 = 1.959963984540054  # of the standard normal distribution


class Trend(NamedTuple):
    """The change of one turn, and where it lies with 95 % of certainty."""

    slope: float
    low: float
    high: float


def trend(values: Sequence[float]) -> Trend | None:
    """Return Sen's slope with the range after Kendall, `None` for fewer than four values.

    >>> trend([1, 3, 5, 7, 90, 11, 13]).slope
    2.0
    >>> trend([1, 2, 3])
    """
    return trend_at(list(enumerate(values)))


def trend_at(found: Sequence[tuple[float, float]]) -> Trend | None:
    """Return the same for values at places of their own, such as days: pairs, in order.

    P. K. Sen, Journal of the American Statistical Association 63 (1968), 1379-1389.

    >>> trend_at([(0, 1), (2, 5), (7, 15), (8, 17)]).slope
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
    many = len(points)
    spread = _NORMAL_975 * sqrt(many * (many - 1) * (2 * many + 5) / 18)
    first = max(0, int((len(slopes) - spread) / 2))
    return Trend(slope=median(slopes), low=slopes[first], high=slopes[-1 - first])


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
