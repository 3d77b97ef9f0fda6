"""Ratios with their ranges: by hand, by simulation, and where there is none."""

from __future__ import annotations

from math import exp, log, sqrt
from random import Random
from statistics import fmean, variance

import pytest

from ctxtally.statistics.ratios import log_spread, needed, paired_ratio, ratio
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
    ones, others = [exp(one) for one in (1.0, 2.0, 4.0)], [exp(one) for one in (1.5, 2.5)]
    found = ratio(ones, others)
    assert found
    variances = (7 / 3 / 3, 0.5 / 2)
    freedom = sum(variances) ** 2 / (variances[0] ** 2 / 2 + variances[1] ** 2)
    half = t_quantile(freedom) * sqrt(sum(variances))
    assert found.freedom == pytest.approx(freedom)
    assert found.value == pytest.approx(exp(2 - 7 / 3))
    assert (found.low, found.high) == pytest.approx((exp(2 - 7 / 3 - half), exp(2 - 7 / 3 + half)))


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
    ],
)
def test_no_ratio(ones: list[float], others: list[float]) -> None:
    assert ratio(ones, others) is None


def test_a_range_ends_where_numbers_do() -> None:
    found = ratio([1.0, 1.0], [1.0, 5e-324])
    assert found
    assert (found.low, found.high) == (exp(-700), exp(700))


@pytest.mark.parametrize("pairs", [[], [(1.0, 2.0)], [(1.0, 2.0), (2.0, 4.0)]])
def test_no_ratio_of_pairs(pairs: list[tuple[float, float]]) -> None:
    assert paired_ratio(pairs) is None


def test_the_spread_is_pooled() -> None:
    ones, others = [1.0, 2.0, 4.0], [3.0, 5.0]
    squares = 2 * variance(map(log, ones)) + variance(map(log, others))
    assert log_spread(ones, others) == pytest.approx(sqrt(squares / 3))
    assert log_spread(ones, [9.0]) == pytest.approx(log(2))
    assert log_spread([1.0], [2.0]) is None


@pytest.mark.parametrize(
    ("spread", "saving", "paired"), [(0.5, 0.4, False), (0.3, 0.25, False), (0.3, 0.25, True)]
)
def test_so_many_runs_show_the_saving_four_times_in_five(
    spread: float, saving: float, *, paired: bool
) -> None:
    many = needed(spread, log(1 - saving), paired=paired)
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
    assert needed(1.0, effect, paired=paired) == pytest.approx(many, abs=1)


def test_at_least_two_are_needed() -> None:
    assert needed(0.001, log(0.5)) == 2
    assert needed(0.0, log(0.5)) == 2


def test_the_mean_of_a_sample_is_the_middle() -> None:
    random = Random(5)  # noqa: S311 - a seed, not a secret
    ones, others = side(random, 9), side(random, 7)
    found = ratio(ones, others)
    assert found
    assert log(found.value) == pytest.approx(fmean(map(log, others)) - fmean(map(log, ones)))
    assert found.low < found.value < found.high
