"""Where the next amount lies: by hand and by simulation."""

from __future__ import annotations

from math import exp, log, sqrt
from random import Random

import pytest

from ctxtally.statistics.prediction import predicted
from ctxtally.statistics.student import t_quantile

SAMPLES = 1_000


@pytest.mark.parametrize("many", [2, 3, 10])
@pytest.mark.parametrize("share", [0.025, 0.05, 0.5, 0.9, 0.975])
def test_the_next_one_lies_below_as_often_as_it_says(many: int, share: float) -> None:
    random, below = Random(many), 0  # noqa: S311 - a seed, not a secret
    for _ in range(SAMPLES):
        *known, following = [exp(random.gauss(9, 0.5)) for _ in range(many + 1)]
        found = predicted(known, share)
        assert found is not None
        below += following <= found
    assert below / SAMPLES == pytest.approx(share, abs=3 * sqrt(share * (1 - share) / SAMPLES))


@pytest.mark.parametrize("many", [2, 5, 20])
def test_the_range_holds_the_next_one_as_often_as_it_says(many: int) -> None:
    random, held = Random(many), 0  # noqa: S311 - a seed, not a secret
    for _ in range(SAMPLES):
        *known, following = [exp(random.gauss(9, 0.5)) for _ in range(many + 1)]
        low, high = predicted(known, 0.025), predicted(known, 0.975)
        assert low
        assert high
        held += low <= following <= high
    assert held / SAMPLES == pytest.approx(0.95, abs=3 * sqrt(0.95 * 0.05 / SAMPLES))


def test_by_hand() -> None:
    found = predicted([exp(1), exp(2), exp(3)], 0.9)
    assert found == pytest.approx(exp(2 + t_quantile(2, 0.9) * sqrt(1 + 1 / 3)))


def test_what_does_not_differ_is_what_comes() -> None:
    assert predicted([40.0, 40.0], 0.9) == pytest.approx(40)


@pytest.mark.parametrize("values", [[], [40.0]])
def test_too_few(values: list[float]) -> None:
    assert predicted(values, 0.9) is None


def test_the_middle_is_the_geometric_mean() -> None:
    assert predicted([10.0, 1_000.0], 0.5) == pytest.approx(exp((log(10) + log(1_000)) / 2))
