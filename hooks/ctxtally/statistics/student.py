"""Quantiles of Student's t."""

from __future__ import annotations

from functools import lru_cache
from math import exp, lgamma, log, pi
from statistics import NormalDist

_TINY = 1e-300
_STEPS = 50
_CLOSE = 1e-13
# Beyond so many degrees of freedom the normal distribution has the first seven digits.
_MANY = 1e7


@lru_cache(maxsize=4096)
def t_quantile(freedom: float, share: float = 0.975) -> float:
    """Return below which value of Student's t a share of it lies; without more, 97.5 %.

    >>> round(t_quantile(1), 3), round(t_quantile(10), 3), round(t_quantile(4, 0.9), 3)
    (12.706, 2.228, 1.533)
    """
    if not freedom > 0 or not 0 < share < 1:
        raise ValueError(f"no quantile {share} of Student's t with {freedom} degrees of freedom")
    if share < 0.5:  # noqa: PLR2004 - it is symmetric
        return -t_quantile(freedom, 1 - share)
    normal = NormalDist().inv_cdf(share)
    if freedom > _MANY or not normal:
        return normal
    # Newton's steps between the logarithms of t and of what lies above it: nearly a straight line,
    # since the tail falls as a power.
    wanted, at = log(1 - share), log(max(normal, _CLOSE))
    for _ in range(_STEPS):
        value = exp(at)
        above = t_above(value, freedom)
        step = (log(above) - wanted) * above / (value * _density(value, freedom))
        at += step
        if abs(step) < _CLOSE:
            break
    return exp(at)


def t_above(value: float, freedom: float) -> float:
    """Return which share of Student's t lies above a value from 0 on.

    Abramowitz and Stegun, 26.5.27 and 26.7.1.
    """
    if not value:
        return 0.5
    square = value * value
    return 0.5 * _beta_share(freedom / (freedom + square), square, freedom)


def _density(value: float, freedom: float) -> float:
    half = freedom / 2
    told = lgamma(half + 0.5) - lgamma(half) - log(freedom * pi) / 2
    return exp(told - (half + 0.5) * log(1 + value * value / freedom))


def _beta_share(x: float, square: float, freedom: float) -> float:
    """Return the regularised incomplete beta function of `x`, freedom / 2 and 1/2.

    1 - x is worked out from the square, since it may be too close to 0 for a difference.
    """
    a, b, rest = freedom / 2, 0.5, square / (freedom + square)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(rest))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(rest, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction of the incomplete beta function, after Lentz.

    Abramowitz and Stegun, 26.5.8; W. J. Lentz, Applied Optics 15 (1976), 668-671.
    """
    front, below = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    found = below
    step, last = 0, 0.0
    while abs(last - 1) >= _CLOSE:
        step += 1
        twice = a + 2 * step
        even = step * (b - step) * x / ((twice - 1) * twice)
        odd = -(a + step) * (a + b + step) * x / (twice * (twice + 1))
        for term in (even, odd):
            below = 1 / _not_zero(1 + term * below)
            front = _not_zero(1 + term / front)
            last = front * below
            found *= last
    return found


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
