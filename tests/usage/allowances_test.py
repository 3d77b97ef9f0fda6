"""What is taken of an allowance, held against a sum by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.model.allowance import Allowance, Spending
from ctxtally.model.batch import single
from ctxtally.text.instants import seconds_of
from ctxtally.usage import allowances
from ctxtally.usage.allowances import held
from ctxtally.usage.present import Present
from tests.usage.logs import used

if TYPE_CHECKING:
    from ctxtally.model.usage import Usage

TODAY = "2026-02-11"  # a Wednesday
END = Present(day=TODAY)
NOON = Present(day=TODAY, seconds=43_200.0)


def allowance(per: str = "month", most: str = "100", **more: Any) -> Allowance:  # noqa: ANN401 - any field
    given = {"unit": "tokens", "warn": None, "origin": "ctxtally.toml:1"} | more
    return Allowance(name="a", per=per, max=Decimal(most), **given)  # type: ignore[arg-type] # as the test wants


def one(records: list[Usage], allowed: Allowance, present: Present = END) -> Spending:
    (found,) = held(map(single, records), [allowed], present).spendings
    return found


@pytest.mark.parametrize(
    ("per", "since", "until", "spent"),
    [
        ("day", TODAY, TODAY, 1),
        ("week", "2026-02-09", "2026-02-15", 3),
        ("month", "2026-02-01", "2026-02-28", 15),
    ],
)
def test_a_period(per: str, since: str, until: str, spent: int) -> None:
    days = {TODAY: 1, "2026-02-09": 2, "2026-02-08": 4, "2026-02-01": 8, "2026-01-31": 16}
    records = [used(tokens, day) for day, tokens in days.items()]
    records += [used(32, "2026-02-12"), used(64, ""), used(128, TODAY, kind="session.end")]
    found = one(records, allowance(per))
    assert (found.since, found.until, int(found.spent)) == (since, until, spent)


@pytest.mark.parametrize(
    ("day", "until"),
    [("2026-12-31", "2026-12-31"), ("2028-02-01", "2028-02-29"), ("2026-04-30", "2026-04-30")],
)
def test_the_end_of_a_month(day: str, until: str) -> None:
    found = one([], allowance(), Present(day=day))
    assert (found.since, found.until) == (f"{day[:8]}01", until)


@pytest.mark.parametrize("per", ["day", "week", "month"])
def test_the_first_day_of_all(per: str) -> None:
    found = one([used(7, "0001-01-01")], allowance(per), Present(day="0001-01-01"))
    assert (found.since, int(found.spent)) == ("0001-01-01", 7)


@pytest.mark.parametrize(
    ("spent", "state"), [(80, "within"), (81, "warning"), (100, "warning"), (101, "over")]
)
def test_a_state(spent: int, state: str) -> None:
    found = one([used(spent, TODAY)], allowance(warn=Decimal(80)))
    assert (found.state, found.share) == (state, spent / 100)


@pytest.mark.parametrize(
    ("globs", "spent"),
    [
        ({}, 15),
        ({"agent": "codex"}, 1),
        ({"model": "claude-*"}, 6),
        ({"branch": "feature/*"}, 4),
        ({"branch": "feature/*", "model": "gpt-*"}, 0),
        ({"agent": "{codex,claude-code}"}, 3),
    ],
)
def test_what_is_meant(globs: dict[str, str], spent: int) -> None:
    records = [
        used(1, TODAY, agent="codex", model="gpt-5.6-terra", branch="main"),
        used(2, TODAY, agent="claude-code", model="claude-sonnet-5"),
        used(4, TODAY, model="claude-opus-5-5", branch="feature/x"),
        used(8, TODAY),
    ]
    assert one(records, allowance(**globs)).spent == spent


def test_more_names_than_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowances, "MOST_NAMES", 2)
    records = [used(1, TODAY, model=f"m{at % 7}", session=f"s{at}") for at in range(21)]
    assert one(records, allowance(model="m[0-3]")).spent == 12


def test_money_is_added_exactly_and_what_has_no_price_is_told() -> None:
    records = [used(9, TODAY, cost_usd=0.1) for _ in range(30)] + [used(9, TODAY)] * 2
    found = one(records, allowance(unit="USD", most="3"))
    assert found.spent == 3
    assert (found.state, found.unknown, found.operations) == ("within", 2, 32)


def test_sessions_of_the_day() -> None:
    records = [
        used(1, "2026-02-10", session="two days"),
        used(2, TODAY, session="two days"),
        used(9, "2026-02-10", session="yesterday"),
        used(4, TODAY, session="today"),
        used(None, TODAY, session="today"),
        used(8, TODAY),
    ]
    found = held(map(single, records), [allowance("session")], END).spendings
    assert [(each.session, int(each.spent), each.unknown) for each in found] == [
        ("today", 4, 1),
        ("two days", 3, 0),
    ]
    assert {each.why_not for each in found} == {""}


def test_sessions_of_long_ago_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowances, "MOST_NAMES", 4)
    old = [used(1, f"2026-01-{day:02}", session=f"s{day}") for day in range(1, 29)]
    records = [*old, used(5, TODAY, session="now")]
    found = held(map(single, records), [allowance("session")], END).spendings
    assert [(each.session, int(each.spent)) for each in found] == [("now", 5)]


def month(rest: int = 0) -> list[Usage]:
    """Return 100 tokens for each of 40 days before today, so many of them in the evening."""
    before = [date.fromisoformat(TODAY) - timedelta(days=at + 1) for at in range(40)]
    records = [used(100 - rest, day.isoformat(), "09:00:00") for day in before]
    return records + [used(rest, day.isoformat(), "20:00:00") for day in before if rest]


def test_a_forecast_of_what_is_always_the_same() -> None:
    found = one([*month(), used(100, TODAY)], allowance(most="2750"))
    assert found.spent == 1_100
    assert found.forecast is not None
    assert found.forecast.middle == 1_100 + 17 * 100
    assert found.forecast.half == found.forecast.most == (Decimal(2_800), Decimal(2_800))
    assert (found.forecast.exceed, found.forecast.days) == (1.0, 35)
    assert one([*month(), used(100, TODAY)], allowance(most="2800")).forecast is not None


def test_the_evening_of_today_is_still_to_come() -> None:
    found = one([*month(rest=30), used(70, TODAY, "09:00:00")], allowance("day"), NOON)
    assert found.forecast is not None
    assert (found.spent, found.forecast.middle) == (Decimal(70), Decimal(100))
    assert found.forecast.exceed == 0
    week = one([*month(rest=30), used(70, TODAY, "09:00:00")], allowance("week"), NOON)
    assert week.forecast is not None
    assert week.forecast.middle == 2 * 100 + 100 + 4 * 100


def test_what_comes_later_is_not_there_yet() -> None:
    assert (
        one([used(1, TODAY, "11:59:59"), used(2, TODAY, "12:00:01")], allowance(), NOON).spent == 1
    )


def left(records: list[Usage], allowed: Allowance, present: Present) -> list[tuple[Any, ...]]:
    found = held(map(single, records), [allowed], present).left_out
    return [(each.why, each.operations, each.unknown, int(each.amount)) for each in found]


def test_what_has_no_date_is_told_where_it_matches() -> None:
    records = [used(5, ""), used(None, "", agent="codex"), used(7, TODAY), used(9, "", kind="run")]
    assert one(records, allowance()).spent == 7
    assert left(records, allowance(), END) == [("undated", 2, 1, 5)]
    assert left(records, allowance(agent="codex"), END) == [("undated", 1, 1, 0)]
    assert left(records, allowance(agent="aider"), END) == []


def test_what_a_session_took_without_a_date_is_a_part_of_it() -> None:
    records = [used(5, "", session="a"), used(7, TODAY, session="a"), used(9, "", session="b")]
    records += [used(11, ""), used(13, "2026-02-10", session="c"), used(15, "", session="c")]
    found = one(records, allowance("session"))
    assert (found.session, int(found.spent)) == ("a", 12)
    assert left(records, allowance("session"), END) == [("undated", 1, 0, 9)]


NOW = Present(day=TODAY, seconds=43_200.0, now=seconds_of(f"{TODAY}T12:00:00Z"))


@pytest.mark.parametrize("per", ["day", "week", "month", "session"])
def test_what_seems_to_come_within_a_day_is_now(per: str) -> None:
    records = [
        used(1, TODAY, "12:00:01", session="s"),
        used(2, "2026-02-12", "12:00:00", session="s"),
        used(4, "2026-02-12", "12:00:01", session="s"),
        used(None, "2027-02-12", session="s"),
    ]
    assert one(records, allowance(per), NOW).spent == 3
    assert left(records, allowance(per), NOW) == [("future", 2, 1, 4)]
    assert left(records, allowance(per), NOON) == [], "as of the past, later days are left out"


def test_a_day_ahead_without_a_session_is_none_of_a_session() -> None:
    assert left([used(4, "2026-03-12"), used(4, "")], allowance("session"), NOW) == []


def test_days_without_usage_are_part_of_history() -> None:
    mondays = ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26", "2026-02-02", "2026-02-09"]
    found = one([used(700, day) for day in mondays], allowance())
    assert found.forecast is not None
    # Of the Mondays of February two have been, and two are to come.
    assert (found.spent, found.forecast.middle) == (Decimal(1_400), Decimal(2_800))


def test_weeks_of_long_ago_say_nothing() -> None:
    long_ago = [used(10**6, f"2025-0{month}-01") for month in range(1, 10)]
    found = one([*long_ago, *month(), used(100, TODAY)], allowance(most="2750"))
    assert found.forecast is not None
    assert found.forecast.days == 13 * 7
    assert found.forecast.most[1] < 10_000


@pytest.mark.parametrize(
    ("records", "allowed", "why"),
    [
        pytest.param(
            [], allowance(), "28 days of history are needed, there are 0", id="an empty log"
        ),
        pytest.param(
            [used(1, "2026-01-15")],
            allowance(),
            "28 days of history are needed, there are 27",
            id="one day too few",
        ),
        pytest.param(
            [used(1, "2025-07-01"), *(used(1, f"2026-02-0{day}") for day in range(1, 6))],
            allowance(),
            "6 days with usage are needed, there are 5",
            id="next to no history",
        ),
        pytest.param(
            [used(0, f"2026-01-{day:02}") for day in range(1, 32)],
            allowance(),
            "6 days with usage are needed, there are 0",
            id="days of nothing",
        ),
        pytest.param(
            month(), allowance(unit="USD"), "no operation has a known cost", id="no price"
        ),
        pytest.param(month(), allowance("day"), "", id="the day is over"),
    ],
)
def test_no_forecast(records: list[Usage], allowed: Allowance, why: str) -> None:
    found = one(records, allowed, END if allowed.per == "day" else Present(day=TODAY, seconds=1.0))
    assert (found.forecast, found.why_not) == (None, why)


@given(
    st.lists(
        st.tuples(st.dates(date(2026, 1, 1), date(2026, 2, 20)), st.integers(0, 99)), max_size=30
    )
)
def test_the_sum_is_that_of_the_days(days: list[tuple[date, int]]) -> None:
    records = [used(tokens, day.isoformat()) for day, tokens in days]
    by_day = Counter[str]()
    for day, tokens in days:
        by_day[day.isoformat()] += tokens
    found = one(records, allowance("week"), Present(day="2026-02-15"))
    assert found.spent == sum(by_day[f"2026-02-{day:02}"] for day in range(9, 16))
