"""Quantiles of Student's t."""

from __future__ import annotations

from statistics import NormalDist

_NORMAL_975 = NormalDist().inv_cdf(0.975)


def t_quantile(freedom: float) -> float:
    """Return the 97.5 % quantile of Student's t (Abramowitz and Stegun, 26.7.5).

    >>> round(t_quantile(10), 3), round(t_quantile(30), 3)
    (2.228, 2.042)
    """
    z = _NORMAL_975
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, start=1))
