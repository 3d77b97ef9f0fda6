"""Profiles that a repository writes itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.data import CHECKOUT

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

QUILL = """\
agent = "quill"
name = "Quill"
source = "our own agent"
verified_on = 2026-11-21
detect = ["**/*.quill"]

[[files]]
id = "notes"
glob = ["notes.quill"]
kind = "instructions"
at = "chain"
load = "always"
"""
PATH = ".ctxtally/agents/quill.toml"


def agents(run: Run) -> dict[str, int]:
    found = run("explain", "--format", "json").json["agents"]
    return {one["agent"]: one["always"]["tokens"] for one in found if one["dir"] == "."}


def test_it_is_the_example_of_the_document() -> None:
    document = (CHECKOUT / "docs" / "configuration.md").read_text("utf-8")
    assert f"```toml\n{QUILL}```\n" in document


def test_an_agent_is_added(repo: Repo, run: Run) -> None:
    repo.add({"notes.quill": "One two.\n", "CLAUDE.md": "One.\n"})
    assert agents(run).keys() == {"claude-code"}
    repo.add({PATH: QUILL})
    assert agents(run) == {"claude-code": 2, "quill": 3}
    assert run.tokens()["notes.quill"] == 3
    assert run("explain", "--agent", "quill").status == 0


def test_an_agent_is_replaced(repo: Repo, run: Run) -> None:
    shipped = (CHECKOUT / "budgets" / "claude-code.toml").read_text("utf-8")
    repo.add({"CLAUDE.md": "x\n" * 201})
    assert "at most 200 lines" in run("budget").out
    path = ".ctxtally/agents/claude-code.toml"
    repo.add({path: shipped.replace("value = 200\n", "value = 300\n")})
    assert run("budget").out == ""
    repo.add({path: shipped})
    assert "at most 200 lines" in run("budget").out


def test_only_what_is_staged_counts(repo: Repo, run: Run) -> None:
    repo.add({"notes.quill": "One two.\n"})
    repo.write({PATH: QUILL})
    assert agents(run) == {}
    repo.git("add", PATH)
    assert agents(run) == {"quill": 3}


@pytest.mark.parametrize(
    ("path", "text", "error"),
    [
        pytest.param(
            ".ctxtally/agents/pen.toml",
            QUILL,
            'error: .ctxtally/agents/pen.toml:1:1: it is about the agent "quill"\n'
            "  = help: name it .ctxtally/agents/quill.toml\n",
            id="the name of another",
        ),
        pytest.param(
            PATH,
            QUILL.replace('load = "always"', 'load = "often"'),
            f"error: {PATH}:12:1: `load` must be one of always, nested, glob, description, "
            'manual, never, not "often"\n'
            "  = help: write one of always, nested, glob, description, manual, never\n",
            id="a value that is none",
        ),
    ],
)
def test_one_that_cannot_be_read(repo: Repo, run: Run, path: str, text: str, error: str) -> None:
    repo.add({path: text, "notes.quill": "One.\n"})
    ran = run("budget")
    assert (ran.status, ran.err) == (2, error)
