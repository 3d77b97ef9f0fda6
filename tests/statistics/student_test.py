"""Quantiles of Student's t."""

from __future__ import annotations

import pytest

from ctxtally.statistics.student import t_quantile


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    # NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, column 0.975.
    [(3, 3.182), (4, 2.776), (5, 2.571), (10, 2.228), (20, 2.086), (30, 2.042), (100, 1.984)],
)
def test_the_quantiles_of_a_published_table(freedom: int, quantile: float) -> None:
    assert t_quantile(freedom) == pytest.approx(quantile, abs=0.01)
