"""The session file and what is remembered of a session, on the disk."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import files, git, session_backups, session_file, session_state
from ctxtally.adapters.session_file import HandoffError
from ctxtally.adapters.session_state import Heard, State
from ctxtally.model.progress import Head
from ctxtally.model.record import replace
from ctxtally.model.session import Conversation, RecordedTests

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Repo

HEAD = Head(commit="1" * 40, branch="main")
STATE = State(
    start="2" * 40,
    commit="1" * 40,
    branch="b\u00e9",
    moves=3,
    block=("## A", "\u2705"),
    told=("a note",),
    tests=RecordedTests(command="make", commit="1" * 40, status=2),
    heard=(
        Heard(conversation=Conversation(tokens=1, window=2, source="log", session="x"), moves=1),
    ),
)


class TestState:
    def test_is_kept(self, repo: Repo) -> None:
        assert repo.root.is_dir()
        place = git.place()
        assert session_state.load(place) == State()
        for state in (STATE, replace(STATE, tests=None, heard=()), State()):
            assert session_state.keep(place, state)
            assert session_state.load(place) == state

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "{}",
            "[1]",
            "null",
            '["", "", "", "many", [], [], null, []]',
            '["", "", 1, 0, [], [], null, []]',
            '["", "", "", 0, [1], [], null, []]',
            '["", "", "", 0, [], [], ["make"], []]',
            '["", "", "", 0, [], [], null, [[["x", 1, "", ""], 0]]]',
            "[" * 100_000,
            '["\xff',
        ],
    )
    def test_what_is_torn_or_foreign_counts_as_none(self, repo: Repo, content: str) -> None:
        place = git.place()
        path = repo.root / ".git" / "ctxtally" / "handoff.json"
        path.parent.mkdir()
        path.write_bytes(content.encode("latin-1"))
        assert session_state.load(place) == State()


class TestTheFile:
    def test_a_new_one_is_for_its_owner_and_ignored(self, repo: Repo) -> None:
        place = git.place()
        file = session_file.read(place)
        assert (file.content, file.text, file.is_strange) == (None, None, False)
        assert session_file.write(place, file, "text\n")
        path = repo.root / ".agent-handoffs" / "CURRENT_SESSION.md"
        assert path.read_bytes() == b"text\n"
        assert repo.git("status", "--short", "--untracked-files=all") == ""
        if sys.platform != "win32":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        again = session_file.read(place)
        assert again.text == "text\n"
        assert not session_file.write(place, again, "text\n")

    def test_the_mode_of_an_old_one_stays(self, repo: Repo) -> None:
        repo.write({".agent-handoffs/CURRENT_SESSION.md": "old\n"})
        path = repo.root / ".agent-handoffs" / "CURRENT_SESSION.md"
        path.chmod(0o640)
        before = stat.S_IMODE(path.stat().st_mode)
        place = git.place()
        assert session_file.write(place, session_file.read(place), "new\n")
        assert stat.S_IMODE(path.stat().st_mode) == before
        assert sorted(os.listdir(path.parent)) == [".gitignore", "CURRENT_SESSION.md"]

    def test_a_folder_with_tracked_files_is_not_ignored(self, repo: Repo) -> None:
        repo.commit("x", {".agent-handoffs/TEMPLATE.md": "x\n"})
        place = git.place()
        assert session_file.write(place, session_file.read(place), "new\n")
        assert repo.git("status", "--short", "--untracked-files=all") == (
            "?? .agent-handoffs/CURRENT_SESSION.md"
        )

    def test_an_edit_in_the_meantime_is_seen(self, repo: Repo) -> None:
        repo.write({".agent-handoffs/CURRENT_SESSION.md": "old\n"})
        file = session_file.read(git.place())
        assert session_file.is_unchanged(file)
        repo.write({".agent-handoffs/CURRENT_SESSION.md": "edited\n"})
        assert not session_file.is_unchanged(file)

    def test_a_folder_in_place_of_the_file(self, repo: Repo) -> None:
        (repo.root / ".agent-handoffs" / "CURRENT_SESSION.md").mkdir(parents=True)
        with pytest.raises(HandoffError) as error:
            session_file.read(git.place())
        assert str(error.value) == (
            ".agent-handoffs/CURRENT_SESSION.md is in the way, so it is neither read nor written"
        )

    def test_a_disk_that_refuses(self, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
        assert repo.root.is_dir()
        place = git.place()
        file = session_file.read(place)

        def refuse(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(session_file, "swap", refuse)
        with pytest.raises(HandoffError, match="cannot be written: No space left on device"):
            session_file.write(place, file, "text\n")
        session_backups.backup(place, HEAD, b"text\n")
        monkeypatch.setattr(os, "makedirs", refuse)
        with pytest.raises(HandoffError, match="cannot be written: No space left on device"):
            session_file.write(place, file, "text\n")


class TestCopies:
    def test_of_the_branch_else_the_newest(self, repo: Repo) -> None:
        assert repo.root.is_dir()
        place = git.place()
        assert session_backups.restored(place, HEAD) is None
        side = replace(HEAD, branch="side")
        session_backups.backup(place, HEAD, b"main\n")
        session_backups.backup(place, side, b"side\n")
        assert session_backups.restored(place, HEAD) == "main\n"
        assert session_backups.restored(place, side) == "side\n"
        folder = repo.root / ".git" / "ctxtally" / "handoffs"
        for age, path in enumerate(folder.iterdir()):
            os.utime(path, (age, age + (10 if path.read_text() == "side\n" else 0)))
        assert session_backups.restored(place, replace(HEAD, branch="")) == "side\n"

    def test_one_that_cannot_be_read_is_passed_over(self, repo: Repo) -> None:
        place = git.place()
        session_backups.backup(place, HEAD, b"\xff")
        assert session_backups.restored(place, HEAD) is None
        assert len(list((repo.root / ".git" / "ctxtally" / "handoffs").iterdir())) == 1

    def test_old_ones_go(self, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(session_backups, "_MOST_BACKUPS", 3)
        place = git.place()
        for number in range(5):
            session_backups.backup(place, replace(HEAD, branch=str(number)), b"%d" % number)
            for path in (repo.root / ".git" / "ctxtally" / "handoffs").iterdir():
                age = int(path.read_bytes())
                os.utime(path, (age, age))
        kept = (repo.root / ".git" / "ctxtally" / "handoffs").iterdir()
        assert sorted(path.read_bytes() for path in kept) == [b"2", b"3", b"4"]


class TestTheLock:
    @pytest.mark.parametrize("windows", [False, True])
    def test_a_second_one_waits_and_gives_up(self, tmp_path: Path, windows: bool) -> None:  # noqa: FBT001 - both ways
        path = str(tmp_path / "folder" / "lock")
        refused = pytest.raises((BlockingIOError, TimeoutError))
        with files.Locked(path, 0.01, windows=windows), refused:
            files.Locked(path, 0.01, windows=windows).__enter__()
        with files.Locked(path, 0.01, windows=windows):
            pass


def test_swap_follows_no_link(tmp_path: Path) -> None:
    target, canary = tmp_path / "target", tmp_path / "canary"
    canary.write_text("canary")
    (tmp_path / f"target.{os.getpid()}.new").symlink_to(canary)
    with pytest.raises(FileExistsError):
        files.swap(str(target), b"text")
    assert canary.read_text() == "canary"
