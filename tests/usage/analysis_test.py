"""Sums over a log, held against a count by hand; memory that does not grow with it."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.model.analysis import Analysis, Period
from ctxtally.model.category_rule import CategoryRule
from ctxtally.model.usage import Tokens
from ctxtally.usage import tally
from ctxtally.usage.analysis import analysis
from ctxtally.usage.categories import category_of
from tests.usage.logs import used

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxtally.model.usage import Usage

EVER = Period()
DAYS = ("2026-01-05", "2026-01-06", "2026-02-01", "")
RECORDS = st.builds(
    used,
    st.none() | st.integers(0, 10_000),
    st.sampled_from(DAYS),
    category=st.sampled_from(["blog", "docs", ""]),
    operation=st.sampled_from(["read", "write", ""]),
    session=st.sampled_from(["a", "b", ""]),
    model=st.sampled_from(["m", "n"]),
    counted=st.sampled_from(["reported", "estimate", "odd"]),
    kind=st.sampled_from(["usage", "session.end"]),
    cost_usd=st.none() | st.sampled_from([0.1, 0.2]),
)


def groups(found: Analysis, dimension: str) -> dict[str, int]:
    return {one.name: one.tokens for one in found.by[dimension]}


@given(st.lists(RECORDS, max_size=30))
def test_every_token_is_in_one_group(records: list[Usage]) -> None:
    found = analysis(records, EVER, by=["model"])
    counted = [one for one in records if one.kind == "usage"]
    tokens = sum(one.total or 0 for one in counted)
    assert (found.whole.operations, found.whole.tokens) == (len(counted), tokens)
    assert found.whole.unknown == sum(one.total is None for one in counted)
    for dimension in ("category", "operation", "session", "day", "model"):
        assert sum(groups(found, dimension).values()) == tokens
        assert sum(one.operations for one in found.by[dimension]) == len(counted)
    assert sum(found.whole.counted.values()) == tokens
    assert found.whole.cost_usd == sum(Decimal(str(one.cost_usd or 0)) for one in counted)
    by_session = Counter[str]()
    for one in counted:
        by_session[one.session] += one.total or 0
    posts = {one.session for one in counted if category_of(one) == "blog"} - {""}
    assert found.posts.count == len(posts)
    unknown = {one.session for one in counted if one.total is None}
    assert found.posts.unknown == len(posts & unknown)
    assert found.posts.tokens == sum(by_session[name] for name in posts - unknown)
    assert found.sessions.count == len(set(by_session) - {""})


@given(st.lists(RECORDS, max_size=20), st.permutations(range(20)))
def test_the_order_makes_no_difference(records: list[Usage], order: list[int]) -> None:
    shuffled = [records[at] for at in order if at < len(records)]
    one, other = analysis(records, EVER), analysis(shuffled, EVER)
    assert (one.by, one.whole, one.course) == (other.by, other.whole, other.course)


@pytest.mark.parametrize(
    ("period", "tokens", "undated"),
    [
        pytest.param(EVER, 15, 0, id="all"),
        pytest.param(Period(since="2026-01-06"), 6, 1, id="since, the day included"),
        pytest.param(Period(until="2026-01-06"), 3, 1, id="until, the day included"),
        pytest.param(Period(since="2026-01-06", until="2026-01-06"), 2, 1, id="one day"),
        pytest.param(Period(since="2027-01-01"), 0, 1, id="none"),
    ],
)
def test_a_period(period: Period, tokens: int, undated: int) -> None:
    days = {"2026-01-05": 1, "2026-01-06": 2, "2026-02-01": 4, "": 8}
    found = analysis([used(tokens, day) for day, tokens in days.items()], period)
    assert (found.whole.tokens, found.undated) == (tokens, undated)


def test_the_days_of_the_records() -> None:
    found = analysis([used(1, "2026-02-01"), used(1, "2026-01-05"), used(1, "")], EVER)
    assert (found.first, found.last, found.active) == ("2026-01-05", "2026-02-01", 2)
    assert groups(found, "day") == {"2026-01-05": 1, "2026-02-01": 1, "(unknown)": 1}
    assert (analysis([], EVER).first, analysis([], EVER).active) == ("", 0)


def test_today_is_not_over() -> None:
    records = [used(1, f"2026-01-{day:02}") for day in range(1, 10)]
    assert analysis(records, EVER, today="2026-01-09").course.days == 8
    assert analysis(records, EVER, today="2026-01-10").course.days == 9


def test_buckets_add_up_apart() -> None:
    one = Tokens(input=1, cache_read=2, cache_write_5m=3, cache_write_1h=4, output=5, reasoning=5)
    found = analysis([used(15, tokens=one), used(15, tokens=one), used(9)], EVER)
    assert found.buckets == one + one


def test_more_names_than_are_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "MOST_NAMES", 2)
    records = [used(at, operation=f"o{at}", session=f"s{at}") for at in range(1, 5)]
    found = analysis([*records, used(10, operation="o1")], EVER)
    assert groups(found, "operation") == {"o1": 11, "(others)": 7, "o2": 2}
    assert found.crowded == ("operation", "session")
    assert found.sessions.count == 2


def test_sessions_by_the_agents_that_they_tell() -> None:
    told = [("a", "codex"), ("a", ""), ("b", ""), ("c", "codex"), ("", "codex"), ("a", "aider")]
    records = [used(1, session=session, agent=agent) for session, agent in told]
    found = analysis(records, EVER, by=["agent"]).worked
    one, both = frozenset(["codex"]), frozenset(["codex", "aider"])
    assert found == {both: 1, frozenset(): 1, one: 1}
    assert analysis(records, EVER).worked == {}
    many = analysis([used(1, session="a", agent=f"a{at}") for at in range(99)], EVER, by=["agent"])
    assert [len(agents) for agents in many.worked] == [8]


def test_memory_does_not_grow_with_the_log() -> None:
    def peak(records: Iterable[Usage]) -> int:
        tracemalloc.start()
        analysis(records, EVER, by=["model", "branch"])
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    random = Random(1)  # noqa: S311 - a seed, not a secret

    def records(many: int) -> Iterable[Usage]:
        for _ in range(many):
            yield used(random.randrange(9_999), operation=f"o{random.randrange(50)}")

    assert peak(records(8_000)) < 2 * peak(records(1_000))


def test_a_category_is_told_by_rules_and_words() -> None:
    rules = [CategoryRule(name="deploys", patterns=("deploy *",))]
    operations = ("deploy docs", "load CLAUDE.md", "read docs", "")
    found = analysis([used(1, operation=one) for one in operations], EVER, rules=rules)
    assert groups(found, "category") == {"(none)": 1, "context": 1, "deploys": 1, "docs": 1}


def test_a_group_that_is_not_there_has_nothing() -> None:
    found = analysis([used(None, operation="read")], EVER)
    assert found.group("category", "docs").operations == 0
    assert found.group("operation", "read").average is None
    assert found.sessions.average is None
