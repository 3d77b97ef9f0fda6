from __future__ import annotations

import pytest

from ctxtally.budget.judge import judge
from ctxtally.model.budget import Bound, Budget
from tests.support.make import bound, budget, category, measured, module

FILES = [measured("CLAUDE.md", 100), measured("docs/a.md", 50), measured("docs/b.md", 7)]
TO_ESTIMATE = {"unit": "tokens", "of": "estimate"}


def states(one: Budget, **inputs: list[object]) -> dict[str, str]:
    given: dict[str, list[object]] = {"files": [], "modules": [], "categories": []} | inputs
    return {
        outcome.subject: outcome.state
        for outcome in judge([one], given["files"], given["modules"], given["categories"])  # type: ignore[arg-type]
    }


@pytest.mark.parametrize(
    ("limits", "state"),
    [
        pytest.param({"max": bound(100)}, "ok", id="equal to the limit passes"),
        pytest.param({"max": bound(99)}, "over", id="one over"),
        pytest.param({"warn": bound(99)}, "warning", id="over a warning line alone"),
        pytest.param({"warn": bound(100)}, "ok", id="equal to the warning line"),
        pytest.param({"max": bound(99), "warn": bound(50)}, "over", id="over both is over"),
        pytest.param({"max": bound(120), "warn": bound(50)}, "warning", id="between the two"),
        pytest.param({"max": bound(399, "bytes")}, "over", id="bytes"),
        pytest.param({"max": bound(300, "chars")}, "ok", id="characters"),
        pytest.param({"max": bound(99, "lines")}, "over", id="lines"),
        pytest.param(
            {
                "max": bound(111),
                "warn": Bound(text="90%", unit="tokens", amount=9_000, of="max"),
            },
            "warning",
            id="a warning line at 90 % of 111 is 99",
        ),
        pytest.param(
            {
                "max": bound(112),
                "warn": Bound(text="90%", unit="tokens", amount=9_000, of="max"),
            },
            "ok",
            id="90 % of 112 is 100.8, and 100 passes",
        ),
    ],
)
def test_one_file(limits: dict[str, Bound], state: str) -> None:
    assert states(budget("limit", **limits), files=[FILES[0]]) == {"CLAUDE.md": state}


def test_globs_select_the_files() -> None:
    one = budget(paths=("docs/*.md", "!docs/b.md"), max=bound(10))
    assert states(one, files=[*FILES]) == {"docs/a.md": "over"}


def test_a_total_adds_up_what_its_globs_select() -> None:
    one = budget("all docs", scope="total", paths=("docs/**",), max=bound(56))
    (outcome,) = judge([one], FILES, [], [])
    assert (outcome.subject, outcome.actual, outcome.state) == ("all docs", 57, "over")
    assert outcome.path == "docs/a.md", "the heaviest file is where to look"


def test_a_total_of_nothing_passes() -> None:
    one = budget("none", scope="total", paths=("nothing/**",), max=bound(0))
    (outcome,) = judge([one], FILES, [], [])
    assert (outcome.actual, outcome.path, outcome.state) == (0, "", "ok")


@pytest.mark.parametrize(
    ("tokens", "state"),
    [(800, "ok"), (799, "under"), (1200, "ok"), (1201, "over")],
    ids=["0.8 is included", "below 0.8", "1.2 is included", "above 1.2"],
)
def test_a_module_within_20_percent_of_its_estimate(tokens: int, state: str) -> None:
    one = budget(
        scope="module",
        paths=(),
        min=Bound(text="80% of estimate", unit="tokens", amount=8_000, of="estimate"),
        max=Bound(text="120% of estimate", unit="tokens", amount=12_000, of="estimate"),
    )
    found = states(one, modules=[module("a", stated=1000, tokens=tokens)])
    assert found == {"core/a": state}


def test_modules_without_a_number_to_compare_are_left_out() -> None:
    share = Bound(text="120% of estimate", unit="tokens", amount=12_000, of="estimate")
    modules: list[object] = [
        module("unstated", stated=None, tokens=10),
        module("unmeasured", stated=10, tokens=None),
    ]
    assert states(budget(scope="module", paths=(), max=share), modules=modules) == {}
    absolute = budget(scope="module", paths=(), max=bound(9))
    assert states(absolute, modules=modules) == {"core/unstated": "over"}


def test_paths_of_a_module_budget_select_catalogs() -> None:
    one = budget(scope="module", paths=("other/INDEX.yaml",), max=bound(1))
    assert states(one, modules=[module("a", stated=1, tokens=5)]) == {}


def test_categories_against_their_token_budget() -> None:
    share = Bound(text="100% of token_budget", unit="tokens", amount=10_000, of="token_budget")
    categories: list[object] = [
        category("core", token_budget=100, tokens=100),
        category("docs", token_budget=100, tokens=101),
        category("free", token_budget=None, tokens=9_999),
    ]
    one = budget(scope="category", paths=(), warn=share)
    assert states(one, categories=categories) == {"core": "ok", "docs": "warning"}
    elsewhere = budget(scope="category", paths=("x",), warn=share)
    assert states(elsewhere, categories=categories) == {}
