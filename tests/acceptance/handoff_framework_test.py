"""The session file under the real pre-commit and prek, which hide unstaged edits from hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.framework import Framework, home
from tests.support.handoff import FOLDER, NAME, events, names, part, session

if TYPE_CHECKING:
    from tests.support.repo import Repo

pytestmark = pytest.mark.framework

TYPES = ("post-commit", "post-merge", "post-rewrite")


@pytest.fixture(scope="module", params=["pre-commit", "prek"])
def framework(request: pytest.FixtureRequest) -> Framework:
    return Framework(request.param, home())


@pytest.fixture
def kept(repo: Repo, framework: Framework) -> Repo:
    """Return a repository with the hook session-handoff."""
    repo.commit(
        "base", {"a.md": "base\n", "b c.md": "base\n", "bin": b"\x00\x01", "gone.md": "x\n"}
    )
    framework.install(repo, "session-handoff", types=TYPES)
    return repo


def test_a25_refresh_after_a_commit(kept: Repo, framework: Framework) -> None:
    kept.write({"a.md": "mine\n"})
    for number in range(3):
        kept.add({f"{number}.txt": "x\n"})
        framework.commit(kept)
        assert names(kept)
        assert kept.git("status", "--short") == " M a.md"
        assert (kept.root / "a.md").read_text() == "mine\n"
        if not number:
            text = session(kept.root).replace("## BLOCKERS", "my plan\n\n## BLOCKERS")
            (kept.root / NAME).write_bytes(text.encode("utf-8"))
    assert "my plan\n\n## BLOCKERS" in session(kept.root)


def test_a26_a_tracked_session_file(kept: Repo, framework: Framework) -> None:
    kept.commit("track it", {NAME: "mine\n"})
    done = framework.commit(kept, "--allow-empty")
    assert "Failed" not in done.stdout + done.stderr
    assert session(kept.root) == "mine\n"
    assert kept.git("status", "--short") == ""
    (event,) = events(kept.root / ".git")
    assert event["error"].startswith(f"{NAME} is tracked, so it is not written")
    kept.git("checkout", "--quiet", "-b", "side", "HEAD~1")
    kept.commit("other", {"other.txt": "x\n"})
    kept.run("git", "rebase", "main", **framework.environment)


def test_a27_one_refresh_at_the_end_of_a_rebase(kept: Repo, framework: Framework) -> None:
    kept.git("checkout", "--quiet", "-b", "side")
    for number in range(3):
        kept.commit(f"feat: {number}", {f"{number}.txt": "x\n"})
    kept.git("checkout", "--quiet", "main")
    kept.commit("main moves", {"main.txt": "x\n"})
    kept.git("checkout", "--quiet", "side")
    kept.run("git", "rebase", "main", **framework.environment)
    assert [event["trigger"] for event in events(kept.root / ".git")] == ["rewrite"]
    assert names(kept)
    assert part(kept.root, "GIT STATUS").startswith("`side` at `")


def test_a28_merges_and_amends(kept: Repo, framework: Framework) -> None:
    kept.git("checkout", "--quiet", "-b", "side")
    kept.commit("feat: side", {"side.txt": "x\n"})
    kept.git("checkout", "--quiet", "main")
    kept.commit("feat: main", {"main.txt": "x\n"})
    kept.run("git", "merge", "--squash", "side", **framework.environment)
    assert not (kept.root / FOLDER).exists()
    kept.git("reset", "--quiet", "--hard")
    kept.run("git", "merge", "--no-edit", "side", **framework.environment)
    assert names(kept)
    framework.commit(kept, "--amend")
    assert names(kept)
    assert len(events(kept.root / ".git")) == 2


class TestB10WhatAStashHides:
    def test_b10_the_saved_patch_is_read(self, kept: Repo, framework: Framework) -> None:
        kept.write({"a.md": "one\ntwo\n", "b c.md": "", "bin": b"\x00\x02", "\u00e9.md": "new\n"})
        kept.git("add", "--intent-to-add", "\u00e9.md")
        kept.git("reset", "--quiet", "\u00e9.md")
        (kept.root / "gone.md").unlink()
        before = kept.git("status", "--short")
        framework.commit(kept, "--allow-empty")
        assert kept.git("status", "--short") == before
        assert part(kept.root, "FILES MODIFIED").splitlines()[-1] == (
            "Not committed (4): `a.md` +2 -1, `b c.md` +0 -1, `gone.md` +0 -1, `bin`"
        )

    def test_b10_beside_what_stays_staged(self, kept: Repo, framework: Framework) -> None:
        kept.add({"b c.md": "staged\n", "a.md": "staged\n"})
        kept.write({"a.md": "staged\nedited\n"})
        framework.commit(kept, "--", "b c.md")
        assert part(kept.root, "FILES MODIFIED").splitlines()[-1] == (
            "Not committed (1): `a.md` +2 -1"
        )

    def test_b10_nothing_hidden_is_not_known(self, kept: Repo, framework: Framework) -> None:
        framework.commit(kept, "--allow-empty")
        assert part(kept.root, "FILES MODIFIED").splitlines()[-1] == (
            "Not committed: unknown (hidden by pre-commit)"
        )
