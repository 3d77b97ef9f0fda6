"""The last step of the GitHub Action, run by bash as a runner runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from ctxtally.commands.budget import FORMATS
from tests.documents import read
from tests.support.command import SCRIPT
from tests.support.data import CHECKOUT
from tests.support.repo import Repo

if TYPE_CHECKING:
    from pathlib import Path

ACTION = YAML(typ="safe").load(read(CHECKOUT / "action.yml"))
STEP = ACTION["runs"]["steps"][-1]
LIMIT = '[[budget]]\nname = "small"\npaths = ["CLAUDE.md"]\nmax = 10\n'

pytestmark = pytest.mark.skipif(
    os.name == "nt" or not shutil.which("bash"), reason="needs bash, and paths as it knows them"
)


def _run(
    repo: Repo, summary: Path, base: str = "", **inputs: str
) -> subprocess.CompletedProcess[str]:
    given = {name: one["default"] for name, one in ACTION["inputs"].items()} | inputs
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEP["run"]],
        cwd=repo.root,
        env=os.environ
        | {name.upper(): value for name, value in given.items()}
        | {"GITHUB_BASE_REF": base}
        | {"PATH": f"{SCRIPT.parent}:{os.environ['PATH']}", "GITHUB_STEP_SUMMARY": str(summary)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_defaults(repo: Repo, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    repo.commit("base", {"ctxtally.toml": LIMIT, "CLAUDE.md": "word " * 10 + "word\n"})
    ran = _run(repo, summary)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert ran.stdout.startswith("::error file=CLAUDE.md,title=token-budget::12 tokens, 2 over")
    assert read(summary).startswith("<!-- ctxtally budget -->\n\n## Context budgets: 1 error")


def test_the_inputs(repo: Repo, tmp_path: Path) -> None:
    repo.commit("base", {"ctxtally.toml": LIMIT, "CLAUDE.md": "word\n"})
    repo.add({"CLAUDE.md": "word " * 20})
    ran = _run(repo, tmp_path / "summary.md", format="text", args="--rev HEAD --verbose")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("2 tokens in 1 file (o200k_base, exact; subject: ")


def test_what_a_caller_gives_is_never_run(repo: Repo, tmp_path: Path) -> None:
    repo.add({"CLAUDE.md": "word\n"})
    ran = _run(repo, tmp_path / "summary.md", args="$(touch gone) ; touch gone * `touch gone`")
    assert ran.returncode == 2
    assert ran.stderr.count("error: ") == 1
    assert not (repo.root / "gone").exists()


def test_inputs_reach_scripts_by_the_environment_only() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
    assert STEP["env"] == {"FORMAT": "${{ inputs.format }}", "ARGS": "${{ inputs.args }}"}
    assert ACTION["inputs"]["format"]["default"] in FORMATS


GROWTH = '[[budget]]\nname = "creep"\npaths = ["*.md"]\ngrowth = 5\n'
THEN, NOW = "word " * 20 + "\n", "word " * 30 + "\n"


class TestWhatAChangeAdds:
    """What actions/checkout leaves, which fetches one commit, and with which the action begins."""

    @pytest.fixture
    def origin(self, tmp_path: Path) -> Repo:
        """Return a repository with a merge of a branch that adds 10 tokens to a file.

        Main has meanwhile added 10 to another.
        """
        made = Repo(tmp_path / "origin")
        made.commit("one", {"ctxtally.toml": GROWTH, "a.md": THEN, "b.md": THEN})
        made.git("switch", "--quiet", "--create", "topic")
        made.commit("two", {"a.md": NOW})
        made.commit("three", {"notes.txt": "x\n"})
        made.git("switch", "--quiet", "main")
        made.commit("four", {"b.md": NOW})
        made.git("switch", "--quiet", "--create", "merged")
        made.git("merge", "--quiet", "--no-edit", "topic")
        return made

    def _checkout(self, origin: Repo, name: str, *options: str) -> Repo:
        clone = Repo(origin.root.parent / "clone")
        clone.git("remote", "add", "origin", origin.root.as_uri())
        clone.git(
            "fetch", "--quiet", "--no-tags", *options, "origin", origin.git("rev-parse", name)
        )
        clone.git("checkout", "--quiet", "--detach", "FETCH_HEAD")
        return clone

    @pytest.mark.parametrize(
        ("name", "depth"),
        [("merged", ["--depth=1"]), ("topic", ["--depth=2"]), ("merged", [])],
        ids=["1", "2", "all"],
    )
    def test_a_pull_request(
        self, origin: Repo, tmp_path: Path, *, name: str, depth: list[str]
    ) -> None:
        clone = self._checkout(origin, name, *depth)
        since = origin.git("merge-base", "main", name)[:10]
        ran = _run(clone, tmp_path / "summary.md", base="main", format="text")
        assert (ran.returncode, ran.stderr) == (1, "")
        assert ran.stdout.splitlines()[0] == (
            f"error[token-budget]: a.md: 31 tokens, +10 since {since} of origin/main (21 then), "
            "at most +5 (creep)"
        )
        assert ran.stdout.count("error[") == 1
        assert "1 error" in read(tmp_path / "summary.md")

    @pytest.mark.parametrize(
        ("depth", "args"), [("--depth=1", ""), ("--depth=2", "--verbose")], ids=["1", "2"]
    )
    def test_a_push(self, origin: Repo, tmp_path: Path, depth: str, args: str) -> None:
        clone = self._checkout(origin, "main", depth)
        commit = clone.git("rev-parse", "HEAD")[:10]
        ran = _run(clone, tmp_path / "summary.md", format="text", args=args)
        assert (ran.returncode, ran.stderr) == (1, "")
        assert ran.stdout.splitlines()[0] == (
            f"error[token-budget]: b.md: 31 tokens, +10 since {commit}^ (21 then), at most +5 "
            "(creep)"
        )

    def test_a_first_commit(self, origin: Repo, tmp_path: Path) -> None:
        clone = self._checkout(origin, "main~1")
        ran = _run(clone, tmp_path / "summary.md")
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")

    @pytest.mark.parametrize("args", ["--worktree", "--rev=HEAD", "--base HEAD"])
    def test_what_is_said_is_done(self, origin: Repo, tmp_path: Path, args: str) -> None:
        clone = self._checkout(origin, "topic")
        ran = _run(clone, tmp_path / "summary.md", base="main", args=args)
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")

    def test_where_nothing_can_be_fetched(self, origin: Repo, tmp_path: Path) -> None:
        clone = self._checkout(origin, "main", "--depth=1")
        clone.git("remote", "set-url", "origin", (tmp_path / "gone").as_uri())
        commit = clone.git("rev-parse", "HEAD")[:10]
        ran = _run(clone, tmp_path / "summary.md")
        assert ran.returncode == 2
        what = f"what was before revision {commit} (HEAD) is not in this shallow clone"
        assert ran.stderr.splitlines()[-2:] == [
            f"error: {what}, so growth cannot be judged",
            "  = help: fetch more of the history: `git fetch --unshallow`, or `fetch-depth: 0`",
        ]
        ran = _run(clone, tmp_path / "summary.md", base="main")
        assert ran.returncode == 2
        assert ran.stderr.splitlines()[-2:] == [
            'error: no commit is named "origin/main" here',
            "  = help: name a branch, a tag or a commit id; is it fetched? `git fetch origin main`",
        ]
