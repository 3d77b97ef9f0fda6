"""The interval of an estimate, of runs whose iterations differ and that differ as a whole."""

from __future__ import annotations

from math import exp, sqrt
from random import Random

import pytest

from ctxtally.model.run import RunTokenStats
from ctxtally.runs.estimate import forecast

SAMPLES = 500


def run(random: Random, iterations: int) -> RunTokenStats:
    level = exp(random.gauss(9, 0.4))
    tokens = sum(round(level * exp(random.gauss(0, 0.4))) for _ in range(iterations))
    return RunTokenStats(
        run_id="r",
        phase="",
        total_input_tokens=tokens,
        total_output_tokens=0,
        total_tokens=tokens,
        total_cost_usd=None,
        iterations=iterations,
    )


def held(logged: int, planned: int, runs: int) -> float:
    random, found = Random(planned * runs), 0  # noqa: S311 - a seed, not a secret
    for _ in range(SAMPLES):
        told = forecast([run(random, logged) for _ in range(runs)], planned)
        assert told
        found += told.low.tokens <= run(random, planned).total_tokens <= told.high.tokens
    return found / SAMPLES


@pytest.mark.parametrize("runs", [3, 8])
@pytest.mark.parametrize("iterations", [1, 5])
def test_the_interval_holds_the_next_run_as_often_as_it_says(runs: int, iterations: int) -> None:
    wanted = pytest.approx(0.95, abs=3 * sqrt(0.95 * 0.05 / SAMPLES))
    assert held(iterations, iterations, runs) == wanted


def test_of_more_iterations_it_holds_more_and_of_fewer_less() -> None:
    assert held(2, 12, 8) > 0.95
    assert held(12, 1, 8) < 0.9, "which is why there is a note"
