from __future__ import annotations

from datetime import date

import pytest

from ctxtally.budget.waivers import waived
from ctxtally.model.finding import Finding
from ctxtally.model.waiver import Waiver

FOUND = Finding(
    rule="token-budget", level="error", path="docs/a.md", message="too big", budget="limit"
)


def waiver(**fields: object) -> Waiver:
    given = {
        "path": "docs/*.md",
        "reason": "moves in March",
        "origin": "ctxtally.toml:9",
        "budget": "limit",
        "until": date(2027, 1, 31),
    } | fields
    return Waiver(**given)  # type: ignore[arg-type] # the test names what it means


@pytest.mark.parametrize(
    ("one", "today", "level", "message"),
    [
        pytest.param(
            waiver(),
            date(2027, 1, 31),
            "note",
            "too big (waived until 2027-01-31: moves in March)",
            id="on its last day",
        ),
        pytest.param(
            waiver(until=None),
            date(2099, 1, 1),
            "note",
            "too big (waived: moves in March)",
            id="without an end",
        ),
        pytest.param(
            waiver(budget=None, rule="token-budget"),
            date(2026, 1, 1),
            "note",
            "too big (waived until 2027-01-31: moves in March)",
            id="by rule",
        ),
        pytest.param(
            waiver(owner="@docs"),
            date(2026, 1, 1),
            "note",
            "too big (waived until 2027-01-31 by @docs: moves in March)",
            id="with an owner",
        ),
        pytest.param(
            waiver(owner="@docs"),
            date(2027, 2, 1),
            "warning",
            "too big (waiver ctxtally.toml:9 of @docs expired on 2027-01-31; it fails from "
            "2027-02-15 on)",
            id="the owner of an expired one",
        ),
        pytest.param(
            waiver(),
            date(2027, 2, 14),
            "warning",
            "too big (waiver ctxtally.toml:9 expired on 2027-01-31; it fails from 2027-02-15 on)",
            id="the last day of grace",
        ),
        pytest.param(
            waiver(),
            date(2027, 2, 15),
            "error",
            "too big (waiver ctxtally.toml:9 expired on 2027-01-31)",
            id="after the grace",
        ),
    ],
)
def test_allowed_on_purpose(one: Waiver, today: date, level: str, message: str) -> None:
    (found,) = waived([FOUND], [one], today)
    assert (found.level, found.message) == (level, message)


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(waiver(path="*.md"), id="another path"),
        pytest.param(waiver(budget="other"), id="another budget"),
        pytest.param(waiver(budget=None, rule="not-utf8"), id="another rule"),
    ],
)
def test_not_meant(one: Waiver) -> None:
    assert list(waived([FOUND], [one], date(2026, 1, 1))) == [FOUND]
