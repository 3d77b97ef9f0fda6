from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import rebasing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Repo


@pytest.mark.parametrize(
    ("given", "environment", "expected"),
    [
        ([], {}, ("post-commit", "")),
        (["post-rewrite", "amend"], {}, ("post-rewrite", "amend")),
        (["post-commit"], {"PRE_COMMIT_REWRITE_COMMAND": "rebase"}, ("post-commit", "")),
        ([], {"PRE_COMMIT_REWRITE_COMMAND": "rebase"}, ("post-rewrite", "rebase")),
        ([], {"PRE_COMMIT_IS_SQUASH_MERGE": "1"}, ("post-merge", "1")),
        ([], {"PRE_COMMIT_IS_SQUASH_MERGE": "0"}, ("post-merge", "0")),
        ([], {"PRE_COMMIT_SQUASH_MERGE": "1"}, ("post-merge", "1")),
        ([], {"PREK_HOOK_STAGE": "post-merge"}, ("post-merge", "0")),
        ([], {"PREK_HOOK_STAGE": "post-commit"}, ("post-commit", "")),
    ],
)
def test_what_a_hook_was_run_for(
    given: list[str], environment: dict[str, str], expected: tuple[str, str]
) -> None:
    found = rebasing.occasion(given, environment)
    assert (found.hook, found.argument) == expected


@pytest.mark.parametrize(
    ("hook", "argument", "rebasing_now", "due"),
    [
        ("post-commit", "", False, True),
        ("post-commit", "", True, False),
        ("post-merge", "0", False, True),
        ("post-merge", "0", True, False),
        ("post-merge", "1", False, False),
        ("post-rewrite", "amend", False, True),
        ("post-rewrite", "amend", True, False),
        ("post-rewrite", "rebase", False, True),
        ("post-rewrite", "rebase", True, True),
    ],
)
def test_when_a_refresh_is_due(hook: str, argument: str, rebasing_now: bool, due: bool) -> None:  # noqa: FBT001 - columns
    assert rebasing.occasion([hook, argument], {}).is_due(rebasing=rebasing_now) == due


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["handoff"], []),
        (["handoff", "--git-hook", "post-commit"], ["post-commit"]),
        (["handoff", "--git-hook"], []),
        (["handoff", "refresh"], None),
        (["handoff", "--format", "json"], None),
        (["budget"], None),
        ([], None),
    ],
)
def test_the_command_line_of_a_hook(argv: list[str], expected: list[str] | None) -> None:
    assert rebasing.hook_arguments(argv) == expected


class TestTheGuard:
    @pytest.mark.parametrize("folder", rebasing.FOLDERS)
    def test_rests_at_the_picks_of_a_rebase(self, repo: Repo, folder: str) -> None:
        assert not rebasing.may_rest(["handoff"])
        (repo.root / ".git" / folder).mkdir()
        assert rebasing.may_rest(["handoff"])
        assert rebasing.may_rest(["handoff", "--git-hook", "post-rewrite", "amend"])
        assert not rebasing.may_rest(["handoff", "--git-hook", "post-rewrite", "rebase"])
        assert not rebasing.may_rest(["handoff", "refresh"])
        assert not rebasing.may_rest(["budget"])

    def test_in_a_linked_worktree(self, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
        repo.commit("x")
        repo.git("worktree", "add", "--quiet", "../linked")
        (repo.root / ".git" / "worktrees" / "linked" / "rebase-merge").mkdir()
        assert not rebasing.may_rest(["handoff"])
        monkeypatch.chdir(repo.root.parent / "linked")
        assert rebasing.may_rest(["handoff"])
        monkeypatch.chdir(repo.root.parent)
        assert not rebasing.may_rest(["handoff"]), "the ordinary way tells what is wrong"
        monkeypatch.setenv("GIT_DIR", str(repo.root / ".git" / "worktrees" / "linked"))
        assert rebasing.may_rest(["handoff"])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("refs/heads/a/b\n", "a/b"),
        ("detached HEAD\n", ""),
        (None, ""),
    ],
)
def test_the_branch_of_a_rebase(tmp_path: Path, content: str | None, expected: str) -> None:
    if content is not None:
        (tmp_path / "rebase-apply").mkdir()
        (tmp_path / "rebase-apply" / "head-name").write_text(content)
    assert rebasing.branch(str(tmp_path)) == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (b"1 2\n3 4 extra\n", {"1": "2", "3": "4"}),
        (b"", {}),
        (b"one\n \n\xff 1\n", {"\ufffd": "1"}),
    ],
)
def test_the_commits_that_were_rewritten(
    monkeypatch: pytest.MonkeyPatch, told: bytes, expected: dict[str, str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(told)))
    assert rebasing.rewritten() == expected


def test_no_input_is_no_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert rebasing.rewritten() == {}
