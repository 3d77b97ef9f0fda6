"""Ratios with their ranges: by hand, by simulation, and where there is none."""

from __future__ import annotations

from math import exp, log, sqrt
from random import Random
from statistics import fmean, variance

import pytest

from ctxtally.statistics.ratios import log_spreads, needed, paired_ratio, ratio
from ctxtally.statistics.student import t_quantile

# Runs are skewed: about as much as the totals of agents' runs are (a coefficient of 53%).
SIGMA = 0.5
SAMPLES = 600


def side(random: Random, many: int, middle: float = 0.0, sigma: float = SIGMA) -> list[float]:
    return [exp(random.gauss(middle, sigma)) for _ in range(many)]


def share_within(truth: float, seed: int, ones: int, others: int, certainty: float) -> float:
    random, held = Random(seed), 0  # noqa: S311 - a seed, not a secret
    for _ in range(SAMPLES):
        found = ratio(side(random, ones), side(random, others, log(truth), 0.8), certainty)
        assert found
        held += found.low <= truth <= found.high
    return held / SAMPLES


@pytest.mark.parametrize(("ones", "others"), [(3, 3), (5, 5), (10, 4), (20, 20)])
@pytest.mark.parametrize("certainty", [0.8, 0.95])
def test_the_range_holds_the_truth_as_often_as_it_says(
    ones: int, others: int, certainty: float
) -> None:
    # Welch's degrees of freedom are an approximation that errs by a few hundredths at n = 3; three
    # standard errors of so many samples are three more.
    slack = 0.025 + 3 * sqrt(certainty * (1 - certainty) / SAMPLES)
    held = share_within(0.74, 7, ones, others, certainty)
    assert held == pytest.approx(certainty, abs=slack)


# Sides of two and three against many more, whose own deviations are the same, smaller and larger.
@pytest.mark.parametrize(("ones", "others"), [(2, 3), (2, 10), (2, 20), (3, 20)])
@pytest.mark.parametrize("sigma", [0.1, 0.5, 0.8])
def test_the_range_of_few_against_many_holds_it_as_often_as_it_says(
    ones: int, others: int, sigma: float
) -> None:
    random, held = Random(ones * others), 0  # noqa: S311 - a seed, not a secret
    for _ in range(SAMPLES):
        found = ratio(side(random, ones, sigma=0.5), side(random, others, log(0.74), sigma))
        assert found
        held += found.low <= 0.74 <= found.high
    # It may hold it more often: nobody knows which side's deviation decides.
    assert held / SAMPLES >= 0.95 - 2 * sqrt(0.95 * 0.05 / SAMPLES)


def test_as_many_a_side_have_the_freedom_of_welch() -> None:
    few, many = ratio([1, 2, 4], [3, 5, 9]), ratio([1, 2, 4], [3, 5, 9, 7])
    assert few
    assert many
    assert 2 < few.freedom <= 4
    assert many.freedom == 2


@pytest.mark.parametrize("many", [2, 3, 8])
def test_the_range_of_pairs_holds_the_truth_as_often_as_it_says(many: int) -> None:
    random, held = Random(many), 0  # noqa: S311 - a seed, not a secret
    for _ in range(SAMPLES):
        tasks = side(random, many, sigma=0.8)
        found = paired_ratio([(one, one * exp(random.gauss(log(0.75), 0.3))) for one in tasks])
        assert found
        held += found.low <= 0.75 <= found.high
    # The t of pairs is exact: only the sampling of the test itself has to be allowed for.
    assert held / SAMPLES == pytest.approx(0.95, abs=3 * sqrt(0.95 * 0.05 / SAMPLES))


def test_pairs_show_what_two_sides_do_not() -> None:
    random, paired, apart = Random(11), 0, 0  # noqa: S311 - a seed, not a secret
    for _ in range(200):
        tasks = side(random, 8, sigma=0.8)
        ones = [one * exp(random.gauss(0, 0.2)) for one in tasks]
        others = [one * exp(random.gauss(log(0.75), 0.2)) for one in tasks]
        together, two_sides = (
            paired_ratio(list(zip(ones, others, strict=True))),
            ratio(ones, others),
        )
        assert together
        assert two_sides
        paired += together.high < 1
        apart += two_sides.high < 1
    assert paired > 100
    assert apart < 20


def test_welch_by_hand() -> None:
    # NIST/SEMATECH e-Handbook, 7.3.1: t = difference / sqrt(s1^2 / n1 + s2^2 / n2).
    ones = [exp(one) for one in (0.0, 1.0, 2.0, 3.0, 4.0)]
    others = [exp(one) for one in (1.0, 1.5, 2.5, 3.0)]
    found = ratio(ones, others)
    assert found
    variances = (2.5 / 5, 2.5 / 3 / 4)
    freedom = sum(variances) ** 2 / (variances[0] ** 2 / 4 + variances[1] ** 2 / 3)
    half = t_quantile(freedom) * sqrt(sum(variances))
    assert found.freedom == pytest.approx(freedom)
    assert found.value == pytest.approx(1)
    assert (found.low, found.high) == pytest.approx((exp(-half), exp(half)))


def test_pairs_by_hand() -> None:
    found = paired_ratio([(100, 50), (100, 100), (100, 200)])
    assert found
    half = t_quantile(2) * log(2) / sqrt(3)
    assert found == pytest.approx((1.0, exp(-half), exp(half), 2))


def test_one_side_may_be_all_the_same() -> None:
    found = ratio([100, 100, 100], [50, 60])
    assert found
    assert found.freedom == pytest.approx(1)


@pytest.mark.parametrize(
    ("ones", "others"),
    [
        pytest.param([1.0], [2.0], id="one a side"),
        pytest.param([1.0, 2.0, 3.0], [2.0], id="one on a side"),
        pytest.param([], [1.0, 2.0], id="none on a side"),
        pytest.param([5.0, 5.0], [4.0, 4.0], id="no spread"),
        pytest.param([0.3, 0.1 + 0.2], [0.7, 0.1 * 7], id="no spread but for rounding"),
    ],
)
def test_no_ratio(ones: list[float], others: list[float]) -> None:
    assert ratio(ones, others) is None


def test_a_range_ends_where_numbers_do() -> None:
    found = ratio([1.0, 1.0], [1.0, 5e-324])
    assert found
    assert (found.low, found.high) == (exp(-700), exp(700))


@pytest.mark.parametrize(
    "pairs", [[], [(1.0, 2.0)], [(1.0, 2.0), (2.0, 4.0)], [(0.1, 0.3), (0.7, 2.1)]]
)
def test_no_ratio_of_pairs(pairs: list[tuple[float, float]]) -> None:
    assert paired_ratio(pairs) is None


def test_each_side_has_its_spread() -> None:
    ones, others = [1.0, 2.0, 4.0], [3.0, 5.0]
    expected = tuple(sqrt(variance(map(log, side))) for side in (ones, others))
    assert log_spreads(ones, others) == pytest.approx(expected)
    assert log_spreads(ones, [9.0]) == pytest.approx((log(2), log(2)))
    assert log_spreads(ones) == pytest.approx((log(2),))


@pytest.mark.parametrize("sides", [([1.0], [2.0]), ([3.0, 3.0], [2.0]), ([1.0],)])
def test_no_spread_is_known(sides: tuple[list[float], ...]) -> None:
    assert log_spreads(*sides) is None


@pytest.mark.parametrize(
    ("spread", "saving", "paired"), [(0.5, 0.4, False), (0.3, 0.25, False), (0.3, 0.25, True)]
)
def test_so_many_runs_show_the_saving_four_times_in_five(
    spread: float, saving: float, *, paired: bool
) -> None:
    many = needed([spread] if paired else [spread] * 2, log(1 - saving))
    assert many
    random, shown, samples = Random(3), 0, 400  # noqa: S311 - a seed, not a secret
    for _ in range(samples):
        ones = side(random, many, sigma=spread)
        if paired:
            steps = side(random, many, log(1 - saving), spread)
            found = paired_ratio([(one, one * step) for one, step in zip(ones, steps, strict=True)])
        else:
            found = ratio(ones, side(random, many, log(1 - saving), spread))
        assert found
        shown += found.high < 1
    assert shown / samples == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize(
    ("effect", "paired", "many"),
    # J. Cohen, Statistical Power Analysis (1988), table 2.4.1: power .80, two-sided .05.
    [(0.2, False, 393), (0.5, False, 64), (0.8, False, 26), (1.0, False, 17), (1.4, False, 9)],
)
def test_the_number_of_a_published_table(effect: float, many: int, *, paired: bool) -> None:
    assert needed([1.0] if paired else [1.0, 1.0], effect) == pytest.approx(many, abs=1)


def test_at_least_two_are_needed() -> None:
    assert needed([0.001, 0.001], log(0.5)) == 2
    assert needed([0.0, 0.0], log(0.5)) == 2
    assert needed([0.001, 0.001], log(0.5), least=6) == 6


@pytest.mark.parametrize("change", [0.0, 1e-17, -0.000_99, log(0.9991)])
def test_no_number_shows_what_is_hardly_there(change: float) -> None:
    assert needed([0.5, 0.5], change) is None


def test_sides_that_spread_differently_need_as_many_as_show_it() -> None:
    many = needed([0.6, 0.05], log(0.6))
    assert many
    random, shown, samples = Random(9), 0, 500  # noqa: S311 - a seed, not a secret
    for _ in range(samples):
        found = ratio(side(random, many, sigma=0.6), side(random, many, log(0.6), 0.05))
        assert found
        shown += found.high < 1
    assert shown / samples == pytest.approx(0.8, abs=0.05)


def test_the_mean_of_a_sample_is_the_middle() -> None:
    random = Random(5)  # noqa: S311 - a seed, not a secret
    ones, others = side(random, 9), side(random, 7)
    found = ratio(ones, others)
    assert found
    assert log(found.value) == pytest.approx(fmean(map(log, others)) - fmean(map(log, ones)))
    assert found.low < found.value < found.high
