from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import git, plumbing
from ctxtally.errors import GitError
from tests.support.repo import Repo

if TYPE_CHECKING:
    from pathlib import Path


def test_place(repo: Repo) -> None:
    place = git.place()
    assert place.top == str(repo.root)
    assert place.git_dir == place.common_dir == str(repo.root / ".git")
    assert place.state_dir == str(repo.root / ".git" / "ctxtally")
    assert place.object_format == "sha1"


def test_place_from_a_subdirectory(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    (repo.root / "sub").mkdir()
    monkeypatch.chdir(repo.root / "sub")
    assert git.place().top == str(repo.root)


def test_place_in_a_linked_worktree(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("first")
    repo.git("worktree", "add", "--quiet", "../linked")
    monkeypatch.chdir(repo.root.parent / "linked")
    place = git.place()
    assert place.top == str(repo.root.parent / "linked")
    assert place.git_dir == str(repo.root / ".git" / "worktrees" / "linked")
    assert place.common_dir == str(repo.root / ".git")


def test_place_whose_name_has_a_newline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Repo(tmp_path / "odd\nname")
    monkeypatch.chdir(made.root)
    assert git.place().top == str(made.root)


class TestNoWorkTree:
    """A16: each is one line and exit 2, never a traceback."""

    def test_no_repository(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        with pytest.raises(GitError) as caught:
            git.place()
        assert str(caught.value) == (
            "git rev-parse: not a git repository (or any of the parent directories): .git"
        )
        assert caught.value.help == "run ctxtally inside a git work tree"

    def test_inside_the_git_directory(self, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(repo.root / ".git")
        with pytest.raises(GitError) as caught:
            git.place()
        assert str(caught.value) == "git rev-parse: this operation must be run in a work tree"

    def test_bare(self, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
        repo.git("clone", "--quiet", "--bare", ".", "../bare.git")
        monkeypatch.chdir(repo.root.parent / "bare.git")
        with pytest.raises(GitError) as caught:
            git.place()
        assert str(caught.value) == "git rev-parse: this operation must be run in a work tree"


def test_git_missing(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repo.root))
    with pytest.raises(GitError, match=r"^git is not on PATH$"):
        git.place()


@pytest.mark.usefixtures("repo")
def test_a_git_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\nexec sleep 60\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(plumbing, "TIMEOUT_SECONDS", 0.2)
    with pytest.raises(GitError, match=r"^git rev-parse gave no answer in 0 seconds$"):
        git.place()


def test_commit_id(repo: Repo) -> None:
    assert git.commit_id("HEAD") is None
    made = repo.commit("first")
    assert git.commit_id("HEAD") == made
    assert git.commit_id("--help") is None


@pytest.mark.parametrize(
    ("path", "tracked", "matches"),
    [
        pytest.param("kept.log", True, True, id="tracked although a rule ignores it"),
        pytest.param("other.log", False, True, id="ignored"),
        pytest.param("other.txt", False, False, id="neither"),
        pytest.param("*.log", False, True, id="a name, not a pattern"),
    ],
)
def test_tracked_and_ignored(repo: Repo, path: str, *, tracked: bool, matches: bool) -> None:
    repo.add({".gitignore": "*.log\n"})
    repo.write({"kept.log": "x"})
    repo.git("add", "--force", "kept.log")
    assert git.is_tracked(path) is tracked
    assert git.is_ignored(path) is matches


def test_ignored_beyond_a_link(repo: Repo) -> None:
    (repo.root / "link").symlink_to("elsewhere")
    with pytest.raises(GitError, match="beyond a symbolic link"):
        git.is_ignored("link/x")


@pytest.mark.parametrize(
    ("err", "message", "help_line"),
    [
        pytest.param(b"", "git x: no reason given", "run ctxtally inside", id="silent"),
        pytest.param(
            b"fatal: detected dubious ownership in repository at '/r'\n"
            b"To add an exception for this directory, call:\n\n"
            b"\tgit config --global --add safe.directory /r\n",
            "git x: detected dubious ownership in repository at '/r'",
            "To add an exception for this directory, call: "
            "git config --global --add safe.directory /r",
            id="dubious ownership keeps git's cure",
        ),
    ],
)
def test_refusal(err: bytes, message: str, help_line: str) -> None:
    refused = plumbing.refusal("x", err)
    assert str(refused) == message
    assert refused.help.startswith(help_line)
