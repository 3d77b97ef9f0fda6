from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.budget.advice import Detail, Section
from ctxtally.budget.judge import judge
from ctxtally.budget.savings import savings
from ctxtally.model.budget import Bound, Budget
from ctxtally.model.saving import Saving
from tests.support.make import bound, budget, measured, module

if TYPE_CHECKING:
    from ctxtally.model.measured import Measured

SECTIONS = (
    Section(heading="# Shop", line=1, tokens=10),
    Section(heading="## Build", line=9, tokens=700),
    Section(heading="## Rules", line=99, tokens=500),
)


def saved(one: Budget, *files: Measured, sections: tuple[Section, ...] = ()) -> list[Saving]:
    outcomes = judge([one], files, [module("one", stated=1, tokens=9)], ())
    details = {file.path: Detail(sections=sections) for file in files}
    return list(savings(outcomes, details))


def test_over_a_budget_with_sections() -> None:
    one = budget(max=bound(1_000))
    assert saved(one, measured("CLAUDE.md", 1_210), sections=SECTIONS) == [
        Saving(
            tokens=210,
            path="CLAUDE.md",
            line=9,
            rule="token-budget",
            does="trim it to its budget of 1,000 tokens (limit);"
            " the heaviest section is `## Build`, 700 tokens",
            command="${EDITOR:-vi} +9 CLAUDE.md",
            goal=True,
        )
    ]


def test_over_a_warning_line() -> None:
    (one,) = saved(budget(max=bound(1_000), warn=bound(900)), measured("my notes.md", 901))
    assert (one.tokens, one.does) == (1, "trim it to its warning line of 900 tokens (limit)")
    assert one.command == "${EDITOR:-vi} 'my notes.md'"


def test_one_section_is_the_whole_file() -> None:
    (one,) = saved(budget(max=bound(9)), measured("a.md", 12), sections=SECTIONS[:1])
    assert one.does == "trim it to its budget of 9 tokens (limit)"


@pytest.mark.parametrize(
    ("one", "tokens"),
    [
        pytest.param(budget(max=bound(9)), 9, id="at the limit"),
        pytest.param(budget(max=bound(9, "bytes")), 9, id="another unit"),
        pytest.param(budget(max=bound(9), scope="total"), 99, id="a sum"),
        pytest.param(
            budget(
                scope="module",
                max=Bound(text="100% of estimate", unit="tokens", amount=10_000, of="estimate"),
            ),
            1,
            id="a module",
        ),
        pytest.param(budget(min=bound(9)), 1, id="under its least"),
    ],
)
def test_quiet(one: Budget, tokens: int) -> None:
    assert saved(one, measured("CLAUDE.md", tokens)) == []
