"""The session file under the real pre-commit and prek, which hide unstaged edits from hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.framework import framework as prepared
from tests.support.framework import uses_framework
from tests.support.handoff import FOLDER, NAME, events, names, part, session

if TYPE_CHECKING:
    from tests.support.framework import Framework
    from tests.support.repo import Repo

pytestmark = uses_framework

TYPES = ("post-commit", "post-merge", "post-rewrite")


@pytest.fixture(scope="module", params=["pre-commit", "prek"])
def framework(request: pytest.FixtureRequest) -> Framework:
    return prepared(request.param)


@pytest.fixture
def plain(repo: Repo, framework: Framework) -> Repo:
    """Return a repository that names the hook session-handoff, not installed yet."""
    configuration = framework.configuration("session-handoff")
    files: dict[str, str | bytes] = {
        "a.md": "base\n",
        "b c.md": "base\n",
        "bin": b"\x00\x01",
        "gone.md": "x\n",
    }
    repo.commit("base", {".pre-commit-config.yaml": configuration, **files})
    return repo


@pytest.fixture
def kept(plain: Repo, framework: Framework) -> Repo:
    """Return a repository with the hook session-handoff."""
    install(plain, framework)
    return plain


def install(repo: Repo, framework: Framework) -> None:
    framework.run(repo, "install", *(f"--hook-type={one}" for one in TYPES))


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


def test_a26_a_tracked_session_file(plain: Repo, framework: Framework) -> None:
    plain.git("checkout", "--quiet", "-b", "side")
    plain.commit("other", {"other.txt": "x\n"})
    plain.git("checkout", "--quiet", "main")
    plain.commit("track it", {NAME: "mine\n"})
    install(plain, framework)
    done = framework.commit(plain, "--allow-empty")
    assert "Failed" not in done.stdout + done.stderr
    assert session(plain.root) == "mine\n"
    assert plain.git("status", "--short") == ""
    (event,) = events(plain.root / ".git")
    assert event["error"].startswith(f"{NAME} is tracked, so it is not written")
    plain.git("checkout", "--quiet", "side")
    plain.run("git", "rebase", "main", check=True, **framework.environment)
    assert session(plain.root) == "mine\n"


def test_a27_one_refresh_at_the_end_of_a_rebase(plain: Repo, framework: Framework) -> None:
    plain.git("checkout", "--quiet", "-b", "side")
    for number in range(3):
        plain.commit(f"feat: {number}", {f"{number}.txt": "x\n"})
    plain.git("checkout", "--quiet", "main")
    plain.commit("main moves", {"main.txt": "x\n"})
    plain.git("checkout", "--quiet", "side")
    install(plain, framework)
    plain.run("git", "rebase", "main", check=True, **framework.environment)
    assert [event["trigger"] for event in events(plain.root / ".git")] == ["rewrite"]
    assert names(plain)
    assert part(plain.root, "GIT STATUS").startswith("`side` at `")


def test_a28_merges_and_amends(plain: Repo, framework: Framework) -> None:
    plain.git("checkout", "--quiet", "-b", "side")
    plain.commit("feat: side", {"side.txt": "x\n"})
    plain.git("checkout", "--quiet", "main")
    plain.commit("feat: main", {"main.txt": "x\n"})
    install(plain, framework)
    plain.run("git", "merge", "--squash", "side", check=True, **framework.environment)
    assert not (plain.root / FOLDER).exists()
    plain.git("reset", "--quiet", "--hard")
    plain.run("git", "merge", "--no-edit", "side", check=True, **framework.environment)
    assert names(plain)
    framework.commit(plain, "--amend")
    assert names(plain)
    assert [event["trigger"] for event in events(plain.root / ".git")] == ["merge", "commit"]


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
