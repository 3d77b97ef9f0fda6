"""Two conversations held against each other."""

from __future__ import annotations

from random import Random

import pytest

from ctxtally.conversation.comparison import compared
from ctxtally.model.criteria import Criteria
from tests.conversation.made import judged, turns

CRITERIA = Criteria()


def series(seed: int, level: float, many: int = 40) -> list[float]:
    random = Random(seed)  # noqa: S311 - a seed, not a secret
    return [level + random.uniform(-0.05, 0.05) for _ in range(many)]


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        pytest.param(series(1, 0.6), series(2, 0.4), "better", id="less"),
        pytest.param(series(1, 0.4), series(2, 0.6), "worse", id="more"),
        pytest.param(series(1, 0.5), series(2, 0.5), "no-difference", id="the same"),
        pytest.param(series(1, 0.6), series(2, 0.4, 30), "better", id="unequal lengths"),
        pytest.param(series(1, 0.6, 9), series(2, 0.4), "not-enough-turns", id="too short"),
        pytest.param([], series(2, 0.4), "not-enough-turns", id="empty"),
    ],
)
def test_verdicts(one: list[float], other: list[float], verdict: str) -> None:
    found = compared(judged(turns(one)), judged(turns(other)), CRITERIA)
    assert found.verdict == verdict
    assert found.paired is (len(one) == len(other))
    assert (found.low is None) is (verdict == "not-enough-turns")


def test_two_that_are_equal_in_every_turn() -> None:
    health = judged(turns(series(1, 0.5)))
    found = compared(health, health, CRITERIA)
    assert (found.saved, found.low, found.high) == (0.0, 0.0, 0.0)
    assert found.verdict == "no-difference"


def test_a_series_in_which_every_turn_is_like_the_last_says_little() -> None:
    rising = [0.02 * at for at in range(12)]
    found = compared(judged(turns(rising)), judged(turns(series(3, 0.1, 13))), CRITERIA)
    assert found.verdict in ("not-enough-turns", "no-difference")


@pytest.mark.untraced
def test_the_range_holds_the_truth_in_most_comparisons() -> None:
    held = 0
    for seed in range(300):
        one, other = series(seed, 0.55), series(seed + 10_000, 0.5)
        found = compared(judged(turns(one)), judged(turns(other)), CRITERIA)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.05 <= found.high
    assert 0.92 <= held / 300 <= 0.99
