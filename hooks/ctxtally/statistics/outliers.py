"""How far single figures stand apart from the others."""

from __future__ import annotations

from statistics import NormalDist, fmean, median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# B. Iglewicz and D. Hoaglin, How to Detect and Handle Outliers (1993), section 3.
OUTLYING = 3.5
# Their factors: what a standard deviation is of the median and of the mean absolute deviation.
_OF_MEDIAN = 1 / NormalDist().inv_cdf(0.75)
_OF_MEAN = 1.253314


def scores(values: Sequence[float]) -> list[float]:
    """Return by how many robust standard deviations each value is off the median.

    >>> [round(score, 2) for score in scores([1, 2, 3, 4, 50])]
    [-1.35, -0.67, 0.0, 0.67, 31.7]
    """
    if not values:
        return []
    middle = median(values)
    off = [abs(value - middle) for value in values]
    # Where more than half are the same, the median of the deviations is 0.
    spread = median(off) * _OF_MEDIAN or fmean(off) * _OF_MEAN
    return [(value - middle) / spread if spread else 0.0 for value in values]
