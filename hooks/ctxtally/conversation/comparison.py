"""Whether one conversation needs less of its limit than another, and how sure that is."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt
from statistics import fmean, variance
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.model.health import Comparison
from ctxtally.statistics.student import t_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.criteria import Criteria
    from ctxtally.model.health import ComparisonVerdict, Health

# With fewer degrees of freedom no range says anything.
_FEWEST = 3.0


class _Spread(NamedTuple):
    """The variance of a mean, and the degrees of freedom that it has."""

    variance: float
    freedom: float


def compared(one: Health, other: Health, criteria: Criteria) -> Comparison:
    """Return what the `other` conversation saves a turn.

    Where both have as many turns these are held against each other one by one. Neighbouring turns
    are alike, so that a conversation says less than its number of turns.
    """
    ones, others = _shares(one), _shares(other)
    paired = len(ones) == len(others)
    enough = min(len(ones), len(others)) >= criteria.turns
    mean = fmean(ones) if ones else None
    other_mean = fmean(others) if others else None
    saved = None if mean is None or other_mean is None else mean - other_mean
    spread = _spread(ones, others, paired=paired) if enough else None
    low = high = None
    if saved is not None and spread is not None and spread.freedom >= _FEWEST:
        half = t_quantile(spread.freedom) * sqrt(spread.variance)
        low, high = saved - half, saved + half
    return Comparison(
        one=one.path,
        other=other.path,
        mean=mean,
        other_mean=other_mean,
        saved=saved,
        low=low,
        high=high,
        verdict=_verdict(low, high),
        paired=paired,
    )


def _verdict(low: float | None, high: float | None) -> ComparisonVerdict:
    if low is None or high is None:
        return "not-enough-turns"
    if low > 0:
        return "better"
    return "worse" if high < 0 else "no-difference"


def _shares(health: Health) -> list[float]:
    return [turn.share for turn in health.turns]


def _spread(ones: Sequence[float], others: Sequence[float], *, paired: bool) -> _Spread:
    if paired:
        return _alone([one - other for one, other in zip(ones, others, strict=True)])
    one, other = _alone(ones), _alone(others)
    both = one.variance + other.variance
    # B. L. Welch, Biometrika 34 (1947), 28-35.
    parts = one.variance**2 / max(one.freedom, 1) + other.variance**2 / max(other.freedom, 1)
    smallest = min(one.freedom, other.freedom)
    return _Spread(both, both**2 / parts if parts and smallest >= 1 else smallest)


def _alone(values: Sequence[float]) -> _Spread:
    """Return the spread of a mean of values of which each resembles the one before."""
    mean = fmean(values)
    around = [value - mean for value in values]
    squares = sum(value * value for value in around)
    products = sum(a * b for a, b in pairwise(around))
    likeness = min(max(products / squares, 0.0), 0.99) if squares else 0.0
    # That many independent values would say as much, where each depends on the one before alone.
    effective = len(values) * (1 - likeness) / (1 + likeness)
    return _Spread(variance(values) / max(effective, 1.0), effective - 1)
