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

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Repo

ACTION = YAML(typ="safe").load(read(CHECKOUT / "action.yml"))
STEP = ACTION["runs"]["steps"][-1]
LIMIT = '[[budget]]\nname = "small"\npaths = ["CLAUDE.md"]\nmax = 10\n'

pytestmark = pytest.mark.skipif(
    os.name == "nt" or not shutil.which("bash"), reason="needs bash, and paths as it knows them"
)


def _run(repo: Repo, summary: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    given = {name: one["default"] for name, one in ACTION["inputs"].items()} | inputs
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEP["run"]],
        cwd=repo.root,
        env=os.environ
        | {name.upper(): value for name, value in given.items()}
        | {"PATH": f"{SCRIPT.parent}:{os.environ['PATH']}", "GITHUB_STEP_SUMMARY": str(summary)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_defaults(repo: Repo, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    repo.add({"ctxtally.toml": LIMIT, "CLAUDE.md": "word " * 10 + "word\n"})
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
