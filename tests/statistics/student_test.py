"""Quantiles of Student's t, held against a published table, closed forms and an integral."""

from __future__ import annotations

from math import atan, pi, sqrt, tan
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.statistics.student import t_above, t_quantile

SHARES = (0.90, 0.95, 0.975, 0.99, 0.995, 0.999)
# NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
TABLE = {
    1: (3.078, 6.314, 12.706, 31.821, 63.657, 318.309),
    2: (1.886, 2.920, 4.303, 6.965, 9.925, 22.327),
    3: (1.638, 2.353, 3.182, 4.541, 5.841, 10.215),
    4: (1.533, 2.132, 2.776, 3.747, 4.604, 7.173),
    5: (1.476, 2.015, 2.571, 3.365, 4.032, 5.893),
    10: (1.372, 1.812, 2.228, 2.764, 3.169, 4.144),
    20: (1.325, 1.725, 2.086, 2.528, 2.845, 3.552),
    30: (1.310, 1.697, 2.042, 2.457, 2.750, 3.385),
    100: (1.290, 1.660, 1.984, 2.364, 2.626, 3.174),
}
WHOLE = st.floats(0.5, 0.9999)
FREEDOMS = st.floats(1, 300)


@pytest.mark.parametrize("freedom", TABLE)
def test_the_quantiles_of_a_published_table(freedom: int) -> None:
    found = [t_quantile(freedom, share) for share in SHARES]
    assert found == pytest.approx(TABLE[freedom], abs=6e-4)


@pytest.mark.parametrize("share", [*SHARES, 0.51, 0.5000001, 0.9999999])
def test_one_and_two_degrees_have_closed_forms(share: float) -> None:
    assert t_quantile(1, share) == pytest.approx(tan(pi * (share - 0.5)), rel=1e-7)
    above = 2 * share - 1
    two = above * sqrt(2 / (1 - above * above))
    assert t_quantile(2, share) == pytest.approx(two, rel=1e-7)


@given(FREEDOMS, WHOLE)
def test_so_much_lies_above_a_quantile(freedom: float, share: float) -> None:
    assert t_above(t_quantile(freedom, share), freedom) == pytest.approx(1 - share, rel=1e-9)


@given(FREEDOMS, WHOLE)
def test_it_is_symmetric(freedom: float, share: float) -> None:
    assert t_quantile(freedom, 1 - share) == pytest.approx(-t_quantile(freedom, share), abs=1e-9)


@pytest.mark.parametrize("freedom", [1, 2.5, 3, 8, 40])
@pytest.mark.parametrize("value", [0.25, 1.0, 3.0])
def test_what_lies_above_is_an_integral(freedom: float, value: float) -> None:
    # Simpson's rule over the density without its constant, from which the constant follows too;
    # with t = tan(angle) the whole tail is a piece of finite length.
    def integral(start: float, end: float) -> float:
        def weight(angle: float) -> float:
            if angle >= pi / 2:
                return 1.0 if freedom == 1 else 0.0
            at = tan(angle)
            return float((1 + at * at / freedom) ** (-(freedom + 1) / 2) * (1 + at * at))

        steps = 2_000
        width = (end - start) / steps
        inner = (weight(start + at * width) * (4 if at % 2 else 2) for at in range(1, steps))
        return width / 3 * (weight(start) + sum(inner) + weight(end))

    tail = integral(atan(value), pi / 2)
    whole = 2 * integral(0.0, pi / 2)
    assert t_above(value, freedom) == pytest.approx(tail / whole, rel=1e-3)


def test_many_degrees_are_normal() -> None:
    normal = NormalDist().inv_cdf(0.975)
    assert t_quantile(1e8) == normal
    assert t_quantile(1e6) == pytest.approx(normal + (normal**3 + normal) / 4e6, abs=1e-8)


def test_the_middle() -> None:
    assert t_quantile(3, 0.5) == 0
    assert t_above(0, 3) == 0.5


@pytest.mark.parametrize(
    ("freedom", "share"), [(0, 0.9), (-1, 0.9), (float("nan"), 0.9), (3, 0), (3, 1), (3, -0.1)]
)
def test_no_quantile(freedom: float, share: float) -> None:
    with pytest.raises(ValueError, match="no quantile"):
        t_quantile(freedom, share)
