"""Where the next amount will lie, by those that there are."""

from __future__ import annotations

from math import exp, log, sqrt
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from ctxtally.statistics.student import t_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

_FEWEST = 2


def predicted(values: Sequence[float], share: float) -> float | None:
    """Return below what the next amount lies with a probability, `None` for fewer than two values.

    The logarithms are taken for normal, as of what is made of many factors. The values must be
    above 0. G. J. Hahn and W. Q. Meeker, Statistical Intervals (1991), 4.7.

    >>> [round(predicted([90, 100, 110], share)) for share in (0.5, 0.9)]
    [100, 124]
    """
    if len(values) < _FEWEST:
        return None
    logs = list(map(log, values))
    many = len(logs)
    spread = stdev(logs) * sqrt(1 + 1 / many)
    return exp(fmean(logs) + t_quantile(many - 1, share) * spread)
