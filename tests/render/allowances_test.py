from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from ctxtally.model.allowance import Allowance, Checked, Forecast, LeftOut, Spending, Why
from ctxtally.render import allowances

FORECAST = Forecast(
    days=28,
    middle=Decimal(150),
    half=(Decimal(140), Decimal(160)),
    most=(Decimal(120), Decimal(190)),
    exceed=0.4,
    futures=2_000,
    seed=1,
)


def spending(spent: str, *, per: str = "month", unit: str = "tokens", **more: Any) -> Spending:  # noqa: ANN401 - any field
    allowance = Allowance(
        name="x\x1b",
        per=per,  # type: ignore[arg-type] # one of its values
        unit=unit,  # type: ignore[arg-type] # as above
        max=Decimal(200),
        warn=Decimal(100),
        origin="ctxtally.toml:3",
    )
    given: dict[str, Any] = {
        "operations": 3,
        "unknown": 0,
        "since": "2026-02-01",
        "until": "2026-02-28",
    } | more
    return Spending(allowance=allowance, spent=Decimal(spent), **given)


def checked(*spendings: Spending, remarks: tuple[str, ...] = ()) -> Checked:
    return Checked(day="2026-02-10", log="a/log\x1b", spendings=spendings, remarks=remarks)


WEEK, DAY = r"x\x1b (2026-02-01 to 2026-02-28)", r"x\x1b (2026-02-01)"
SEE = "`ctxtally analyze --since 2026-02-01 --by session --by operation`"


@pytest.mark.parametrize(
    ("one", "fail_above", "lines"),
    [
        pytest.param(
            spending("100"), None, [r"x\x1b (2026-02): 100 of 200 tokens, 50.0%"], id="within"
        ),
        pytest.param(
            spending("101", per="week", unknown=1),
            None,
            [
                f"warning[allowance]: {WEEK}: 101 of 200 tokens, 50.5%: beyond 100 tokens",
                "  1 operation of 3 tell no tokens: it is more",
                f"  = help: ctxtally.toml:3 has the limit; see {SEE}",
            ],
            id="warning",
        ),
        pytest.param(
            spending("201.5", unit="USD", per="day", unknown=3),
            None,
            [
                f"error[allowance]: {DAY}: 201.50 of 200.00 USD, 100.8%: 1.50 USD over",
                "  3 operations of 3 have no known cost: it is more",
                f"  = help: ctxtally.toml:3 has the limit; see {SEE}",
            ],
            id="over",
        ),
        pytest.param(
            spending("20", per="session", session="s\x1b", why_not="too young"),
            0.0,
            [r"x\x1b (s\x1b): 20 of 200 tokens, 10.0%", "  no forecast: too young"],
            id="a session",
        ),
        pytest.param(
            spending("20", forecast=FORECAST),
            0.4,
            [
                r"x\x1b (2026-02): 20 of 200 tokens, 10.0%",
                "  by the end of 2026-02-28: 150 tokens, 50% [140-160], 90% [120-190]",
                "  40.0% beyond 200 (2,000 futures from 28 days of history, seed 1)",
            ],
            id="not likelier",
        ),
        pytest.param(
            spending("120", forecast=FORECAST),
            0.39,
            [
                r"error[allowance]: x\x1b (2026-02): 120 of 200 tokens, 60.0%: likely to go over",
                "  by the end of 2026-02-28: 150 tokens, 50% [140-160], 90% [120-190]",
                "  40.0% beyond 200 (2,000 futures from 28 days of history, seed 1)",
                f"  = help: ctxtally.toml:3 has the limit; see {SEE}",
            ],
            id="likelier",
        ),
    ],
)
def test_text(one: Spending, fail_above: float | None, lines: list[str]) -> None:
    head = r"Allowances on 2026-02-10 (UTC), a/log\x1b"
    assert allowances.text(checked(one), fail_above) == "\n".join([head, "", *lines])
    assert allowances.fails(one, fail_above) is lines[0].startswith("error")


def test_text_of_nothing() -> None:
    found = allowances.text(checked(remarks=("r\x1b",)), None)
    assert found.splitlines()[2:] == ["No session was at work on that day.", "", r"note: r\x1b"]


def left_out(why: Why, operations: int, unknown: int, amount: str, unit: str) -> LeftOut:
    allowance = spending("1", unit=unit).allowance
    return LeftOut(
        allowance=allowance,
        why=why,
        operations=operations,
        unknown=unknown,
        amount=Decimal(amount),
    )


LEFT = (
    left_out("undated", 1, 0, "5000000", "tokens"),
    left_out("future", 3, 1, "2.5", "USD"),
    left_out("undated", 2, 2, "0", "tokens"),
)


def test_what_is_in_no_sum_is_told() -> None:
    one = Checked(day="2026-02-10", log="log", spendings=(), left_out=LEFT, remarks=("last",))
    ahead = "they are more than a day ahead of now"
    assert allowances.text(one, None).splitlines()[4:] == [
        r'note: not a part of "x\x1b", for no date is told: 1 operation, 5,000,000 tokens',
        rf'note: not a part of "x\x1b", for {ahead}: 3 operations, at least 2.50 USD',
        r'note: not a part of "x\x1b", for no date is told: 2 operations',
        "note: last",
    ]
    told = json.loads(allowances.json(one, None))["left_out"]
    assert told[:2] == [
        {
            "name": "x\x1b",
            "why": "undated",
            "operations": 1,
            "unknown": 0,
            "amount": 5_000_000,
        },
        {"name": "x\x1b", "why": "future", "operations": 3, "unknown": 1, "amount": 2.5},
    ]


def test_json() -> None:
    found = json.loads(allowances.json(checked(spending("20.5", forecast=FORECAST)), 0.3))
    (one,) = found["allowances"]
    assert found["schema"] == "ctxtally/usage-check/1"
    assert (one["spent"], one["max"], one["warn"], one["fails"]) == (20.5, 200, 100, True)
    assert one["forecast"] == {
        "median": 150,
        "half": [140, 160],
        "nine_of_ten": [120, 190],
        "exceed": 0.4,
        "days": 28,
        "futures": 2000,
        "seed": 1,
    }
    assert (one["session"], one["no_forecast"]) == (None, None)
