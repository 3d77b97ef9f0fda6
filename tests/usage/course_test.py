from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from ctxtally.usage.course import course


def days(*tokens: float, step: int = 1) -> dict[str, int]:
    first = date(2026, 1, 1)
    return {(first + timedelta(days=at * step)).isoformat(): int(n) for at, n in enumerate(tokens)}


@pytest.mark.parametrize(
    ("found", "slope", "direction"),
    [
        pytest.param(days(*range(0, 900, 100)), 100, "rises", id="rises"),
        pytest.param(days(*range(900, 0, -100), step=2), -50, "falls", id="every other day"),
        pytest.param(days(5, 900, 3, 880, 10, 870, 2), -1, "no clear direction", id="neither"),
        pytest.param(days(1, 2, 3), None, "no clear direction", id="too few"),
    ],
)
def test_the_direction(found: dict[str, int], slope: float | None, direction: str) -> None:
    told = course(found)
    assert told.direction == direction
    assert told.slope == (None if slope is None else pytest.approx(slope, abs=10))
    assert told.days == len(found)


def test_a_day_that_stands_apart() -> None:
    told = course(days(100, 110, 90, 105, 95, 100, 4_000, 98))
    assert [(one.day, one.tokens) for one in told.unusual] == [("2026-01-07", 4_000)]
    assert told.median == 100
    assert told.judged


def test_of_a_week_nobody_knows_what_is_usual() -> None:
    told = course(days(100, 110, 90, 105, 95, 100, 4_000))
    assert (told.unusual, told.judged) == ((), False)


def test_nothing() -> None:
    assert course({}).days == 0


def test_days_without_direction_seldom_have_one() -> None:
    told = []
    for seed in range(200):
        random = Random(seed)  # noqa: S311 - a seed, not a secret
        told.append(course(days(*(random.lognormvariate(8, 0.8) for _ in range(15)))).direction)
    assert told.count("no clear direction") >= 0.92 * 200


def test_unusual_days_are_told_with_their_distance() -> None:
    (one,) = course(days(*[100, 110] * 5, 300)).unusual
    assert (one.day, one.tokens) == ("2026-01-11", 300)
    assert one.score == pytest.approx(0.6745 * 190 / 10, rel=1e-4)
