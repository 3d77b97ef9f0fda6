"""How a series goes on the whole: a slope that single figures cannot bend, and its range."""

from __future__ import annotations

from math import sqrt
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

# Sen's slope compares every pair: beyond so many points, medians of neighbours stand for them.
_MOST = 200
_NORMAL_975 = 1.959963984540054  # of the standard normal distribution


class Trend(NamedTuple):
    """The change from one place to the next, and where it lies with 95 % of certainty."""

    slope: float
    low: float
    high: float


def trend(values: Sequence[float], places: Sequence[float] | None = None) -> Trend | None:
    """Return Sen's slope with the range after Kendall, `None` for fewer than four values.

    The values lie one apart, or at `places`, which rise. P. K. Sen, Journal of the American
    Statistical Association 63 (1968), 1379-1389.

    >>> trend([1, 3, 5, 7, 90, 11, 13]).slope
    2.0
    >>> trend([1, 2, 3])
    >>> trend([5, 6, 8, 9], [0, 10, 30, 40]).slope
    0.1
    """
    if len(values) < 4:  # noqa: PLR2004 - six pairs are the fewest that have a range
        return None
    points = _thinned(values, range(len(values)) if places is None else places)
    slopes = sorted(
        (later - earlier) / (at - before)
        for place, (before, earlier) in enumerate(points)
        for at, later in points[place + 1 :]
    )
    many = len(points)
    spread = _NORMAL_975 * sqrt(many * (many - 1) * (2 * many + 5) / 18)
    first = max(0, int((len(slopes) - spread) / 2))
    return Trend(slope=median(slopes), low=slopes[first], high=slopes[-1 - first])


def _thinned(values: Sequence[float], places: Sequence[float]) -> list[tuple[float, float]]:
    """Return at most `_MOST` points, each the medians of as many neighbours."""
    width = -(-len(values) // _MOST)
    points = []
    for start in range(0, len(values), width):
        where = places[start : start + width]
        points.append((sum(where) / len(where), float(median(values[start : start + width]))))
    return points
