from __future__ import annotations

import ast
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import ctxtally
from ctxtally import cli
from ctxtally.adapters import crash
from ctxtally.arguments import parser
from ctxtally.commands import budget
from tests.support.command import SCRIPT
from tests.support.data import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from ctxtally.arguments import Command
    from tests.support.command import Run
    from tests.support.repo import Repo

pytestmark = pytest.mark.children_measured

PACKAGE = CHECKOUT / "hooks" / "ctxtally"


def test_version(run: Run) -> None:
    ran = run("--version")
    assert (ran.status, ran.out) == (0, f"ctxtally {ctxtally.__version__}\n")


def test_help_names_every_command(run: Run) -> None:
    out = run("--help").out
    for verb in cli.VERBS:
        assert re.search(rf"\n    {verb}\s", out), verb


def test_every_command_module_is_a_verb() -> None:
    modules = {path.stem for path in (PACKAGE / "commands").glob("*.py")} - {"__init__"}
    assert modules == set(cli.VERBS)


def test_the_bare_gate_has_the_defaults_of_its_arguments() -> None:
    given = vars(parser(cli.VERBS, "budget", cli.command).parse_args(["budget"]))
    assert given.pop("verb") == "budget"
    assert given == {name: getattr(budget.Bare, name) for name in given}


@pytest.mark.parametrize("verb", cli.VERBS)
def test_every_command_has_help_and_json(run: Run, verb: str) -> None:
    out = run(verb, "--help").out
    assert out.startswith(f"usage: ctxtally {verb} [-h]")
    # What the first two print is for an agent, in the form that it demands; others have actions.
    apart = {"hook", "statusline", "conversation", "run", "session"}
    assert ("--format {text,json" in out) is (verb not in apart)


@pytest.mark.parametrize(
    "action",
    [
        *("conversation check", "conversation run"),
        *(f"session {one}" for one in ("start", "log", "end", "list", "report", "import")),
    ],
)
def test_every_action_has_help_and_json(run: Run, action: str) -> None:
    out = run(*action.split(), "--help").out
    assert out.startswith(f"usage: ctxtally {action} [-h]")
    assert "--format {text,json" in out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(
            [],
            "error: the following arguments are required: COMMAND\n"
            "  = help: see `ctxtally --help`\n",
            id="nothing",
        ),
        pytest.param(
            ["report", "--rev", "x", "--worktree"],
            "error: argument --worktree: not allowed with argument --rev\n"
            "  = help: see `ctxtally report --help`\n",
            id="two subjects",
        ),
        pytest.param(
            ["budget", "--rev", "nope"],
            "error: no commit is named 'nope' here\n"
            "  = help: give a branch, tag or commit id that `git rev-parse` knows\n",
            id="an unknown commit",
        ),
    ],
)
@pytest.mark.usefixtures("repo")
def test_a_mistake_is_two_lines_and_exit_2(run: Run, arguments: list[str], expected: str) -> None:
    ran = run(*arguments)
    assert (ran.status, ran.out, ran.err) == (2, "", expected)


@pytest.mark.parametrize("where", ["no repository", "bare", "inside .git"])
def test_a16_no_work_tree(
    repo: Repo, run: Run, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.git("clone", "--quiet", "--bare", ".", "../bare")
    places = {
        "no repository": (repo.root.parent, "not a git repository (or any of the parent"),
        "bare": (repo.root.parent / "bare", "this operation must be run in a work tree"),
        "inside .git": (repo.root / ".git", "this operation must be run in a work tree"),
    }
    folder, told = places[where]
    monkeypatch.chdir(folder)
    for verb in ("budget", "report"):
        ran = run(verb)
        assert (ran.status, ran.out) == (2, "")
        error, help_line = ran.err.splitlines()
        assert error.startswith(f"error: git rev-parse: {told}")
        assert help_line == "  = help: run ctxtally inside a git work tree"


class TestBug:
    def test_exit_3_and_a_crash_log(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        monkeypatch.setattr(cli, "command", lambda _: 1 / 0)
        ran = run("report")
        assert ran.status == 3
        (log,) = tmp_path.glob("ctxtally-crash-*.log")
        assert ran.err == (
            "error: a bug in ctxtally: ZeroDivisionError: division by zero\n"
            f"  = help: please report it with {log}\n"
        )
        text = log.read_text("utf-8")
        assert text.startswith(f"ctxtally {ctxtally.__version__}, Python 3.")
        assert "ZeroDivisionError: division by zero" in text

    def test_without_a_place_for_the_log(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
        assert crash.log(ValueError("x")).startswith(f"this:\nctxtally {ctxtally.__version__}")


def test_what_only_reports_never_fails(repo: Repo, run: Run) -> None:
    repo.add({"ctxtally.toml": "[[budget]\n"})
    by_hand, hook = run("report"), run("report", "--hook")
    assert (by_hand.status, hook.status) == (2, 0)
    assert hook.err == by_hand.err
    assert hook.err.startswith("error: ctxtally.toml:1:")


def test_ctrl_c(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: str) -> Command:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "command", interrupted)
    assert run("report").status == 130


def test_nobody_reads_on(repo: Repo) -> None:
    # More than a pipe holds (64 KiB on Linux), by long names: each directory is a session to judge.
    deep = f"{'long' * 50}/" * 4
    repo.add({f"{deep}{number}/CLAUDE.md": "x" for number in range(100)})
    with subprocess.Popen(
        [SCRIPT, "report"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=repo.root
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode in (0, -signal.SIGPIPE)


def test_names_print_in_any_encoding(repo: Repo) -> None:
    repo.add({"umläut/CLAUDE.md": "x"})
    done = repo.run(str(SCRIPT), "report", PYTHONIOENCODING="ascii")
    assert "uml\\xe4ut/CLAUDE.md" in done.stdout


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        pytest.param({}, True, id="a terminal"),
        pytest.param({"NO_COLOR": "1"}, False, id="NO_COLOR"),
    ],
)
def test_colour_only_on_a_terminal(
    repo: Repo, environment: dict[str, str], *, coloured: bool
) -> None:
    import pty

    repo.add({"CLAUDE.md": b"\xff"})
    leader, follower = pty.openpty()
    done = subprocess.run(
        [SCRIPT, "budget"],
        cwd=repo.root,
        stdout=follower,
        env={**os.environ, **environment},
        check=False,
    )
    os.close(follower)
    told = os.read(leader, 10_000)
    os.close(leader)
    assert done.returncode == 1
    assert told.startswith(b"\x1b[1;31merror[not-utf-8]\x1b[0m: CLAUDE.md") is coloured
    assert (b"\x1b" in told) is coloured


def test_the_module_runs_too(repo: Repo) -> None:
    repo.add({"CLAUDE.md": "x"})
    done = repo.run(
        sys.executable, "-P" if sys.version_info >= (3, 11) else "-s", "-m", "ctxtally", "report"
    )
    assert "1 token in 1 file" in done.stdout


def test_every_module_says_what_it_is_for() -> None:
    for path in PACKAGE.rglob("*.py"):
        module = ast.parse(path.read_text("utf-8"))
        if module.body:
            assert ast.get_docstring(module), f"{path} has no docstring"
