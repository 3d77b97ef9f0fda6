from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxtally.commands.budget import FORMATS
from tests.documents import read, rows
from tests.support.data import CHECKOUT

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

LIMIT = '[[budget]]\nname = "small"\npaths = ["**/CLAUDE.md"]\nmax = "10 tokens"\n'
BYTES = '[[budget]]\nname = "bytes"\npaths = ["CLAUDE.md"]\nmax = "10 bytes"\n'
ALWAYS = '[[budget]]\nname = "start"\nagent = "claude-code"\nscope = "always"\nmax = "10 tokens"\n'


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_verdict(repo: Repo, run: Run, name: str) -> None:
    repo.add({"ctxtally.toml": LIMIT, "CLAUDE.md": "word " * 8})
    assert run("budget", "--format", name).status == 0
    repo.add({"CLAUDE.md": "word " * 11})
    failed = run("budget", "--format", name)
    assert (failed.status, failed.err) == (1, "")
    assert "2 over its budget of 10" in failed.out


def test_no_two_formats_print_the_same(repo: Repo, run: Run) -> None:
    repo.add({"ctxtally.toml": LIMIT, "CLAUDE.md": "word " * 11})
    assert len({run("budget", "--format", name).out for name in FORMATS}) == len(FORMATS)


def test_an_unknown_format(repo: Repo, run: Run) -> None:
    repo.add({"CLAUDE.md": "word\n"})
    failed = run("budget", "--format", "yaml")
    assert (failed.status, failed.out) == (2, "")
    assert failed.err.startswith("error: argument --format: invalid choice: 'yaml'")


@pytest.mark.parametrize("name", ["sarif", "json"])
def test_a_path_that_is_not_ascii(repo: Repo, run: Run, name: str) -> None:
    repo.add({"ctxtally.toml": LIMIT, "d\u00e9 p/CLAUDE.md": "word " * 11})
    assert json.loads(run("budget", "--format", name).out)


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        pytest.param(LIMIT, [("CLAUDE.md", "+5", "11")], id="a file"),
        pytest.param(ALWAYS, [("claude-code", "+5", "11")], id="a load set"),
        pytest.param(
            LIMIT + BYTES, [("CLAUDE.md", "+25", "51"), ("CLAUDE.md", "+5", "11")], id="two units"
        ),
        pytest.param(
            LIMIT + ALWAYS,
            [("CLAUDE.md", "+5", "11"), ("claude-code", "+5", "11")],
            id="a file and what loads it",
        ),
    ],
)
def test_what_changed_is_in_the_table(
    repo: Repo, run: Run, limits: str, told: list[tuple[str, str, str]]
) -> None:
    repo.commit("base", {"ctxtally.toml": limits, "CLAUDE.md": "word " * 10 + "\n"})
    repo.add({"CLAUDE.md": "word " * 15 + "\n"})
    (_, _, *table) = rows(run("budget", "--format", "markdown").out)
    assert sorted((row[8].strip("`"), row[3], row[4]) for row in table) == told


def test_a_new_file_has_no_base(repo: Repo, run: Run) -> None:
    repo.commit("base", {"ctxtally.toml": LIMIT})
    repo.add({"CLAUDE.md": "word " * 15})
    (_, _, row) = rows(run("budget", "--format", "markdown").out)
    assert row[3:5] == ["-", "-"]


def test_the_formats_are_documented() -> None:
    text = read(CHECKOUT / "docs" / "ci.md")
    assert [row[0].strip("`") for row in rows(text) if len(row) == 3] == sorted(
        FORMATS, key=text.index
    )
    assert len(FORMATS) == 6
