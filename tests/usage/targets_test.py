from __future__ import annotations

import pytest

from ctxtally.model.analysis import Period, Stock
from ctxtally.usage.analysis import analysis
from ctxtally.usage.targets import targets
from tests.usage.logs import used

POST = [
    used(9_000, session="a", category="blog"),
    used(5_999, session="a"),
    used(90_000, session="b", category="docs"),
]
STOCK = Stock(
    files=20_000,
    start=2_999,
    agent="codex",
    repeated=0.1499,
    manifest=1_999,
    manifest_path="x/MANIFEST.json",
)


def test_each_is_met_within_its_limit() -> None:
    found = targets(analysis(POST, Period()), STOCK)
    assert [(one.name, one.actual, one.met, one.because) for one in found] == [
        ("tokens per post", 14_999, True, "14,999 tokens, sessions with a post: 1"),
        (
            "context loading efficiency",
            pytest.approx(0.85005),
            True,
            "codex begins with 2,999 of 20,000 tokens",
        ),
        ("redundancy", 0.1499, True, "of what agents load"),
        ("MANIFEST.json", 1_999, True, "x/MANIFEST.json"),
    ]


def test_each_is_missed_at_its_limit() -> None:
    limit = Stock(files=20_000, start=3_000, repeated=0.15, manifest=2_000)
    records = [used(15_000, session="a", category="blog")]
    assert [one.met for one in targets(analysis(records, Period()), limit)] == [False] * 4


def test_without_a_post_a_session_stands_for_one() -> None:
    found = targets(analysis(POST[2:], Period()), STOCK)[0]
    assert (found.name, found.actual, found.met) == ("tokens per session", 90_000, False)
    assert found.because == "90,000 tokens, sessions: 1"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(
            [40_000, None, None, None],
            (40_000, False, "40,000 tokens, sessions with a post: 1, without 3 of unknown tokens"),
            id="some",
        ),
        pytest.param(
            [None, None], (None, None, "sessions with a post: 2, all of unknown tokens"), id="all"
        ),
    ],
)
def test_a_session_of_unknown_tokens_is_in_no_average(
    told: list[int | None], expected: tuple[float | None, bool | None, str]
) -> None:
    posts = [used(one, session=f"s{at}", category="blog") for at, one in enumerate(told)]
    known = [used(10, session=one.session) for one in posts]
    if told[0] is not None:
        known = known[1:]
    found = targets(analysis([*posts, *known], Period()), STOCK)[0]
    assert (found.name, found.actual, found.met, found.because) == ("tokens per post", *expected)


def test_what_is_not_measured_says_so() -> None:
    found = targets(analysis([], Period()), Stock())
    assert [(one.actual, one.met, one.because) for one in found] == [
        (None, None, "no record names a session"),
        (None, None, "no agent loads anything"),
        (None, None, "no agent loads anything"),
        (None, None, "the tree has none"),
    ]
