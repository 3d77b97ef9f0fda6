from __future__ import annotations

import pytest

from ctxtally.model.usage import Usage
from ctxtally.usage.commits import Commits, Committed

NOTED = (
    Committed(10, "a", "main"),
    Committed(20, "b", "next", switched_from="topic main"),
    Committed(25, "o", "old"),
    Committed(30, "c", "main"),
    Committed(40, "d", "main", "linked"),
    Committed(50, "e", ""),
    Committed(60, "f", "next"),
)


@pytest.mark.parametrize(
    ("moment", "branch", "worktree", "commit"),
    [
        pytest.param(5, "main", "", "a", id="the next one"),
        pytest.param(10, "main", "", "a", id="at the same time"),
        pytest.param(11, "main", "", "b", id="a branch that was made then"),
        pytest.param(11, "topic", "", "b", id="over two branches"),
        pytest.param(21, "main", "", "c", id="not the next one of a branch that was there"),
        pytest.param(21, "next", "", "e", id="nor of one that was only not seen before"),
        pytest.param(31, "main", "", "e", id="a detached head may come from any branch"),
        pytest.param(51, "main", "", "", id="none yet on this branch"),
        pytest.param(51, "next", "", "f", id="its own branch"),
        pytest.param(26, "", "", "c", id="no branch is told: the next one of the work tree"),
        pytest.param(26, "HEAD", "", "c", id="a detached head"),
        pytest.param(5, "main", "linked", "d", id="of another work tree"),
        pytest.param(41, "main", "linked", "", id="none yet in this work tree"),
        pytest.param(5, "main", "gone", "", id="a work tree that never committed"),
        pytest.param(None, "main", "", "", id="no time"),
    ],
)
def test_the_commit_that_follows(
    moment: float | None, branch: str, worktree: str, commit: str
) -> None:
    usage = Usage(moment=moment, branch=branch, worktree=worktree)
    assert Commits(NOTED).of(usage) == commit


@pytest.mark.parametrize("agent", ["codex", "copilot"])
def test_a_branch_that_was_told_when_the_session_began(agent: str) -> None:
    commits = Commits(NOTED)
    assert commits.of(Usage(moment=5, branch="next", agent=agent)) == "a"
    assert commits.of(Usage(moment=21, branch="main", agent=agent)) == "o"
    assert commits.of(Usage(moment=11, branch="x", worktree="linked", agent=agent)) == "d"
    assert commits.of(Usage(moment=5, branch="gone", agent="claude-code")) == "e", "its own"


def test_what_was_rewritten_is_told_by_its_new_name() -> None:
    noted = [*NOTED, Committed(70, "A", instead="a"), Committed(80, "AA", "main", instead="A")]
    commits = Commits(noted)
    assert commits.of(Usage(moment=5, branch="main")) == "AA"
    assert commits.of(Usage(moment=61, branch="main")) == "", "a rewritten one is not new work"
    assert commits.of(Usage(commit="a")) == "AA", "a record may tell its commit"
    assert commits.branch_of["AA"] == "main"


def test_names_that_lead_in_a_circle() -> None:
    noted = [Committed(1, "a"), Committed(2, "b", instead="a"), Committed(3, "a", instead="b")]
    assert Commits(noted).of(Usage(moment=0)) == "b"


def test_work_in_another_repository_is_in_no_commit_of_this_one() -> None:
    assert Commits(NOTED).of(Usage(moment=5, branch="main", repo="~/other")) == ""


def test_without_commits() -> None:
    assert Commits([]).of(Usage(moment=5, branch="main")) == ""
