from __future__ import annotations

import pytest

from ctxtally.budget.unused import unused_budgets, unused_waivers
from ctxtally.model.finding import Finding
from ctxtally.model.waiver import Waiver
from ctxtally.render import text
from tests.support.make import bound, budget

FOUND = Finding(
    rule="token-budget", level="error", path="docs/a.md", message="too big", budget="limit"
)


def waiver(**fields: object) -> Waiver:
    given = {"path": "docs/*.md", "reason": "x", "origin": "ctxtally.toml:9"} | fields
    return Waiver(**given)  # type: ignore[arg-type] # the test names what it means


@pytest.mark.parametrize(
    ("scope", "why"),
    [
        ("file", "`paths` selects no file that could be measured"),
        ("total", "`paths` selects no file that could be measured"),
        ("always", "no `agent` that is used here has such `dirs`"),
        ("chain", "no `agent` that is used here has such `dirs`"),
        ("listing", "no `agent` that is used here has such `dirs`"),
        ("module", "no catalog lists a module with what it takes"),
        ("category", "no catalog has a category with what it takes"),
        ("redundancy", "no files are read together"),
    ],
)
def test_a_budget_that_limits_nothing(scope: str, why: str) -> None:
    one = budget("old", scope=scope, max=bound(1))
    assert list(unused_budgets([one], {"old"})) == []
    assert text.findings(unused_budgets([one, one], {"other"})) == (
        f"note[unused-budget]: ctxtally.toml:1: the budget `old` limits nothing: {why}\n"
        "  = help: mend it, or take it away"
    )


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(waiver(budget="limit"), id="a budget"),
        pytest.param(waiver(rule="token-budget"), id="a rule"),
        pytest.param(waiver(rule="token-budget", path="**"), id="anywhere"),
    ],
)
def test_a_waiver_that_is_used(one: Waiver) -> None:
    assert list(unused_waivers([one], [FOUND])) == []


@pytest.mark.parametrize(
    ("one", "message", "way_out"),
    [
        pytest.param(
            waiver(budget="limit", path="*.md"),
            "this waiver allows nothing: nothing at `*.md` breaks the budget `limit`",
            "take it away",
            id="another path",
        ),
        pytest.param(
            waiver(rule="too-large", owner="@docs"),
            "this waiver allows nothing: nothing at `docs/*.md` breaks the rule `too-large`",
            "take it away; ask @docs",
            id="another rule",
        ),
    ],
)
def test_a_waiver_that_is_not_used(one: Waiver, message: str, way_out: str) -> None:
    assert text.findings(unused_waivers([one], [FOUND])) == (
        f"note[unused-waiver]: ctxtally.toml:9: {message}\n  = help: {way_out}"
    )
