"""Sen's slope, held against a count of all pairs."""

from __future__ import annotations

from itertools import combinations, permutations
from math import sqrt
from random import Random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.statistics.trends import trend, trend_at, trend_in_time, trend_of_sums

SERIES = st.lists(st.integers(0, 10_000), min_size=5, max_size=40)


@given(SERIES)
def test_the_slope_is_the_median_over_all_pairs(values: list[int]) -> None:
    pairs = combinations(enumerate(values), 2)
    slopes = [(later - earlier) / (at - before) for (before, earlier), (at, later) in pairs]
    found = trend(values)
    assert found is not None
    assert found.slope == pytest.approx(median(slopes))
    assert found.low <= found.slope <= found.high


@given(SERIES, st.integers(-50, 50))
def test_a_line_added_is_added_to_the_slope(values: list[int], per_turn: int) -> None:
    one = trend(values)
    other = trend([value + at * per_turn for at, value in enumerate(values)])
    assert one
    assert other
    assert other.slope == pytest.approx(one.slope + per_turn, abs=1e-6)


def test_a_fifth_of_outliers_does_not_bend_it() -> None:
    values = [100.0 * at for at in range(50)]
    for at in range(0, 50, 5):
        values[at] = 1e9
    found = trend(values)
    assert found
    assert found.slope == pytest.approx(100, rel=0.2)


def test_the_range_holds_the_truth_in_most_series() -> None:
    held = 0
    for seed in range(400):
        random = Random(seed)  # noqa: S311 - a seed, not a secret
        found = trend([50 * at + random.gauss(0, 300) for at in range(20)])
        assert found
        held += found.low <= 50 <= found.high
    assert 0.92 <= held / 400 <= 0.99


@pytest.mark.parametrize("many", [5, 6, 7, 8])
def test_the_range_of_few_holds_the_truth_as_often_as_it_says(many: int) -> None:
    # Without a trend every order is as likely; all of them are tried, or as many as eight have.
    orders = list(permutations(range(many))) if many < 8 else []
    random = Random(8)  # noqa: S311 - a seed, not a secret
    orders = orders or [tuple(random.sample(range(many), many)) for _ in range(5_000)]
    held = 0
    for order in orders:
        found = trend(order)
        assert found
        held += found.low <= 0 <= found.high
    share = held / len(orders)
    # 97.5 % of Kendall's distribution, which has no finer steps; the next slope in leaves 94.4 %.
    assert share >= 0.95
    assert share == pytest.approx(
        {5: 118 / 120, 6: 708 / 720, 7: 4888 / 5040, 8: 0.969}[many], abs=0.008
    )


@pytest.mark.parametrize("many", [201, 10_000])
def test_long_series_are_thinned(many: int) -> None:
    found = trend([7.0 * at for at in range(many)])
    assert found is not None
    assert found.slope == pytest.approx(7)


def of_days(values: list[float]) -> list[tuple[float, float]]:
    return [(float(at), value) for at, value in enumerate(values)]


@pytest.mark.parametrize(
    ("alike", "least"),
    # Where neighbours are as alike as that, ten values say next to nothing of it.
    [(0.0, 0.92), (0.3, 0.9), (0.6, 0.86), (0.8, 0.8)],
)
@pytest.mark.parametrize("many", [10, 25, 60])
def test_the_range_of_values_that_go_on_holds_the_truth(
    alike: float, many: int, least: float
) -> None:
    held, apart, samples = 0, 0, 150
    for seed in range(samples):
        random = Random(seed)  # noqa: S311 - a seed, not a secret
        values, off = [], 0.0
        for at in range(many):
            off = alike * off + random.gauss(0, 300)
            values.append(50 * at + off)
        found, other = trend_in_time(of_days(values)), trend(values)
        assert found
        assert other
        assert found.slope == other.slope
        assert found.low <= other.low
        assert found.high >= other.high
        held += found.low <= 50 <= found.high
        apart += other.low <= 50 <= other.high
    # Three standard errors of 150 samples below 95% are 5%.
    assert held / samples >= least
    if alike > 0.5 and many > 10:
        assert apart / samples < 0.8, "what the range of values apart would hold"


def test_the_range_of_weeks_with_weekends_holds_the_truth() -> None:
    held = 0
    for seed in range(150):
        random = Random(seed)  # noqa: S311 - a seed, not a secret
        weeks = [random.lognormvariate(0, 0.3) for _ in range(5)]
        values = [
            weeks[at // 7] * (0.15 if at % 7 > 4 else 1) * random.lognormvariate(10, 0.6)
            for at in range(35)
        ]
        found = trend_in_time(of_days(values))
        assert found
        held += found.low <= 0 <= found.high
    assert held / 150 >= 0.92


@pytest.mark.parametrize("sigma", [0.1, 1.0])
@pytest.mark.parametrize("many", [6, 20, 60])
def test_the_range_of_sums_of_changes_holds_the_truth(many: int, sigma: float) -> None:
    held, apart, samples = 0, 0, 200
    for seed in range(samples):
        random = Random(seed)  # noqa: S311 - a seed, not a secret
        size, places, values = 0.0, [], []
        for at in range(many):
            places.append(2.0 * at + random.randrange(2))
            size += random.choice([-1, 1]) * random.lognormvariate(4, sigma)
            values.append(size)
        points = list(zip(places, values, strict=True))
        found, other = trend_of_sums(points), trend_at(points)
        assert found
        assert other
        assert found.slope == other.slope
        held += found.low <= 0 <= found.high
        apart += other.low <= 0 <= other.high
    # Three standard errors of 200 samples are 5%.
    assert held / samples == pytest.approx(0.95, abs=0.05)
    if many > 6:
        assert apart / samples < 0.6, "what the range of values apart would hold"


def test_sums_of_changes_by_hand() -> None:
    # Changes of 10, 30, 20, 20 over nine places; 3.182 is Student's 97.5% for three degrees.
    found = trend_of_sums([(0, 5), (2, 15), (3, 45), (5, 65), (9, 85)])
    assert found
    spread = sqrt(200 / 3) * 2 / 9
    assert found.high - found.slope == pytest.approx(1.1 * 3.182 * spread, rel=1e-3)
    assert found.slope - found.low == pytest.approx(1.1 * 3.182 * spread, rel=1e-3)
    assert trend_of_sums([(0, 5), (2, 15), (3, 45), (5, 65)]) is None


@pytest.mark.parametrize("values", [[1.0, 2, 3, 4], []])
def test_too_short_in_time(values: list[float]) -> None:
    assert trend_in_time(of_days(values)) is None


def test_values_of_a_line_have_no_range() -> None:
    assert trend_in_time(of_days([3.0 * at for at in range(9)])) == (3.0, 3.0, 3.0)


def test_the_widest_range_is_that_of_all_slopes() -> None:
    found = trend_in_time(of_days([0.0, 9, 10, 9, 1]))
    assert found == (median([9, 5, 3, 0.25, 1, 0, -8 / 3, -1, -4.5, -8]), -8.0, 9.0)


def test_too_short() -> None:
    assert trend([1, 2, 3, 4]) is None


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 10_000)), min_size=5, max_size=30))
def test_places_of_their_own_count(given_points: list[tuple[int, int]]) -> None:
    points = sorted(dict(given_points).items())
    if len(points) < 5:
        return
    slopes = [(y - x) / (b - a) for (a, x), (b, y) in combinations(points, 2)]
    found = trend_at(points)
    assert found is not None
    assert found.slope == pytest.approx(median(slopes))


def test_the_range_of_days_with_gaps_holds_the_truth_in_most_series() -> None:
    held = 0
    for seed in range(300):
        random = Random(seed)  # noqa: S311 - a seed, not a secret
        days = sorted(random.sample(range(60), 15))
        found = trend_at([(day, 40 * day + random.expovariate(1 / 400)) for day in days])
        assert found
        held += found.low <= 40 <= found.high
    assert 0.92 <= held / 300 <= 0.99
