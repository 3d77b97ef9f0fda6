from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from ctxtally import __version__
from tests.support.command import SCRIPT

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


class TestGitHooks:
    NAMES = ("pre-commit", "pre-merge-commit", "post-commit", "post-merge", "post-rewrite")

    def hooks(self, repo: Repo) -> list[str]:
        folder = repo.root / ".git" / "hooks"
        return sorted(path.name for path in folder.iterdir() if path.suffix != ".sample")

    def test_are_written_and_taken_away(self, repo: Repo, run: Run) -> None:
        assert run("init", "--git-hooks", "--dry-run").out == "".join(
            f"{name}: would create\n" for name in self.NAMES
        )
        assert self.hooks(repo) == []
        assert run("init", "--git-hooks").out == "".join(
            f"{name}: created\n" for name in self.NAMES
        )
        assert self.hooks(repo) == sorted(self.NAMES)
        assert all(os.access(repo.root / ".git" / "hooks" / name, os.X_OK) for name in self.NAMES)
        assert run("init", "--git-hooks").out == "".join(
            f"{name}: nothing to do\n" for name in self.NAMES
        )
        assert run("doctor").out.endswith(
            "ok    pre-commit: token-budget is installed\n"
            "ok    pre-commit: session-handoff is installed\n"
        )
        assert run("init", "--git-hooks", "--undo").out == "".join(
            f"{name}: removed\n" for name in self.NAMES
        )
        assert self.hooks(repo) == []
        assert run("init", "--git-hooks", "--undo").out == "".join(
            f"{name}: nothing to do\n" for name in self.NAMES
        )

    def test_the_gate_judges_and_the_session_is_kept(self, repo: Repo, run: Run) -> None:
        limit = '[[budget]]\nname = "small"\npaths = ["CLAUDE.md"]\nmax = 10\n'
        repo.commit("base", {"ctxtally.toml": limit, "CLAUDE.md": "word\n"})
        run("init", "--git-hooks")
        repo.run("git", "commit", "--allow-empty", "-m", "x")
        assert (repo.root / ".agent-handoffs" / "CURRENT_SESSION.md").is_file()
        repo.add({"CLAUDE.md": "word " * 20})
        done = repo.run("git", "commit", "-m", "x", check=False)
        assert done.returncode == 1
        assert "error[token-budget]: CLAUDE.md: 21 tokens, 11 over its budget of 10" in done.stderr

    def test_a_hook_of_somebody_else_stays(self, repo: Repo, run: Run) -> None:
        theirs = repo.root / ".git" / "hooks" / "post-commit"
        theirs.write_text("#!/bin/sh\nexit 0\n")
        (repo.root / ".git" / "hooks" / "post-merge").mkdir()
        ran = run("init", "--git-hooks", "--format", "json")
        actions = {change["path"]: change["action"] for change in ran.json["changes"]}
        assert list(actions.values()) == ["create", "create", "keep", "keep", "create"]
        assert theirs.read_text() == "#!/bin/sh\nexit 0\n"
        out = run("init", "--git-hooks").out
        assert (
            "post-commit: not ours, stays as it is\n"
            "  = help: call ctxtally from it:\n"
            "    dir=${GIT_DIR:-.git}\n"
        ) in out
        run("init", "--git-hooks", "--undo")
        assert theirs.read_text() == "#!/bin/sh\nexit 0\n"

    def test_ours_of_another_place_is_written_anew(self, repo: Repo, run: Run) -> None:
        run("init", "--git-hooks")
        path = repo.root / ".git" / "hooks" / "post-commit"
        text = path.read_text("utf-8")
        path.write_text(text.replace("exec '", "exec '/gone"), "utf-8")
        assert "post-commit: replaced\n" in run("init", "--git-hooks").out
        assert path.read_text("utf-8") == text

    def test_a_program_that_is_gone(self, repo: Repo, run: Run) -> None:
        repo.commit("base")
        run("init", "--git-hooks")
        folder = repo.root / ".git" / "hooks"
        for name in self.NAMES:
            text = (folder / name).read_text("utf-8")
            (folder / name).write_text(text.replace(str(SCRIPT.parent), "/gone"), "utf-8")
        done = repo.run("git", "commit", "--allow-empty", "-m", "x", check=False)
        assert (done.returncode, done.stderr) == (
            1,
            "ctxtally is gone from where it was: run `ctxtally init --git-hooks` again\n",
        )
        done = repo.run("git", "commit", "--allow-empty", "--no-verify", "-m", "x")
        assert done.stderr == ""

    def test_hooks_that_are_somebody_elses(self, repo: Repo, run: Run) -> None:
        repo.git("config", "core.hooksPath", "hooks")
        ran = run("init", "--git-hooks")
        assert ran.status == 2
        assert ran.err == (
            f"error: core.hooksPath is {repo.root / 'hooks'}: hooks of this repository are"
            " somebody else's\n"
            "  = help: call `ctxtally budget`, and `ctxtally handoff --git-hook NAME`, from yours\n"
        )

    def test_a_folder_that_cannot_be_written(
        self, repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise OSError(30, "Read-only file system")

        assert repo.root.is_dir()
        monkeypatch.setattr("ctxtally.adapters.plain_hooks.swap", refuse)
        ran = run("init", "--git-hooks")
        assert ran.err == (
            "error: the git hook pre-commit cannot be changed: Read-only file system\n"
            "  = help: make its folder writable\n"
        )

    def test_an_environment_without_the_command(
        self, repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert repo.root.is_dir()
        monkeypatch.setattr("sys.executable", "/nonexistent/python")
        ran = run("init", "--git-hooks")
        assert ran.err.startswith("error: there is no command `ctxtally` beside /nonexistent/")

    def test_undo_alone_undoes_nothing(self, repo: Repo, run: Run) -> None:
        assert repo.root.is_dir()
        ran = run("init", "--undo")
        assert (ran.status, ran.err) == (
            2,
            "error: --undo needs --git-hooks\n  = help: what else it writes is yours to remove\n",
        )
