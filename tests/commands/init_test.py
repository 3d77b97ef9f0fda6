from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from ctxtally import __version__
from ctxtally.adapters import plain_hooks
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


NAME = ".pre-commit-config.yaml"
NEW = f"--- /dev/null\n+++ b/{NAME}\n@@ -0,0 +1,7 @@\n" + "".join(
    f"+{line}\n" for line in WRITTEN.splitlines()
)
NEXT = f"next: pre-commit install && git add {NAME}\n"
ADD_IT = (
    f"{NAME} is yours and stays as it is; add this below `repos:`\n\n"
    "  - repo: https://github.com/OWNER/ctxtally\n"
    f"    rev: v{__version__}\n"
    "    hooks:\n"
    "      - id: token-budget\n"
    "      - id: token-report\n\n"
)
TYPES = "-t pre-commit -t pre-merge-commit -t pre-push"


def test_writes_what_is_missing(repo: Repo, run: Run) -> None:
    ran = run("init")
    path = repo.root / NAME
    assert path.read_text("utf-8") == WRITTEN
    assert ran.out == f"{NEW}\ncreated {NAME}\n{NEXT}"
    assert run("init").out == f"{NAME} already has token-budget: nothing to do\n"
    assert path.read_text("utf-8") == WRITTEN


def test_dry_run_writes_nothing(repo: Repo, run: Run) -> None:
    ran = run("init", "--dry-run", "--repo", "https://example.invalid/x", "--format", "json")
    assert not (repo.root / NAME).exists()
    (change,) = ran.json["changes"]
    assert (change["path"], change["action"]) == (NAME, "create")
    hooks = YAML(typ="safe", pure=True).load(change["content"])["repos"][0]
    assert hooks["repo"] == "https://example.invalid/x"
    assert run("init", "--dry-run").out == NEW
    assert not (repo.root / NAME).exists()


THEIRS = """\
# ours
repos:
-   repo: local   # odd   spaces
    hooks:
    -   {id: "a", name: 'b', language: system, entry: 'x: y'}

# the end
fail_fast: true
"""


def test_is_added_to_what_is_there(repo: Repo, run: Run) -> None:
    repo.write({NAME: THEIRS})
    difference = (
        f"--- a/{NAME}\n+++ b/{NAME}\n"
        "@@ -3,6 +3,11 @@\n"
        " -   repo: local   # odd   spaces\n"
        "     hooks:\n"
        "     -   {id: \"a\", name: 'b', language: system, entry: 'x: y'}\n"
        "+-   repo: https://github.com/OWNER/ctxtally\n"
        f"+    rev: v{__version__}\n"
        "+    hooks:\n"
        "+      -   id: token-budget\n"
        "+      -   id: token-report\n"
        " \n"
        " # the end\n"
        " fail_fast: true\n"
    )
    assert run("init", "--dry-run").out == difference
    assert (repo.root / NAME).read_text("utf-8") == THEIRS
    ran = run("init")
    assert ran.out == (
        f"{difference}\nchanged {NAME}\nnext: pre-commit install {TYPES} && git add {NAME}\n"
    )
    written = (repo.root / NAME).read_text("utf-8")
    rows = written.splitlines(keepends=True)
    assert "".join(rows[:5] + rows[10:]) == THEIRS, "no other byte is touched"
    assert run("init").out == f"{NAME} already has token-budget: nothing to do\n"
    subprocess.run(
        [Path(sys.executable).parent / "pre-commit", "validate-config", NAME],
        cwd=repo.root,
        check=True,
    )


def test_what_we_do_not_see_through_stays_as_it_is(repo: Repo, run: Run) -> None:
    theirs = "repos: [{repo: local, hooks: []}] # mine\n"
    repo.write({NAME: theirs})
    ran = run("init")
    assert ran.status == 0
    assert ran.out == ADD_IT
    assert (repo.root / NAME).read_text("utf-8") == theirs
    assert run("init", "--format", "json").json["changes"][0]["action"] == "add"


@pytest.mark.parametrize("theirs", [None, "repos: []\n"], ids=["new", "there"])
def test_is_asked_for_where_somebody_is_there(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch, theirs: str | None
) -> None:
    if theirs is not None:
        repo.write({NAME: theirs})
    answers = iter([False, True, False])
    monkeypatch.setattr("ctxtally.adapters.question.agreed", lambda _: next(answers))
    ran = run("init")
    assert ran.err == "note: nothing was written\n"
    assert (repo.root / NAME).exists() == (theirs is not None)
    assert "created" not in ran.out
    assert run("init").err == ""
    assert "token-budget" in (repo.root / NAME).read_text("utf-8")
    assert run("init", "--git-hooks").err == "note: nothing was written\n"
    assert not (repo.root / ".git" / "hooks" / "pre-commit").exists()


def test_a_file_that_changes_while_it_is_asked_for(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edited(_: str) -> bool:
        repo.write({NAME: "repos: [] # edited\n"})
        return True

    repo.write({NAME: "repos: []\n"})
    monkeypatch.setattr("ctxtally.adapters.question.agreed", edited)
    ran = run("init")
    assert (ran.status, ran.err) == (
        2,
        f"error: {NAME}: is a link, or was changed\n  = help: run it again, or edit it\n",
    )
    assert (repo.root / NAME).read_text() == "repos: [] # edited\n"


def test_a_link_is_not_replaced(repo: Repo, run: Run, tmp_path: Path) -> None:
    (tmp_path / "shared.yaml").write_text("repos: []\n")
    (repo.root / NAME).symlink_to(tmp_path / "shared.yaml")
    ran = run("init")
    assert (ran.status, ran.out, ran.err) == (
        2,
        "",
        (
            f"error: {NAME}: is a link, and what it leads to is not changed from here\n"
            "  = help: add our hooks to that file by hand: `ctxtally init --dry-run` shows what\n"
        ),
    )
    assert run("init", "--dry-run").out == ADD_IT
    assert (tmp_path / "shared.yaml").read_text() == "repos: []\n"
    assert (repo.root / NAME).is_symlink()
    (tmp_path / "shared.yaml").write_text(WRITTEN)
    ran = run("init")
    assert (ran.status, ran.out) == (0, f"{NAME} already has token-budget: nothing to do\n")


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
        shown = run("init", "--git-hooks", "--dry-run").out
        assert shown.endswith("\n\n" + "".join(f"{name}: would create\n" for name in self.NAMES))
        difference = shown.partition("\n\n")[0].splitlines()
        assert [line for line in difference if line.startswith("+++")] == [
            f"+++ b/.git/hooks/{name}" for name in sorted(self.NAMES)
        ]
        script = plain_hooks.script("pre-commit", str(SCRIPT)).splitlines()
        first = difference.index("+++ b/.git/hooks/pre-commit") + 2
        assert difference[first : first + len(script)] == [f"+{line}" for line in script]
        assert self.hooks(repo) == []
        told = run("init", "--git-hooks").out
        assert told == shown.replace("would create", "created")
        assert self.hooks(repo) == sorted(self.NAMES)
        assert all(os.access(repo.root / ".git" / "hooks" / name, os.X_OK) for name in self.NAMES)
        assert run("init", "--git-hooks").out == "".join(
            f"{name}: nothing to do\n" for name in self.NAMES
        )
        assert run("doctor").out.endswith(
            "ok    pre-commit: token-budget is installed\n"
            "ok    pre-commit: session-handoff is installed\n"
        )
        told = run("init", "--git-hooks", "--undo").out
        assert f"\n-{script[-1]}\n" in told
        assert told.endswith("\n\n" + "".join(f"{name}: removed\n" for name in self.NAMES))
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
        told = run("init", "--git-hooks").out
        assert f"\n-exec '/gone{SCRIPT}' handoff --git-hook post-commit" in told
        assert f"\n+exec '{SCRIPT}' handoff --git-hook post-commit" in told
        assert "post-commit: replaced\n" in told
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
            (
                "error: --undo needs --git-hooks or --agent\n"
                "  = help: what else it writes is yours to remove\n"
            ),
        )
