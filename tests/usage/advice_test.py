"""The monitor's rules: one above each limit speaks, at the limit it is quiet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ctxtally.model.analysis import Period, Stock
from ctxtally.usage.advice import advice
from ctxtally.usage.analysis import analysis
from tests.usage.logs import used

if TYPE_CHECKING:
    from ctxtally.model.saving import Saving
    from ctxtally.model.usage import Usage

EVER = Period()
SMALLER = "read a smaller manifest: without its registry, or only the part that is needed"
LESS = "read it less often, or only the part that is needed"
BY_OPERATION = "ctxtally analyze --by operation"


def told(
    records: list[Usage], repeated: float | None = None, period: Period = EVER
) -> dict[str, Saving]:
    return {one.rule: one for one in advice(analysis(records, period), repeated)}


def many(tokens: int, times: int, category: str, name: str = "o{}") -> list[Usage]:
    records = [used(tokens, category=category, operation=name.format(at)) for at in range(times)]
    return [*records, *(used(0, operation=f"idle{at}") for at in range(40))]


@pytest.mark.parametrize(
    "records",
    [
        pytest.param([], id="nothing"),
        pytest.param(many(2_500, 2, "manifest"), id="manifest"),
        pytest.param(many(5_000, 2, "context"), id="context"),
        pytest.param(many(10, 20, "docs"), id="docs"),
        pytest.param([used(3_000, operation="o")], id="average"),
        pytest.param(many(5_000, 2, "git", "the same"), id="operation"),
        pytest.param(
            [used(5_000), *(used(5_000) for _ in range(9)), *many(0, 0, "")], id="no name"
        ),
        pytest.param([used(None, category="manifest")] * 3, id="unknown"),
    ],
)
def test_at_its_limit_a_rule_is_quiet(records: list[Usage]) -> None:
    assert told(records) == {}


@pytest.mark.parametrize(
    ("records", "rule", "priority", "impact", "saved"),
    [
        pytest.param(
            [*many(2_501, 2, "manifest"), used(None, category="manifest")],
            "usage-manifest",
            "high",
            "manifest operations took 5,002 tokens in 3 operations, more than 5,000",
            (2 * 501, "at the target of 2,000"),
            id="manifest",
        ),
        pytest.param(
            many(1_001, 5, "manifest"),
            "usage-manifest",
            "high",
            "manifest operations took 5,005 tokens in 5 operations, more than 5,000",
            (5, "down to that limit"),
            id="small manifests",
        ),
        pytest.param(
            many(5_001, 2, "context"),
            "usage-context",
            "medium",
            "loading context took 10,002 tokens in 2 operations, more than 10,000",
            (2, "down to that limit"),
            id="context",
        ),
        pytest.param(
            many(10, 21, "docs"),
            "usage-docs",
            "medium",
            "documentation was read 21 times, more than 20",
            (10, "the times beyond that limit"),
            id="docs",
        ),
        pytest.param(
            [used(3_001, operation="o"), used(None, operation="o")],
            "usage-average",
            "medium",
            "an operation takes 3,001 tokens on average, more than 3,000",
            (1, "down to that limit"),
            id="average",
        ),
        pytest.param(
            many(5_001, 2, "git", "the same\x1b"),
            "usage-operation",
            "high",
            r'"the same\x1b" took 10,002 tokens in 2 operations, more than 10,000',
            (2, "down to that limit"),
            id="operation",
        ),
    ],
)
def test_above_its_limit_a_rule_speaks(
    records: list[Usage], rule: str, priority: str, impact: str, saved: tuple[int, str]
) -> None:
    (found,) = told(records).values()
    assert (found.rule, found.priority, found.impact) == (rule, priority, impact)
    assert ((found.estimate, found.basis), found.path) == (saved, "")


@pytest.mark.parametrize(
    ("now", "saved", "basis", "does", "command"),
    [
        pytest.param(
            29_588, 3 * 27_588, "at the target of 2,000", SMALLER, "write it", id="as heavy"
        ),
        pytest.param(
            40_000, 3 * 27_588, "at the target of 2,000", SMALLER, "write it", id="heavier"
        ),
        pytest.param(
            2_001, 3, "at the target of 2,000, from 2,001 now", SMALLER, "write it", id="lighter"
        ),
        pytest.param(
            2_000, 1_000, "down to that limit, from 2,000 now", LESS, BY_OPERATION, id="light"
        ),
        pytest.param(1_667, 1, "down to that limit, from 1,667 now", LESS, BY_OPERATION, id="just"),
    ],
)
def test_a_manifest_is_held_against_what_it_is_now(
    now: int, saved: int, basis: str, does: str, command: str
) -> None:
    records = [used(29_588, category="manifest", operation="read") for _ in range(3)]
    found = next(advice(analysis(records, EVER), None, Stock(manifest=now), "write it"))
    assert (found.rule, found.estimate, found.basis) == ("usage-manifest", saved, basis)
    assert (found.does, found.command) == (does, command)


def test_a_manifest_that_was_made_small_is_quiet() -> None:
    records = [used(29_588, category="manifest") for _ in range(3)]
    assert list(advice(analysis(records, EVER), None, Stock(manifest=1_666), "write it")) == []


def test_without_a_form_that_saves_none_is_named() -> None:
    records = [used(29_588, category="manifest") for _ in range(3)]
    (found,) = advice(analysis(records, EVER), None, Stock(manifest=29_588))
    assert found.command == "ctxtally catalog"


def test_what_is_said_twice_need_not_be_loaded() -> None:
    found = told(many(6_000, 2, "context"), 0.25)["usage-context"]
    assert (found.estimate, found.basis) == (2 * 1_500, "25.0% is said twice")


@pytest.mark.parametrize(
    ("repeated", "saved"),
    [
        pytest.param(0.0001, (1, "0.0% is said twice"), id="less than a token of each"),
        pytest.param(0.000_001, (1_010, "down to that limit"), id="less than a token of all"),
    ],
)
def test_a_small_share_of_many_small_loads(repeated: float, saved: tuple[int, str]) -> None:
    found = told(many(10, 1_101, "context"), repeated)["usage-context"]
    assert (found.estimate, found.basis) == saved


NONE, MANY = some.lists(some.none(), max_size=99), some.integers(0, 99)


@pytest.mark.parametrize(
    ("told", "saved"),
    [
        pytest.param([7, 7, *[None] * 98], (None, 7), id="few"),
        pytest.param([7] * 30 + [None] * 70, (70, 7), id="more"),
        pytest.param([None] * 21, (None, 0), id="none"),
    ],
)
def test_what_tells_no_tokens_saves_none(
    told: list[int | None], saved: tuple[int | None, int]
) -> None:
    records = [used(one, category="docs", operation="o") for one in told]
    (found,) = advice(analysis(records, EVER))
    assert (found.estimate, found.tokens) == saved
    assert found.basis == "the times beyond that limit that tell tokens"


AMOUNTS = some.one_of(
    some.lists(some.none() | some.integers(0, 9_000), max_size=60),
    some.builds(lambda none, one, many: [*none, *[one] * many], NONE, some.integers(0, 9), MANY),
)


@given(AMOUNTS, some.sampled_from(["manifest", "context", "docs"]), some.none() | some.floats(0, 1))
def test_no_rule_saves_more_than_was_used(
    amounts: list[int | None], category: str, repeated: float | None
) -> None:
    records = [used(one, category=category, operation="o") for one in amounts]
    every = sum(one or 0 for one in amounts)
    for found in told(records, repeated).values():
        assert found.estimate is None or 0 <= found.estimate <= every, found.rule


def test_a_command_looks_at_the_same_days() -> None:
    records = [used(20_000, "2026-01-05", operation="o")]
    found = told(records, period=Period(since="2026-01-01", until="2026-01-31"))
    assert found["usage-operation"].command == (
        "ctxtally analyze --by session --since 2026-01-01 --until 2026-01-31"
    )


def test_the_example_of_the_monitor() -> None:
    records = [
        used(29_588, category="manifest", operation="read MANIFEST.json"),
        used(6_000, category="context", operation="load blog-writing + humanization-standards"),
    ]
    found = told(records)
    assert list(found) == ["usage-manifest", "usage-average", "usage-operation"]
    assert [one.estimate for one in found.values()] == [27_588, 2 * 14_794, 19_588]
