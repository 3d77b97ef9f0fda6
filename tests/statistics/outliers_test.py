"""Robust scores, held against their definition, and how seldom they call chance unusual."""

from __future__ import annotations

from random import Random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.statistics.outliers import OUTLYING, scores

SERIES = st.lists(st.integers(0, 10_000), min_size=1, max_size=40)


@given(SERIES)
def test_a_score_is_the_distance_in_scaled_median_deviations(values: list[int]) -> None:
    middle = median(values)
    spread = median(abs(value - middle) for value in values)
    if spread:
        # 0.6745 is the factor that Iglewicz and Hoaglin print.
        expected = [0.6745 * (value - middle) / spread for value in values]
        assert scores(values) == pytest.approx(expected, rel=1e-4)


@given(SERIES, st.integers(1, 1_000))
def test_the_unit_makes_no_difference(values: list[int], factor: int) -> None:
    assert scores([value * factor for value in values]) == pytest.approx(scores(values))


def test_where_most_are_the_same() -> None:
    assert scores([5, 5, 5, 5]) == [0, 0, 0, 0]
    assert [round(score, 3) for score in scores([5, 5, 5, 5, 10])] == [0, 0, 0, 0, 3.989]
    assert scores([]) == []


def test_chance_is_seldom_unusual() -> None:
    random = Random(5)  # noqa: S311 - a seed, not a secret
    days = [[random.gauss(1_000, 200) for _ in range(30)] for _ in range(200)]
    unusual = sum(abs(score) > OUTLYING for values in days for score in scores(values))
    # 0.05% of a normal distribution lie so far out; of thirty, estimated, some more.
    assert unusual / (30 * 200) < 0.005


def test_what_stands_apart_is_unusual_among_a_third_of_others_like_it() -> None:
    random = Random(6)  # noqa: S311 - a seed, not a secret
    values = [random.gauss(1_000, 100) for _ in range(20)] + [10_000.0] * 9
    assert all(score > OUTLYING for score in scores(values)[20:])
