"""The session file is refreshed when it has to be, whatever git does, by plain git hooks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.command import SCRIPT
from tests.support.handoff import FOLDER, NAME, events, names, part, session

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

PICKS = 20


@pytest.fixture
def native(repo: Repo, run: Run) -> Repo:
    """Return a repository with our plain git hooks and a first commit."""
    assert run("init", "--git-hooks").status == 0
    commit(repo, "base", {"base.txt": "base\n"})
    assert names(repo)
    return repo


def commit(repo: Repo, message: str, files: dict[str, str] | None = None, *arguments: str) -> None:
    """Commit as people do, with hooks."""
    repo.add(files or {})
    repo.run("git", "commit", "--allow-empty", "-m", message, *arguments)


def refreshes(repo: Repo) -> int:
    return len(events(repo.root / ".git"))


def diverged(repo: Repo, picks: int = PICKS) -> None:
    """Leave `side` checked out with commits that `main` has not, and `main` one ahead of both."""
    repo.git("checkout", "--quiet", "-b", "side")
    for number in range(picks):
        repo.commit(f"feat: pick {number}", {f"{number}.txt": "x\n"})
    repo.git("checkout", "--quiet", "main")
    repo.commit("main moves", {"main.txt": "x\n"})
    repo.git("checkout", "--quiet", "side")


class TestA13LinkedWorktree:
    @pytest.mark.parametrize("how", ["staged", "all", "below"])
    def test_a13_its_own_file_and_the_common_log(self, native: Repo, how: str) -> None:
        native.git("worktree", "add", "--quiet", "-b", "side", "../linked")
        linked = native.root.parent / "linked"
        (linked / "sub").mkdir()
        (linked / "sub" / "new.txt").write_text("x\n")
        (linked / "base.txt").write_text("edited\n")
        native.git("-C", str(linked), "add", "sub")
        before = session(native.root)
        flag = ["-a"] if how == "all" else []
        where = linked / "sub" if how == "below" else linked
        native.run("git", "-C", str(where), "commit", *flag, "-m", "feat: linked")
        assert names(native, linked, "side")
        assert part(linked, "GIT STATUS").startswith("`side` at `")
        assert "; worktree `linked`." in part(linked, "GIT STATUS")
        assert session(native.root) == before
        assert not (native.root / "sub").exists()
        assert refreshes(native) == 2
        assert native.git("-C", str(linked), "status", "--short") == (
            "" if how == "all" else " M base.txt"
        )

    def test_a13_a_worktree_that_is_made_again_has_its_notes(self, native: Repo) -> None:
        linked = native.root.parent / "linked"
        native.git("worktree", "add", "--quiet", "-b", "side", str(linked))
        native.run("git", "-C", str(linked), "commit", "--allow-empty", "-m", "x")
        path = linked / NAME
        path.write_text(path.read_text("utf-8").replace("## BLOCKERS", "mine\n\n## BLOCKERS"))
        native.run("git", "-C", str(linked), "commit", "--allow-empty", "-m", "x")
        native.git("worktree", "remove", "--force", str(linked))
        native.git("worktree", "add", "--quiet", str(linked), "side")
        native.run("git", "-C", str(linked), "commit", "--allow-empty", "-m", "x")
        assert "mine\n\n## BLOCKERS" in session(linked)


def test_a_submodule_has_its_own(native: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = ("-c", "protocol.file.allow=always")
    native.git(*allowed, "submodule", "--quiet", "add", f"{native.root.as_posix()}", "sub")
    commit(native, "feat: with a submodule")
    before = session(native.root)
    inner = native.root / "sub"
    monkeypatch.chdir(inner)
    assert run("init", "--git-hooks").status == 0
    native.run("git", "-C", str(inner), "commit", "--allow-empty", "-m", "feat: inside")
    assert session(native.root) == before
    assert "- `feat: inside` " in part(inner, "TASKS COMPLETED")
    assert native.git("-C", str(inner), "status", "--short") == ""


def test_a17_dubious_ownership(native: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git's own tests pretend so by this variable (setup.c of git)."""
    before = session(native.root)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    ran = run("handoff", "refresh")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("error: git rev-parse: detected dubious ownership in repository at")
    assert "git config --global --add safe.directory" in ran.err
    ran = run("handoff")
    assert (ran.status, ran.out) == (0, "")
    assert "safe.directory" in ran.err
    assert session(native.root) == before


def test_a18_detached_head(native: Repo) -> None:
    native.git("checkout", "--quiet", "--detach")
    commit(native, "feat: nowhere")
    sha = native.git("rev-parse", "HEAD")[:7]
    assert part(native.root, "GIT STATUS") == (
        f"detached at `{sha}`. Written after commit `{sha}`."
    )


def test_a19_shallow_clone(native: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(native, "feat: last")
    url = f"file://{native.root.as_posix()}"
    native.git("clone", "--quiet", "--depth=1", url, "../shallow")
    shallow = native.root.parent / "shallow"
    native.git("-C", str(shallow), "branch", "--unset-upstream")
    monkeypatch.chdir(shallow)
    ran = run("handoff", "refresh")
    assert (ran.status, ran.err) == (0, "")
    sha = native.git("rev-parse", "HEAD")[:7]
    assert part(shallow, "TASKS COMPLETED") == f"The last 1 commit:\n- `feat: last` {sha}"


class TestA25RefreshAfterACommit:
    def test_a25_three_commits_beside_an_edit(self, native: Repo) -> None:
        native.write({"base.txt": "mine\n"})
        for number in range(3):
            commit(native, f"feat: {number}", {f"{number}.txt": "x\n"})
            assert names(native)
            assert native.git("status", "--short") == "M base.txt".rjust(11)
            assert (native.root / "base.txt").read_text() == "mine\n"
        assert part(native.root, "FILES MODIFIED").endswith("Not committed (1): `base.txt` +1 -1")

    def test_a25_no_verify_refreshes_too(self, native: Repo) -> None:
        native.run("git", "commit", "--allow-empty", "--no-verify", "-m", "x")
        assert names(native)

    def test_a25_it_prints_nothing(self, native: Repo) -> None:
        done = native.run("git", "commit", "--allow-empty", "-qm", "x")
        assert (done.stdout, done.stderr) == ("", "")


class TestA26ATrackedSessionFile:
    @pytest.mark.parametrize("how", ["tracked", "ignored too", "staged only", "deleted"])
    def test_a26_is_not_written(self, native: Repo, run: Run, how: str) -> None:
        native.git("add", "--force", NAME)
        if how != "staged only":
            native.commit("track it")
        if how == "ignored too":
            native.commit("ignore it", {".gitignore": f"{FOLDER}/\n"})
        if how == "deleted":
            (native.root / NAME).unlink()
        before = native.git("status", "--short")
        other = native.root / "other.txt"
        other.write_text("x\n")
        native.git("add", "other.txt")
        done = native.run("git", "commit", "-m", "x", "--", "other.txt")
        hint = (
            f"note: {NAME} is tracked, so it is not written: each commit would leave it changed; "
            f"`git rm --cached {NAME}` and commit that; then it is kept as a local file\n"
        )
        assert done.stderr == hint
        assert native.git("status", "--short") == before
        assert (native.root / NAME).exists() == (how != "deleted")
        ran = run("handoff", "refresh")
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith(f"error: {NAME} is tracked, so it is not written")
        assert run("handoff", "show").status == (2 if how == "deleted" else 0)
        assert events(native.root / ".git")[-1]["error"].startswith(f"{NAME} is tracked")

    def test_a26_a_rebase_still_starts(self, native: Repo) -> None:
        native.git("add", "--force", NAME)
        native.commit("track it")
        diverged(native, 2)
        native.run("git", "rebase", "main")


class TestA27RebaseOf20Commits:
    def test_a27_one_refresh_at_its_end(self, native: Repo) -> None:
        diverged(native)
        before = refreshes(native)
        native.run("git", "rebase", "main")
        assert refreshes(native) == before + 1
        assert events(native.root / ".git")[-1]["trigger"] == "rewrite"
        assert names(native)
        assert part(native.root, "GIT STATUS").startswith("`side` at `")
        assert "rebase" not in part(native.root, "GIT STATUS")

    def test_a27_a_conflict_in_the_middle(self, native: Repo) -> None:
        diverged(native)
        native.git("checkout", "--quiet", "main")
        native.commit("conflict", {"10.txt": "other\n"})
        native.git("checkout", "--quiet", "side")
        before, count = session(native.root), refreshes(native)
        assert native.run("git", "rebase", "main", check=False).returncode == 1
        assert session(native.root) == before
        native.add({"10.txt": "both\n"})
        native.run("git", "rebase", "--continue", GIT_EDITOR=":")
        assert refreshes(native) == count + 1
        assert names(native)

    def test_a27_by_hand_in_a_stopped_rebase(self, native: Repo, run: Run) -> None:
        diverged(native, 2)
        native.run("git", "rebase", "main", "--exec", "false", check=False)
        assert run("handoff", "refresh").status == 0
        assert "; a rebase is under way" in part(native.root, "GIT STATUS")
        assert part(native.root, "GIT STATUS").startswith("`side` at `")


class TestA28OtherOperations:
    def test_a28_what_refreshes(self, native: Repo) -> None:
        diverged(native, 3)
        native.git("checkout", "--quiet", "main")
        for operation in (
            ("merge", "--no-ff", "--no-edit", "side~2"),
            ("cherry-pick", "side~1"),
            ("cherry-pick", "--allow-empty", "--keep-redundant-commits", "side~1", "side"),
            ("revert", "--no-edit", "HEAD"),
            ("commit", "--amend", "--allow-empty", "-m", "amended"),
        ):
            native.run("git", *operation)
            assert names(native), operation

    def test_a28_a_fast_forward(self, native: Repo) -> None:
        native.git("checkout", "--quiet", "-b", "side")
        native.commit("feat: ahead")
        native.git("checkout", "--quiet", "main")
        native.run("git", "merge", "--ff-only", "side")
        assert names(native)

    def test_a28_a_squash_moves_no_head(self, native: Repo) -> None:
        diverged(native, 2)
        native.git("checkout", "--quiet", "main")
        before = session(native.root)
        native.run("git", "merge", "--squash", "side")
        assert session(native.root) == before
        commit(native, "feat: squashed")
        assert names(native)

    def test_a28_am_refreshes_nothing_and_check_says_so(self, native: Repo, run: Run) -> None:
        diverged(native, 3)
        patches = native.run("git", "format-patch", "--stdout", "main").stdout
        native.git("checkout", "--quiet", "main")
        assert run("handoff", "refresh").status == 0
        before = session(native.root)
        native.run("git", "am", stdin=patches)
        assert session(native.root) == before
        ran = run("handoff", "check")
        assert (ran.status, ran.out) == (1, f"{NAME}: HEAD moved 3 commits\n")

    def test_a28_a_reset_is_seen(self, native: Repo, run: Run) -> None:
        commit(native, "feat: gone")
        native.git("reset", "--quiet", "--hard", "HEAD~1")
        assert run("handoff", "check").out == (
            f"{NAME}: history rewritten: HEAD is without 1 commit of it\n"
        )
        native.git("checkout", "--quiet", "-b", "side")
        assert run("handoff", "check").out == (
            f"{NAME}: other branch: written on main, now on side\n"
        )


class TestA29ARefreshThatFails:
    def commits(self, native: Repo, reason: str) -> None:
        head = native.git("rev-parse", "HEAD")
        done = native.run("git", "commit", "--allow-empty", "-m", "feat: made all the same")
        assert native.git("rev-parse", "HEAD~1") == head
        assert done.stderr.startswith(f"note: {reason}")
        assert events(native.root / ".git")[-1]["error"].startswith(reason)

    def drop(self, native: Repo, revision: str) -> None:
        """Take an object away, as a disk that fails does."""
        oid = native.git("rev-parse", revision)
        commit(native, "feat: one", {"one.txt": "x\n"})
        (native.root / ".git" / "objects" / oid[:2] / oid[2:]).unlink()

    def test_a29_git_log_fails(self, native: Repo) -> None:
        self.drop(native, "HEAD")
        self.commits(native, "git log: ")

    def test_a29_an_object_is_missing(self, native: Repo) -> None:
        self.drop(native, "HEAD^{tree}")
        done = native.run("git", "commit", "--allow-empty", "-m", "feat: two")
        assert done.stderr == ""
        assert part(native.root, "TASKS COMPLETED").startswith("The last 3 commits:")
        assert part(native.root, "FILES MODIFIED").splitlines()[0] == (
            "Committed: unknown (objects are missing here)"
        )

    def test_a29_a_file_where_the_folder_should_be(self, native: Repo) -> None:
        self.away(native)
        (native.root / FOLDER).write_text("mine\n")
        native.git("config", "core.excludesFile", "/dev/null")
        self.commits(native, f"{FOLDER} is in the way, so it is neither read nor written")
        assert (native.root / FOLDER).read_text() == "mine\n"

    @pytest.mark.skipif(
        not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anything"
    )
    def test_a29_a_folder_that_cannot_be_written(self, native: Repo) -> None:
        (native.root / FOLDER).chmod(0o500)
        self.commits(native, f"{NAME} cannot be written: Permission denied")
        (native.root / FOLDER).chmod(0o700)

    def away(self, native: Repo) -> None:
        for path in (native.root / FOLDER).iterdir():
            path.unlink()
        (native.root / FOLDER).rmdir()

    def test_a29_a_template_that_cannot_be_used(self, native: Repo) -> None:
        native.write({"handoff_templates/CURRENT_SESSION.md": "no block\n"})
        done = native.run("git", "commit", "--allow-empty", "-m", "x")
        assert done.stderr == (
            "note: handoff_templates/CURRENT_SESSION.md cannot be used: it needs one line"
            " `<!-- handoff:auto -->` and below it one line `<!-- /handoff:auto -->`;"
            " the template that ships is used\n"
        )
        assert names(native)
        assert native.run("git", "commit", "--allow-empty", "-m", "x").stderr == "", "told once"


class TestA45OutputThroughASymlink:
    @pytest.mark.parametrize("what", ["file", "folder", "log"])
    def test_a45_nothing_is_written_through_it(self, native: Repo, run: Run, what: str) -> None:
        canary = native.root.parent / "canary"
        link = {
            "file": native.root / NAME,
            "folder": native.root / FOLDER,
            "log": native.root / ".git" / "ctxtally" / "usage-log.jsonl",
        }[what]
        target = canary
        if what == "folder":
            TestA29ARefreshThatFails().away(native)
            canary.mkdir()
            target = canary / "CURRENT_SESSION.md"
        else:
            link.unlink()
        target.write_text("canary\n")
        link.symlink_to(canary)
        before = target.stat()
        done = native.run("git", "commit", "--allow-empty", "-m", "x")
        ran = run("handoff", "refresh")
        assert target.read_text() == "canary\n"
        assert target.stat().st_mtime_ns == before.st_mtime_ns
        assert sorted(path.name for path in (canary.iterdir() if what == "folder" else [])) == (
            ["CURRENT_SESSION.md"] if what == "folder" else []
        )
        if what == "log":
            assert ran.status == 0
            return
        shown = NAME if what == "file" else FOLDER
        assert done.stderr == (
            f"note: {shown} is a symlink, so it is neither read nor written; take it away\n"
        )
        assert (ran.status, ran.out) == (2, "")


class TestB02FinalRefreshOfARebase:
    @pytest.mark.parametrize("backend", ["--merge", "--apply"])
    def test_b02_names_the_new_head_and_the_branch(self, native: Repo, backend: str) -> None:
        diverged(native, 3)
        native.run("git", "rebase", backend, "main")
        assert names(native)
        assert part(native.root, "GIT STATUS").startswith("`side` at `")


def test_b03_fixup_amend(native: Repo) -> None:
    diverged(native, 3)
    count = refreshes(native)
    editor = "sed -i.bak -e '2,3s/^pick/squash/'"
    native.run("git", "rebase", "-i", "main", GIT_SEQUENCE_EDITOR=editor, GIT_EDITOR=":")
    assert native.git("rev-list", "--count", "main..side") == "1"
    assert refreshes(native) == count + 1
    assert names(native)


def test_b04_stale_sequencer(native: Repo) -> None:
    diverged(native, 3)
    native.commit("conflict", {"2.txt": "changed\n"})
    native.run("git", "revert", "--no-edit", "HEAD~1", "HEAD~2", "HEAD~3", check=False)
    native.add({"2.txt": "resolved\n"})
    native.run("git", "commit", "--no-edit")
    native.git("checkout", "--quiet", "main")
    assert (native.root / ".git" / "sequencer").is_dir()
    for number in range(2):
        commit(native, f"feat: elsewhere {number}")
        assert names(native)


class TestB05CherryPickAndMergeState:
    def test_b05_refreshed(self, native: Repo) -> None:
        diverged(native, 2)
        native.git("checkout", "--quiet", "main")
        native.run("git", "cherry-pick", "side~1")
        assert names(native)
        native.run("git", "merge", "--no-edit", "side")
        assert names(native)


def test_b06_amend_is_idempotent(native: Repo) -> None:
    count = refreshes(native)
    native.run("git", "commit", "--amend", "--allow-empty", "-m", "feat: amended")
    assert refreshes(native) == count + 1, "the second hook finds nothing to write"
    assert session(native.root).count("feat: amended") == 1
    assert "`base`" not in session(native.root)


class TestB12GitClean:
    def test_b12_the_text_of_people_comes_back(self, native: Repo) -> None:
        path = native.root / NAME
        text = session(native.root).replace("## BLOCKERS", "the plan\n\n## BLOCKERS")
        path.write_bytes(text.encode("utf-8"))
        commit(native, "feat: one")
        native.git("clean", "--quiet", "-fdx")
        assert not path.exists()
        commit(native, "feat: two")
        assert "the plan\n\n## BLOCKERS" in session(native.root)
        assert names(native)
        assert native.git("status", "--short") == ""

    def test_b12_on_a_branch_of_its_own(self, native: Repo) -> None:
        path = native.root / NAME
        path.write_bytes(session(native.root).encode().replace(b"## BLOCKERS", b"the plan\n## B"))
        commit(native, "feat: one")
        native.git("clean", "--quiet", "-fdx")
        native.git("checkout", "--quiet", "-b", "fresh")
        commit(native, "feat: two")
        assert "the plan\n" in session(native.root)


class TestB13GitIsMissing:
    def test_b13_the_command_and_the_hook(
        self, native: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert native.root.is_dir()
        monkeypatch.setenv("PATH", str(Path("/nonexistent")))
        ran = run("handoff", "refresh")
        assert (ran.status, ran.out) == (2, "")
        assert ran.err == (
            "error: git is not on PATH\n  = help: install git 2.31 or later, or mend PATH\n"
        )
        ran = run("handoff")
        assert (ran.status, ran.out) == (0, "")
        assert ran.err == "note: git is not on PATH; install git 2.31 or later, or mend PATH\n"


class TestB16DefaultHookTypes:
    CONFIG = "repos:\n  - repo: x\n    rev: v1\n    hooks:\n      - id: session-handoff\n"

    def test_b16_doctor_says_what_is_not_installed(self, repo: Repo, run: Run) -> None:
        repo.commit("base", {".pre-commit-config.yaml": self.CONFIG})
        assert (
            "warn  pre-commit: not installed in this clone: post-commit, post-merge, post-rewrite\n"
            "  = help: pre-commit install -t post-commit -t post-merge -t post-rewrite\n"
        ) in run("doctor").out

    def test_b16_and_what_is(self, native: Repo, run: Run) -> None:
        native.commit("base", {".pre-commit-config.yaml": self.CONFIG})
        assert "ok    pre-commit: session-handoff is installed\n" in run("doctor").out


class TestB17BytesInSubjectsAndNames:
    def test_b17_parsed_by_position(self, native: Repo) -> None:
        files = {"new\nline.txt": "one\ntwo\n", "tab\there.txt": "x\n", "\x01" + "0" * 40: "x\n"}
        subject = f"fix: \x01{'0' * 40} at the start"
        commit(native, subject, files)
        commit(native, f"\x01{'1' * 40}", {"plain.txt": "x\n"})
        done = part(native.root, "TASKS COMPLETED").splitlines()
        shas = [native.git("rev-parse", name)[:7] for name in ("HEAD~1", "HEAD", "HEAD~2")]
        assert done == [
            "The last 3 commits:",
            f"- `fix: {'0' * 40} at the start` {shas[0]}",
            f"- `{'1' * 40}` {shas[1]}",
            f"- `base` {shas[2]}",
        ]
        assert part(native.root, "FILES MODIFIED").splitlines()[0] == (
            f"Committed (5): `new\\nline.txt` +2 -0, `\\x01{'0' * 40}` +1 -0, `base.txt` +1 -0, "
            "`plain.txt` +1 -0, `tab\\there.txt` +1 -0"
        )


def test_the_script_and_the_replay_agree(native: Repo) -> None:
    """The console script has the fast guard before everything; here it must let a commit pass."""
    native.commit("feat: by hand")
    done = native.run(str(SCRIPT), "handoff")
    assert (done.stdout, done.stderr) == ("", "")
    assert names(native)
