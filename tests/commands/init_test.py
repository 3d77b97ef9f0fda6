from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from ctxtally import __version__

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

WRITTEN = f"""\
default_install_hook_types: [pre-commit, pre-merge-commit, pre-push]
repos:
  - repo: https://github.com/OWNER/ctxtally
    rev: v{__version__}
    hooks:
      - id: token-budget
      - id: token-report
"""


def test_writes_what_is_missing(repo: Repo, run: Run) -> None:
    ran = run("init")
    path = repo.root / ".pre-commit-config.yaml"
    assert path.read_text("utf-8") == WRITTEN
    assert ran.out == (
        f"created .pre-commit-config.yaml\n\n{WRITTEN}\n"
        "next: pre-commit install && git add .pre-commit-config.yaml\n"
    )
    assert run("init").out == ".pre-commit-config.yaml already has token-budget: nothing to do\n"
    assert path.read_text("utf-8") == WRITTEN


def test_dry_run_writes_nothing(repo: Repo, run: Run) -> None:
    ran = run("init", "--dry-run", "--repo", "https://example.invalid/x", "--format", "json")
    assert not (repo.root / ".pre-commit-config.yaml").exists()
    (change,) = ran.json["changes"]
    assert (change["path"], change["action"]) == (".pre-commit-config.yaml", "create")
    hooks = YAML(typ="safe", pure=True).load(change["content"])["repos"][0]
    assert hooks["repo"] == "https://example.invalid/x"
    assert run("init", "--dry-run").out.startswith("would create .pre-commit-config.yaml\n\n")


def test_a_file_that_is_there_stays_as_it_is(repo: Repo, run: Run) -> None:
    repo.write({".pre-commit-config.yaml": "repos: [] # mine\n"})
    ran = run("init")
    assert ran.status == 0
    assert ran.out.startswith(
        ".pre-commit-config.yaml is yours and stays as it is; add this below `repos:`\n\n"
        "  - repo: https://github.com/OWNER/ctxtally\n"
    )
    assert (repo.root / ".pre-commit-config.yaml").read_text("utf-8") == "repos: [] # mine\n"


@pytest.mark.parametrize("content", [b"\xff", None], ids=["not UTF-8", "a folder"])
def test_what_cannot_be_read(repo: Repo, run: Run, content: bytes | None) -> None:
    if content is None:
        (repo.root / ".pre-commit-config.yaml").mkdir()
    else:
        repo.write({".pre-commit-config.yaml": content})
    ran = run("init")
    assert ran.status == 2
    assert ran.err.startswith("error: .pre-commit-config.yaml: cannot be read: ")


def test_what_cannot_be_written(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert repo.root.is_dir()
    monkeypatch.setattr("ctxtally.commands.init.CONFIG", "no/such/folder.yaml")
    ran = run("init")
    assert ran.status == 2
    assert ran.err == (
        "error: no/such/folder.yaml: cannot be written: No such file or directory\n"
        "  = help: write it by hand\n"
    )
