"""Comparisons of runs: what holds for any of them."""

from __future__ import annotations

from math import exp, log, prod, sqrt
from random import Random
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctxtally.model.run import RunTokenStats, Sample
from ctxtally.runs.comparison import ASSUMED_SPREAD, compared


def sample(tokens: int, iterations: int = 1, cost: float | None = None, task: str = "") -> Sample:
    stats = RunTokenStats(
        run_id="r",
        phase="",
        total_input_tokens=tokens,
        total_output_tokens=0,
        total_tokens=tokens,
        total_cost_usd=cost,
        iterations=iterations,
        unpriced_operations=int(cost is None),
    )
    return Sample(task, stats)


TASKS = st.sampled_from(["", "", "a", "b", "c"])
SAMPLES = st.builds(
    sample,
    st.integers(1, 10**6),
    st.integers(0, 9),
    st.one_of(st.none(), st.floats(0, 100)),
    TASKS,
)
SIDES = st.lists(SAMPLES, min_size=1, max_size=7)


@settings(max_examples=60)
@given(SIDES, SIDES)
def test_the_other_way_round_it_is_the_inverse(one: list[Sample], other: list[Sample]) -> None:
    there, back = compared(one, other), compared(other, one)
    assert (1 - there.tokens.share) * (1 - back.tokens.share) == pytest.approx(1)
    assert there.tasks == back.tasks
    assert there.needed == back.needed
    swapped = {"saved": "cost-more", "cost-more": "saved"}
    assert back.verdict == swapped.get(there.verdict, there.verdict)
    if there.tokens.low is not None and there.tokens.high is not None:
        assert there.tokens.low <= there.tokens.share <= there.tokens.high


@settings(max_examples=60)
@given(SIDES, SIDES)
def test_no_verdict_without_an_interval(one: list[Sample], other: list[Sample]) -> None:
    found = compared(one, other)
    shown = found.verdict in ("saved", "cost-more", "not-shown")
    assert shown == (found.tokens.low is not None)
    if not found.tasks and min(len(one), len(other)) < 2:
        assert found.verdict == "not-enough-runs"
    if found.needed is not None:
        assert found.needed >= 2
    assert bool(found.factors) == (found.verdict in ("saved", "cost-more"))


@settings(max_examples=60)
@given(SIDES, SIDES)
def test_the_parts_multiply_to_the_whole(one: list[Sample], other: list[Sample]) -> None:
    found = compared(one, other)
    parts = {each.name: each.ratio for each in found.factors}
    if not parts:
        return
    price = parts.pop("cost per token", None)
    assert prod(parts.values()) == pytest.approx(1 - found.tokens.share)
    if price is not None:
        assert found.cost
        assert prod(parts.values()) * price == pytest.approx(1 - found.cost.share)


def test_a_task_of_several_runs_counts_once() -> None:
    one = [sample(100, task="a"), sample(400, task="a"), sample(90, task="b")]
    other = [sample(100, task="a"), sample(30, task="b"), sample(5, task="c"), sample(5)]
    found = compared(one, other)
    assert found.tasks == ("a", "b")
    assert found.baseline.tokens == pytest.approx((200 * 90) ** 0.5)
    assert found.optimized.tokens == pytest.approx((100 * 30) ** 0.5)
    assert found.remarks == ("2 runs left out, for the other side has none of the same task",)


def test_one_task_of_both_sides_is_not_enough_for_pairs() -> None:
    found = compared([sample(100, task="a"), sample(90)], [sample(50, task="a"), sample(40)])
    assert found.tasks == ()


def test_what_does_not_differ_needs_no_number() -> None:
    found = compared([sample(100)], [sample(100)])
    assert (found.verdict, found.needed) == ("not-enough-runs", None)


def test_a_free_run_has_no_cost_to_compare() -> None:
    assert compared([sample(100, cost=1.0)], [sample(90, cost=0.0)]).cost is None
    assert compared([sample(100, cost=1.0)], [sample(90)]).cost is None


@pytest.mark.parametrize(
    ("costs", "mean"),
    [
        *(([1.0], 1.0), ([0.0], 0.0), ([0.0, 0.0], 0.0), ([4.0, 1.0], 2.0), ([None], None)),
        *(([0.0, 1.0], None), ([None, 1.0], None), ([None, 0.0], None)),
    ],
)
def test_a_side_has_a_cost_of_its_own(costs: list[float | None], mean: float | None) -> None:
    side = [sample(100, cost=cost) for cost in costs]
    for there, back in ((side, [sample(9)]), (side, [sample(9, cost=2.0)])):
        assert compared(there, back).baseline.cost == pytest.approx(mean)
        assert compared(back, there).optimized.cost == pytest.approx(mean)


def test_one_run_a_side_often_seems_to_save() -> None:
    # What docs/runs.md says of runs that spread by half: 37 in 100 save a fifth by chance.
    random = Random(1)  # noqa: S311 - a seed, not a secret
    totals = [round(20_000 * exp(random.gauss(0, ASSUMED_SPREAD))) for _ in range(2_000)]
    pairs = list(zip(totals[::2], totals[1::2], strict=True))
    seeming = sum(compared([sample(a)], [sample(b)]).tokens.share >= 0.2 for a, b in pairs)
    assert seeming / 1_000 == pytest.approx(0.37, abs=0.045)
    assert NormalDist().cdf(log(0.8) / (ASSUMED_SPREAD * sqrt(2))) == pytest.approx(0.376, abs=1e-3)


def test_a_verdict_by_chance_alone_is_as_rare_as_it_should_be() -> None:
    random = Random(2)  # noqa: S311 - a seed, not a secret
    shown = 0
    for _ in range(400):
        one, other = (
            [sample(round(20_000 * exp(random.gauss(0, ASSUMED_SPREAD)))) for _ in range(5)]
            for _ in "ab"
        )
        shown += compared(one, other).verdict in ("saved", "cost-more")
    # Nominally one in twenty; three standard errors of 400 more.
    assert shown / 400 <= 0.05 + 3 * sqrt(0.05 * 0.95 / 400)
