"""What is configured in vain is told, and fails nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

WORDS = "word " * 20 + "\n"


def told(run: Run, verb: str = "budget") -> list[str]:
    """Return the rules and lines of what is told about the configuration."""
    ran = run(verb, "--format", "json")
    assert ran.status == 0
    return [
        f"{one['rule']}:{one['line']}"
        for one in ran.json["findings"]
        if one["rule"].startswith("unused-")
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param('paths = ["CLAUDE.md"]\nmax = 99', [], id="a file"),
        pytest.param('paths = ["src/*.md"]\nmax = 99', ["unused-budget:1"], id="no file"),
        pytest.param(
            'paths = ["src/*.md"]\nmax = ["9 B", "9"]', ["unused-budget:1"], id="two units"
        ),
        pytest.param('scope = "total"\npaths = ["docs/*"]\nmax = 99', [], id="a total"),
        pytest.param('scope = "total"\npaths = ["x/*"]\nmax = 99', ["unused-budget:1"], id="none"),
        pytest.param('scope = "always"\nmax = 99', [], id="what is loaded"),
        pytest.param(
            'scope = "always"\ndirs = ["web"]\nmax = 99', ["unused-budget:1"], id="elsewhere"
        ),
        pytest.param('scope = "module"\nmax = 99', ["unused-budget:1"], id="no catalog"),
        pytest.param('scope = "redundancy"\nmax = 99', [], id="what is repeated"),
    ],
)
def test_budgets(repo: Repo, run: Run, lines: str, expected: list[str]) -> None:
    limit = f'[[budget]]\nname = "limit"\n{lines}\n'
    repo.add({"ctxtally.toml": limit, "CLAUDE.md": WORDS, "docs/a.md": WORDS})
    assert told(run) == told(run, "report") == expected
    assert run("budget").out == "", "nobody is bothered at each commit"


def test_without_a_budget_of_ones_own(repo: Repo, run: Run) -> None:
    repo.add({"CLAUDE.md": WORDS})
    assert told(run) == told(run, "report") == []


@pytest.mark.parametrize(
    ("lines", "gate", "report"),
    [
        pytest.param('budget = "limit"\npath = "CLAUDE.md"', [], [], id="used"),
        pytest.param('budget = "limit"\npath = "x"', ["unused-waiver:5"], None, id="a budget"),
        pytest.param('rule = "too-large"\npath = "**"', [], ["unused-waiver:5"], id="a rule"),
        pytest.param(
            'budget = "redundancy"\npath = "**"', [], ["unused-waiver:5"], id="not in the gate"
        ),
    ],
)
def test_waivers(
    repo: Repo, run: Run, lines: str, gate: list[str], report: list[str] | None
) -> None:
    limit = '[[budget]]\nname = "limit"\npaths = ["*.md"]\nmax = 99\n'
    if "CLAUDE" in lines:
        limit = limit.replace("99", "5")
    waiver = f'[[waiver]]\n{lines}\nreason = "x"\n'
    repo.add({"ctxtally.toml": limit + waiver, "CLAUDE.md": WORDS})
    assert told(run) == gate
    assert told(run, "report") == (gate if report is None else report)


def test_each_format_of_the_gate_has_them(repo: Repo, run: Run) -> None:
    limit = '[[budget]]\nname = "limit"\npaths = ["src/*.md"]\nmax = 99\n'
    repo.add({"ctxtally.toml": limit, "CLAUDE.md": WORDS})
    for name in ("text", "json", "markdown", "sarif", "github", "junit"):
        out = run("budget", "--verbose", "--format", name).out
        assert "unused-budget" in out, name
        assert "limits nothing" in out, name
