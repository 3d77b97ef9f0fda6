from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from git import Repo as Oracle

from ctxtally.adapters import git
from ctxtally.adapters import progress as history
from ctxtally.errors import GitError
from ctxtally.model.progress import Change, Commit, Head
from ctxtally.model.record import replace

if TYPE_CHECKING:
    from tests.support.repo import Repo


def now() -> Head:
    return history.head(git.place())[0]


def test_before_the_first_commit(repo: Repo) -> None:
    repo.add({"a": "x\n"})
    head, differing = history.head(git.place())
    assert head == Head(commit="", branch="main")
    assert history.changed(head, differing) == (Change(path="a", added=None, deleted=None),)
    found = history.progress(head, None, ())
    assert (found.commits, found.start, found.uncommitted) == ((), "", ())


def test_upstream(repo: Repo) -> None:
    base = repo.commit("base")
    repo.git("branch", "up")
    repo.git("branch", "--quiet", "--set-upstream-to=up")
    repo.commit("feat: mine", {"a": "x\n"})
    head = now()
    assert (head.upstream, head.ahead, head.behind) == ("up", 1, 0)
    found = history.progress(head, None, ())
    assert (found.start, found.origin) == (base, "upstream")
    assert [commit.subject for commit in found.commits] == ["feat: mine"]
    repo.git("branch", "--quiet", "-D", "up")
    assert now().upstream == "", "one that is gone counts as none"


class TestWhereASessionBegan:
    def test_a_recorded_start(self, repo: Repo) -> None:
        start = repo.commit("base")
        found = history.progress(now(), start, ())
        assert (found.start, found.origin, found.commits) == (start, "session start", ())
        repo.commit("feat: one")
        found = history.progress(now(), start, ())
        assert [commit.subject for commit in found.commits] == ["feat: one"]

    def test_a_start_that_was_amended(self, repo: Repo) -> None:
        repo.commit("base")
        start = repo.commit("one")
        repo.git("commit", "--quiet", "--amend", "--allow-empty", "-m", "two")
        found = history.progress(now(), start, ())
        assert (found.start, found.origin) == (repo.git("rev-parse", "HEAD"), "session start")

    def test_a_start_that_is_gone(self, repo: Repo) -> None:
        repo.commit("base")
        start = repo.commit("one")
        repo.git("reset", "--quiet", "--hard", "HEAD~1")
        found = history.progress(now(), start, ())
        assert (found.start, found.origin) == ("", "start rewritten")
        assert [commit.subject for commit in found.commits] == ["base"]
        repo.git("branch", "up")
        repo.git("branch", "--quiet", "--set-upstream-to=up")
        found = history.progress(now(), "0" * 40, ())
        assert (found.start, found.origin) == (repo.git("rev-parse", "up"), "start rewritten")

    def test_the_last_commits(self, repo: Repo) -> None:
        for number in range(12):
            repo.commit(str(number))
        found = history.progress(now(), None, ())
        assert [commit.subject for commit in found.commits] == [str(11 - n) for n in range(10)]

    def test_more_commits_than_are_read(self, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
        start = repo.commit("base")
        for number in range(5):
            repo.commit(str(number))
        monkeypatch.setattr(history, "MOST_COMMITS", 2)
        found = history.progress(now(), start, ())
        assert ([commit.subject for commit in found.commits], found.earlier) == (["4", "3"], 3)


def test_commits_as_gitpython_reads_them(repo: Repo) -> None:
    """An independent oracle: another parser, another way to ask."""
    repo.commit("base", {"a": "1\n2\n3\n", "b c": "x\n", "bin": b"\0\1", "\u00e9\t": "x\n"})
    repo.commit("fix: \u00e9 \u65e5\u672c\u8a9e", {"a": "1\n3\n4\n5\n"})
    repo.git("mv", "b c", "moved")
    repo.commit("refactor: move")
    repo.git("rm", "--quiet", "bin")
    repo.commit("chore: drop")
    repo.commit("empty")
    repo.git("checkout", "--quiet", "-b", "side", "HEAD~2")
    repo.commit("side", {"side": "x\n"})
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "-m", "merge", "side")
    found = history.progress(now(), None, ()).commits
    with Oracle(repo.root) as oracle:
        known = {commit.hexsha: commit for commit in oracle.iter_commits("HEAD")}
        assert [commit.id for commit in found] == list(known)
        for commit in found:
            other = known[commit.id]
            assert commit.subject == other.summary
            if len(other.parents) > 1:
                continue
            files = oracle.git.execute(
                [
                    "git",
                    "diff-tree",
                    "-z",
                    "-r",
                    "--root",
                    "--no-commit-id",
                    "--name-only",
                    other.hexsha,
                ]
            )
            assert sorted(one.path for one in commit.changes or ()) == sorted(
                str(files).split("\0")[:-1]
            )


@pytest.mark.parametrize(
    "setting",
    [
        "color.ui=always",
        "diff.external=false",
        "diff.noprefix=true",
        "diff.relative=true",
        "diff.renames=copies",
        "diff.orderFile=/nonexistent",
        "log.showSignature=true",
        "log.showRoot=false",
        "log.decorate=full",
        "i18n.logOutputEncoding=latin1",
        "format.pretty=fuller",
        "status.showUntrackedFiles=all",
        "status.aheadBehind=false",
        "status.relativePaths=true",
        "core.quotePath=true",
        "log.follow=true",
        "log.diffMerges=on",
    ],
)
def test_settings_of_the_user_change_nothing(repo: Repo, setting: str) -> None:
    repo.commit("base \u00e9", {"a/b": "1\n", "c\u00e9": "x\n"})
    repo.git("branch", "up")
    repo.git("branch", "--quiet", "--set-upstream-to=up")
    repo.commit("feat: \u00e9", {"a/b": "2\n"})
    repo.write({"a/b": "3\n", "untracked": "x\n"})

    def facts() -> object:
        head, differing = history.head(git.place())
        return history.progress(head, None, history.changed(head, differing)), history.progress(
            replace(head, upstream=""), None, ()
        )

    before = facts()
    name, _, value = setting.partition("=")
    repo.git("config", name, value)
    assert facts() == before


def test_the_name_of_a_linked_worktree(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("x")
    repo.git("worktree", "add", "--quiet", "../linked")
    assert now().worktree == ""
    monkeypatch.chdir(repo.root.parent / "linked")
    assert now().worktree == "linked"


def test_unmerged_files_differ(repo: Repo) -> None:
    repo.commit("base", {"a": "1\n"})
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit("side", {"a": "2\n"})
    repo.git("checkout", "--quiet", "main")
    repo.commit("main", {"a": "3\n"})
    repo.git("merge", "side", check=False)
    _, differing = history.head(git.place())
    assert [(one.path, one.unstaged) for one in differing] == [("a", True)]


def test_an_answer_that_cannot_be_read(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("x")
    head = now()
    monkeypatch.setattr(history, "answer", lambda *_: (0, b"odd\0answer\0", b""))
    with pytest.raises(GitError, match="git log: an answer that cannot be read"):
        history.progress(head, None, ())


def test_distance(repo: Repo) -> None:
    one = repo.commit("one")
    two = repo.commit("two")
    assert history.distance(one, two) == (1, 0)
    assert history.distance(two, one) == (0, 1)
    assert history.distance("0" * 40, one) is None


def test_commit_defaults() -> None:
    assert Commit(id="1", subject="x").changes == ()
