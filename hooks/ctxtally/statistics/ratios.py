"""How much more one set of amounts is than another, as a ratio with its range."""

from __future__ import annotations

from math import ceil, exp, log, sqrt
from statistics import NormalDist, fmean, variance
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.statistics.student import t_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

# One amount has no spread.
_FEWEST = 2
# exp() of more is beyond what a float holds.
_FURTHEST = 700.0


class Ratio(NamedTuple):
    """A ratio of geometric means, and where it lies with the certainty that was asked for."""

    value: float
    low: float
    high: float
    freedom: float


def ratio(ones: Sequence[float], others: Sequence[float], certainty: float = 0.95) -> Ratio | None:
    """Return how many times the `ones` the `others` are, after Welch, on their logarithms.

    `None` where a side has fewer than two amounts, or no side differs in itself. The amounts must
    be above 0. B. L. Welch, Biometrika 34 (1947), 28-35.

    >>> found = ratio([100, 110, 120], [50, 55, 60])
    >>> f"{found.value:.2f} {found.low:.2f} {found.high:.2f} {found.freedom:.1f}"
    '0.50 0.41 0.61 4.0'
    """
    if min(len(ones), len(others)) < _FEWEST:
        return None
    one, other = list(map(log, ones)), list(map(log, others))
    parts = [variance(side) / len(side) for side in (one, other)]
    both = sum(parts)
    if not both:
        return None
    squares = sum(
        part * part / (len(side) - 1) for part, side in zip(parts, (one, other), strict=True)
    )
    return _around(fmean(other) - fmean(one), both, both * both / squares, certainty)


def paired_ratio(pairs: Sequence[tuple[float, float]], certainty: float = 0.95) -> Ratio | None:
    """Return how many times the first of a pair the second is, from the differences of logarithms.

    `None` for fewer than two pairs, or where all of them have the same ratio.
    """
    if len(pairs) < _FEWEST:
        return None
    steps = [log(other) - log(one) for one, other in pairs]
    spread = variance(steps) / len(steps)
    return _around(fmean(steps), spread, len(steps) - 1, certainty) if spread else None


def _around(middle: float, spread: float, freedom: float, certainty: float) -> Ratio:
    half = t_quantile(freedom, (1 + certainty) / 2) * sqrt(spread)
    low, high = (
        exp(max(-_FURTHEST, min(_FURTHEST, one))) for one in (middle - half, middle + half)
    )
    return Ratio(value=exp(middle), low=low, high=high, freedom=freedom)


def log_spread(*sides: Sequence[float]) -> float | None:
    """Return the standard deviation of logarithms, pooled over sides; `None` where none is known.

    >>> log_spread([100.0], [50.0])
    """
    known = [side for side in sides if len(side) >= _FEWEST]
    if not known:
        return None
    freedom = sum(len(side) - 1 for side in known)
    squares = sum(variance(map(log, side)) * (len(side) - 1) for side in known)
    return sqrt(squares / freedom)


def needed(
    spread: float,
    change: float,
    *,
    paired: bool = False,
    power: float = 0.8,
    certainty: float = 0.95,
) -> int:
    """Return how many amounts a side, or pairs, show a change with so much power.

    `spread` is the standard deviation of logarithms, of the differences within pairs where they
    are `paired`; `change` is the logarithm of the ratio that is there. J. Cohen, Statistical Power
    Analysis (1988), 2.4, with the quantiles of Student's t for those of the normal distribution.

    >>> needed(0.5, log(0.75))
    49
    """
    sides = 1 if paired else 2
    share, normal = (1 + certainty) / 2, NormalDist()
    least = sides * (spread * (normal.inv_cdf(share) + normal.inv_cdf(power)) / change) ** 2
    many = max(_FEWEST, ceil(least))
    while True:
        freedom = (many - 1) * sides
        both = t_quantile(freedom, share) + t_quantile(freedom, power)
        if sides * (spread * both / change) ** 2 <= many:
            return many
        many += 1
