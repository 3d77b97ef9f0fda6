"""The stream of commits and the blobs of it, where git fails, dies or stands somewhere else."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import history
from ctxtally.adapters.history import Objects, Past
from ctxtally.errors import GitError
from ctxtally.model.history import GONE

if TYPE_CHECKING:
    from tests.support.repo import Repo

VARIABLE = "GIT_PYTHON_GIT_EXECUTABLE"


def test_a_commit_as_it_is_read(repo: Repo) -> None:
    one = repo.commit("subject \x01 \u00e9", {"a b.md": "x\n", "new\nline": "y\n"})
    repo.git("rm", "--quiet", "a b.md")
    two = repo.commit("gone")
    first, second = Past(two).commits()
    assert (first.id, first.parents, first.seconds) == (one, (), 1_767_323_045)
    assert (first.date, first.subject) == ("2026-01-02T03:04:05+00:00", "subject \x01 \u00e9")
    assert [(change.path, change.mode, change.added) for change in first.changes] == [
        ("a b.md", "100644", True),
        ("new\nline", "100644", True),
    ]
    assert first.changes[0].oid == repo.git("rev-parse", f"{one}:a b.md")
    assert (second.id, second.parents) == (two, (one,))
    assert [(change.path, change.mode, change.added) for change in second.changes] == [
        ("a b.md", GONE, False)
    ]
    assert Past(two).children() == {one: 1}


def test_much_is_read_in_parts(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    head = repo.commit("base", {f"{at}.md": "x\n" for at in range(40)})
    whole = list(Past(head).commits())
    monkeypatch.setattr(history, "_CHUNK", 7)
    assert list(Past(head).commits()) == whole
    assert len(whole[0].changes) == 40


def test_what_git_refuses_is_told_in_its_words(repo: Repo) -> None:
    repo.commit("base")
    with pytest.raises(GitError, match=r"^git log: bad object 0{40}$"):
        list(Past("0" * 40).commits())
    with pytest.raises(GitError, match=r"^git diff-tree: bad object 0{40}$"):
        Past("0" * 40).source("0" * 40, "a.md")


def test_a_clone_without_trees(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("one", {"a.md": "x\n"})
    head = repo.commit("two", {"a.md": "y\n"})
    repo.git("config", "uploadpack.allowFilter", "true")
    clone = repo.root.parent / "clone"
    repo.git("clone", "--quiet", "--filter=tree:0", repo.root.as_uri(), str(clone))
    monkeypatch.chdir(clone)
    with pytest.raises(GitError, match=r"^git log: "):
        list(Past(head).commits(["a.md"]))


def test_nobody_has_to_read_to_the_end(repo: Repo) -> None:
    names = [f"{'long' * 40}{at}.md" for at in range(3_000)]
    head = repo.commit("base", dict.fromkeys(names, "x\n"))
    commits = Past(head).commits()
    assert next(commits).id == head
    commits.close()  # type: ignore[attr-defined] # it is a generator


@pytest.mark.parametrize("before", [None, "/elsewhere/git"])
def test_gitpython_runs_our_git_and_the_environment_stays(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    head = repo.commit("base")
    for name in [name for name in sys.modules if name == "git" or name.startswith("git.")]:
        monkeypatch.delitem(sys.modules, name)
    if before is None:
        monkeypatch.delenv(VARIABLE, raising=False)
    else:
        monkeypatch.setenv(VARIABLE, before)
    fake = repo.root / "git"
    fake.write_text("#!/bin/sh\ntouch executed\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.environ['PATH']}")
    assert [one.id for one in Past(head).commits()] == [head]
    assert not (repo.root / "executed").exists()
    assert os.environ.get(VARIABLE) == before


def test_without_git(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    assert repo.root.is_dir()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GitError, match=r"^git is not on PATH$"):
        Past("0" * 40)


class TestObjects:
    def test_blobs(self, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
        head = repo.commit("base", {"a.md": "one\n", "b.md": "two and more\n"})
        a, b = (repo.git("rev-parse", f"HEAD:{name}") for name in ("a.md", "b.md"))
        monkeypatch.setattr(history, "_KEPT_BYTES", 6)
        with Objects(Past(head)) as objects:
            for _ in range(2):  # the second is not kept, so it is read again
                assert (objects.size(a), objects.content(a)) == (4, b"one\n")
                assert (objects.size(b), objects.content(b)) == (13, b"two and more\n")
            assert (objects.size("0" * 40), objects.content("0" * 40)) == (None, None)
            assert objects.content(a) == b"one\n"

    def test_what_a_partial_clone_lacks(self, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
        repo.commit("one", {"a.md": "one\n"})
        head = repo.commit("two", {"a.md": "two\n"})
        old, new = (repo.git("rev-parse", f"{name}:a.md") for name in ("HEAD~1", "HEAD"))
        repo.git("config", "uploadpack.allowFilter", "true")
        clone = repo.root.parent / "clone"
        repo.git("clone", "--quiet", "--filter=blob:none", repo.root.as_uri(), str(clone))
        monkeypatch.chdir(clone)
        with Objects(Past(head)) as objects:
            for _ in range(2):
                assert (objects.size(old), objects.content(old)) == (None, None)
                assert (objects.size(new), objects.content(new)) == (4, b"two\n")

    def test_a_git_that_died(self, repo: Repo) -> None:
        head = repo.commit("base", {"a.md": "one\n"})
        blob = repo.git("rev-parse", "HEAD:a.md")
        with Objects(Past(head)) as objects:
            assert objects.size(blob) == 4
            process = objects._running["--batch-check"].proc  # noqa: SLF001 - nothing else ends it
            assert process is not None
            process.kill()
            process.wait()
            other = "1" * 40
            assert objects.size(other) is None
            assert objects.content(blob) == b"one\n"
