"""What a framework hides from a hook, in process: this process stands for the framework's child."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import git
from ctxtally.survey.handoff import refresh
from tests.support.handoff import part

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Repo


@pytest.fixture
def hidden(repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return where our parent, a pre-commit, has saved an edit of `a.md`."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("PRE_COMMIT", "1")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(home))
    monkeypatch.setenv("PREK_HOME", str(tmp_path / "prek"))
    repo.commit("base", {"a.md": "one\n", "b.md": "one\n"})
    repo.write({"a.md": "one\ntwo\n"})
    patch = home / f"patch{int(time.time())}-{os.getppid()}"
    patch.write_text(repo.run("git", "diff-index", "--binary", "HEAD", "--").stdout)
    repo.git("checkout", "--quiet", "--", ".")
    return patch


def told(repo: Repo) -> str:
    refresh(git.place(), reason="commit")
    return part(repo.root, "FILES MODIFIED").splitlines()[-1]


def test_the_patch_is_read(repo: Repo, hidden: Path) -> None:
    assert hidden.is_file()
    assert told(repo) == "Not committed (1): `a.md` +1 -0"


def test_with_what_stays_staged(repo: Repo, hidden: Path) -> None:
    repo.add({"b.md": "one\ntwo\n"})
    assert told(repo) == "Not committed (2): `a.md` +1 -0, `b.md` +1 -0"
    hidden.write_text(
        hidden.read_text()
        + "diff --git a/b.md b/b.md\n--- a/b.md\n+++ b/b.md\n@@ -1,2 +1,3 @@\n one\n two\n+three\n"
    )
    assert told(repo) == "Not committed (2): `b.md` +2 -0, `a.md` +1 -0"


def test_without_a_patch_nothing_is_known(repo: Repo, hidden: Path) -> None:
    hidden.unlink()
    assert told(repo) == "Not committed: unknown (hidden by pre-commit)"
    repo.add({"b.md": "staged\n"})
    assert told(repo) == "Not committed: unknown (hidden by pre-commit)"


def test_what_shows_was_not_hidden(repo: Repo, hidden: Path) -> None:
    hidden.unlink()
    repo.write({"b.md": "edited\n"})
    assert told(repo) == "Not committed (1): `b.md` +1 -1"


def test_a_binary_file_that_changed_twice(repo: Repo, hidden: Path) -> None:
    repo.commit("binary", {"bin": b"\0one"})
    repo.add({"bin": b"\0two"})
    repo.write({"bin": b"\0three"})
    hidden.write_bytes(repo.run("git", "diff-files", "--binary", "-p").stdout.encode())
    repo.git("checkout", "--quiet", "--", ".")
    assert told(repo) == "Not committed (1): `bin`"
