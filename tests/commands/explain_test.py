"""`ctxtally explain`: which load sets it shows, of which subject, in which form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.tokens.counters import DEFAULT, counter

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

TREE = {
    "CLAUDE.md": "@AGENTS.md\n",
    "AGENTS.md": "Run the tests.\n",
    "packages/core/CLAUDE.md": "Run them all.\n",
    "packages/core/src/a.c": "int a;\n",
    "GEMINI.md": "Be brief.\n",
}


@pytest.fixture
def tree(repo: Repo) -> Repo:
    repo.add(TREE)
    return repo


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        pytest.param(
            (),
            [
                ("claude-code", "packages/core"),
                ("claude-code", "."),
                ("agents-md", "."),
                ("gemini-cli", "."),
            ],
            id="every agent, where it makes a difference",
        ),
        pytest.param(
            ("--agent", "codex"), [("codex", ".")], id="an agent of which there is no sign"
        ),
        pytest.param(
            ("--agent", "claude-code", "--dir", "./packages/core/src/"),
            [("claude-code", "packages/core/src")],
            id="an agent in a directory",
        ),
        pytest.param(
            ("--dir", "packages"),
            [("claude-code", "packages"), ("agents-md", "packages"), ("gemini-cli", "packages")],
            id="all agents in a directory",
        ),
    ],
)
def test_which_load_sets_are_shown(
    run: Run, arguments: tuple[str, ...], shown: list[tuple[str, str]]
) -> None:
    ran = run("explain", "--format", "json", *arguments)
    assert [(one["agent"], one["dir"]) for one in ran.json["agents"]] == shown
    assert (ran.status, ran.err) == (0, "")


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("arguments", "error", "way_out"),
    [
        (("--agent", "codx"), 'no agent is named "codx"', "did you mean `codex`?"),
        (
            ("--dir", "packages/cor"),
            'no tracked file lies below "packages/cor"',
            "did you mean `packages/core`?",
        ),
        (
            ("--dir", "zzz"),
            'no tracked file lies below "zzz"',
            "write it as seen from the top of the repository",
        ),
        (
            ("--dir", "../other"),
            '"../other" is no directory of the repository',
            "write it as seen from the top: `packages/core`, or `.` for the top itself",
        ),
    ],
)
def test_what_does_not_exist(
    run: Run, arguments: tuple[str, ...], error: str, way_out: str
) -> None:
    ran = run("explain", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == f"error: {error}\n  = help: {way_out}\n"


@pytest.mark.usefixtures("tree")
def test_an_agent_like_no_other(run: Run) -> None:
    ran = run("explain", "--agent", "123")
    assert ran.status == 2
    assert ran.err.startswith(
        'error: no agent is named "123"\n  = help: the agents are agent-skills,'
    )


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_repository_without_agents(repo: Repo, run: Run, form: str) -> None:
    repo.add({"README.md": "word\n"})
    ran = run("explain", "--format", form)
    assert ran.status == 0
    assert "No agent is found" in ran.out


def test_the_subject(tree: Repo, run: Run) -> None:
    tree.commit("base")
    tree.add({"AGENTS.md": "Run the tests twice, please.\n"})
    tree.write({"AGENTS.md": "Run.\n"})
    found = {
        name: run("explain", "--agent", "codex", "--format", "json", *which).json
        for name, which in {"index": (), "disk": ("--worktree",), "base": ("--rev", "HEAD")}.items()
    }
    texts = {"index": "Run the tests twice, please.\n", "disk": "Run.\n", "base": TREE["AGENTS.md"]}
    assert {name: one["agents"][0]["always"]["tokens"] for name, one in found.items()} == {
        name: counter(DEFAULT).count(text) for name, text in texts.items()
    }
    assert [one["subject"].split()[0] for one in found.values()] == ["index", "work", "revision"]


def test_findings_are_waived_as_in_the_gate(repo: Repo, run: Run) -> None:
    repo.add(
        {
            "ctxtally.toml": '[[waiver]]\nrule = "import-missing"\npath = "CLAUDE.md"\n'
            'reason = "comes tomorrow"\n',
            "CLAUDE.md": "@./none.md\n",
        }
    )
    found = run("explain", "--format", "json").json["findings"]
    assert [(one["rule"], one["level"], one["line"]) for one in found] == [
        ("import-missing", "note", 1)
    ]
    assert found[0]["message"] == (
        "`@./none.md` imports nothing: no tracked file is there (waived: comes tomorrow)"
    )


def test_another_counter_marks_estimates(repo: Repo, run: Run) -> None:
    repo.add({"ctxtally.toml": 'counter = "gpt-9"\n', "CLAUDE.md": "word\n"})
    ran = run("explain")
    assert "~" in ran.out
    assert run("explain", "--agent", "claude-code").out.count("~") >= 3


def test_an_untracked_configuration_is_named(repo: Repo, run: Run) -> None:
    repo.add({"CLAUDE.md": "word\n"})
    repo.write({"ctxtally.toml": 'agents = ["codex"]\n'})
    note = "ctxtally.toml is not tracked; it is used as it lies on the disk"
    assert run("explain").out.endswith(f"\nnote: {note}\n")
    assert run("explain", "--format", "json").json["remarks"] == [note]
    assert run("explain", "--format", "markdown").out.endswith(f"\nNote: `{note}`\n")
