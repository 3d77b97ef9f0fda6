from __future__ import annotations

import json
import multiprocessing
import os
import re
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import append, files, git, ledger
from ctxtally.adapters.append import LogError
from ctxtally.adapters.clock import new_id
from ctxtally.adapters.files import Appending, replace_file
from ctxtally.adapters.json_objects import json_object
from ctxtally.model.ledger import Ledger
from tests.support.data import CHECKOUT

if TYPE_CHECKING:
    from ctxtally.model.event import Event
    from tests.support.repo import Repo

MOMENT = 1_795_219_200.25  # 2026-11-21T00:00:00.25Z


def event(operation: str = "budget") -> Event:
    return {"kind": "budget", "operation": operation}


def log_in(folder: Path) -> Ledger:
    return Ledger(
        path=str(folder / "log" / "usage-log.jsonl"),
        shown="log/usage-log.jsonl",
        state_path=str(folder / "log" / "logged"),
    )


def records(log: Ledger) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(log.path).read_text("utf-8").splitlines()]


class TestAppend:
    def test_one_line_per_event_with_its_own_id(self, tmp_path: Path) -> None:
        log = log_in(tmp_path)
        ledger.append(log, [event("a"), event("b")], MOMENT)
        ledger.append(log, [event("c")], MOMENT)
        assert [record["operation"] for record in records(log)] == ["a", "b", "c"]
        assert len({record["id"] for record in records(log)}) == 3
        assert list(records(log)[0]) == ["v", "id", "ts", "day", "kind", "operation"]

    def test_a_torn_line_is_not_glued_to_ours(self, tmp_path: Path) -> None:
        log = log_in(tmp_path)
        ledger.append(log, [event("a")], MOMENT)
        with Path(log.path).open("ab") as file:
            file.write(b'{"v":1,"id":"01')
        ledger.append(log, [event("b")], MOMENT)
        lines = Path(log.path).read_text("utf-8").splitlines()
        assert lines[1] == '{"v":1,"id":"01'
        assert json.loads(lines[2])["operation"] == "b"

    def test_a_file_where_the_folder_should_be(self, tmp_path: Path) -> None:
        (tmp_path / "log").write_text("in the way")
        with pytest.raises(LogError) as caught:
            ledger.append(log_in(tmp_path), [event()], MOMENT)
        assert str(caught.value) == "log/usage-log.jsonl was not written: File exists"

    def test_a_link_is_not_followed(self, tmp_path: Path) -> None:
        log = log_in(tmp_path)
        canary = tmp_path / "canary"
        canary.write_text("mine")
        Path(log.path).parent.mkdir()
        Path(log.path).symlink_to(canary)
        with pytest.raises(LogError, match="was not written: Too many levels"):
            ledger.append(log, [event()], MOMENT)
        assert canary.read_text() == "mine"

    @pytest.mark.parametrize("size", [100, 5_000, 100_000])
    def test_a23_eight_processes_lose_nothing(self, tmp_path: Path, size: int) -> None:
        log = log_in(tmp_path)
        context = multiprocessing.get_context("spawn")
        writers = [
            context.Process(target=_write_many, args=(str(tmp_path), writer, size))
            for writer in range(8)
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        found = {str(record["operation"])[:6] for record in records(log)}
        assert found == {f"{writer}-{number:04}" for writer in range(8) for number in range(25)}
        assert len(records(log)) == 200


def _write_many(folder: str, writer: int, size: int) -> None:
    for number in range(25):
        ledger.append(log_in(Path(folder)), [event(f"{writer}-{number:04}" + "x" * size)], MOMENT)


def _write_long(folder: str, writer: int) -> None:
    for number in range(1_000):
        ledger.append(log_in(Path(folder)), [event(f"{writer}-{number:04}")], MOMENT)
        print(f"{writer}-{number:04}", flush=True)  # noqa: T201 - that it is in the log


def _rewrite_many(folder: str, writer: int) -> None:
    """Add to a file of JSON as trackers do that write it as a whole, without a lock."""
    path = Path(folder) / "sessions.json"
    for number in range(100):
        with suppress(ValueError, OSError):  # somebody else is writing it
            known = json.loads(path.read_text("utf-8"))
            path.write_text(json.dumps([*known, f"{writer}-{number:04}"]), "utf-8")


def _started(function: str, folder: Path, writer: int) -> subprocess.Popen[str]:
    program = (
        f"from tests.adapters.ledger_test import {function};"
        f"{function}({os.fspath(folder)!r}, {writer})"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )


class TestManyWriters:
    def test_what_was_written_is_there_whoever_is_killed(self, tmp_path: Path) -> None:
        writers = [_started("_write_long", tmp_path, writer) for writer in range(8)]
        told = []
        for writer in writers[:3]:  # in the middle of writing, not all at once
            told += [str(writer.stdout and writer.stdout.readline()).strip() for _ in range(50)]
            writer.kill()
        told += [line for writer in writers for line in writer.communicate()[0].split("\n")[:-1]]
        lines = Path(log_in(tmp_path).path).read_bytes().split(b"\n")[:-1]
        found = [str(one["operation"]) for line in lines if (one := json_object(line))]
        assert len(lines) - len(found) <= 3, "no line is torn but what was being written"
        assert len(told) >= 5_000
        assert set(told) <= set(found)
        assert len(found) == len(set(found)) <= len(told) + 3

        # The same with a file that each writer reads and writes as a whole.
        (tmp_path / "sessions.json").write_text("[]")
        for writer in [_started("_rewrite_many", tmp_path, writer) for writer in range(8)]:
            writer.communicate()
        left = re.findall(r'"[0-7]-[0-9]{4}"', (tmp_path / "sessions.json").read_text("utf-8"))
        assert len(left) < 400, "of 800"


class TestRotation:
    def test_a_full_log_goes_on_in_a_new_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(append, "LARGEST_FILE", 200)
        monkeypatch.setattr(append, "seconds", lambda: MOMENT)
        log = log_in(tmp_path)
        for number in range(5):
            ledger.append(log, [event(str(number))], MOMENT, durable=True)
        folder = Path(log.path).parent
        assert sorted(one.name for one in folder.iterdir()) == [
            "usage-log-2026-11-2.jsonl",
            "usage-log-2026-11.jsonl",
            "usage-log.jsonl",
        ]
        kept = [
            [json.loads(line)["operation"] for line in one.read_text("utf-8").splitlines()]
            for one in sorted(folder.iterdir())
        ]
        assert kept == [["2", "3"], ["0", "1"], ["4"]]

    @pytest.mark.parametrize("windows", [False, True])
    def test_who_waited_writes_into_the_new_file(self, tmp_path: Path, *, windows: bool) -> None:
        path, moved = tmp_path / "log", tmp_path / "moved"
        with Appending(str(path), windows=windows) as log:
            log.write(["one"])
            waiting = threading.Thread(target=_append_two, args=(str(path), windows))
            waiting.start()
            log.move(str(moved))
            log.write(["three"])
        waiting.join()
        assert moved.read_text() == "one\n"
        assert sorted(path.read_text().splitlines()) == ["three", "two"]

    def test_who_waited_for_a_log_that_is_gone_begins_a_new_one(self, tmp_path: Path) -> None:
        path = tmp_path / "log"
        with Appending(str(path)):
            waiting = threading.Thread(target=_append_two, args=(str(path), False))
            waiting.start()
            waiting.join(0.1)
            path.unlink()
        waiting.join()
        assert path.read_text() == "two\n"

    def test_a_log_that_has_to_stay(self, tmp_path: Path) -> None:
        with Appending(str(tmp_path / "log")) as log:
            log.write(["one"])
            log.move(str(tmp_path / "gone" / "log"))
            log.write(["two"])
        assert (tmp_path / "log").read_text() == "one\ntwo\n"

    def test_who_cannot_open_the_log_lets_go_of_it(self, tmp_path: Path) -> None:
        (tmp_path / "log").mkdir()
        with (
            pytest.raises(OSError, match="directory"),
            Appending(str(tmp_path / "log"), windows=True),
        ):
            pass
        (tmp_path / "log").rmdir()
        with Appending(str(tmp_path / "log"), windows=True) as log:
            log.write(["one"])
        assert (tmp_path / "log").read_text() == "one\n"

    def test_a_log_that_always_moves(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files, "_is_at", lambda *_: False)
        with pytest.raises(OSError, match="busy"), Appending(str(tmp_path / "log")):
            pass


def _append_two(path: str, windows: bool) -> None:  # noqa: FBT001 - what a thread is given
    with Appending(path, windows=windows) as log:
        log.write(["two"])


class TestLength:
    @pytest.mark.parametrize("char", ["x", "\U0001f600"])
    def test_a_long_event_is_cut_where_it_is_longest(self, tmp_path: Path, char: str) -> None:
        log = log_in(tmp_path)
        ledger.append(log, [event(char * 100_000) | {"session": "s" * 300, "tokens": 5}], MOMENT)
        (line,) = Path(log.path).read_bytes().splitlines(keepends=True)
        assert 16 << 10 < len(line) <= 64 << 10
        found = json.loads(line)
        assert (found["truncated"], found["session"], found["tokens"]) == (True, "s" * 300, 5)
        assert set(found["operation"]) == {char}

    def test_other_events_are_as_they_were(self, tmp_path: Path) -> None:
        log = log_in(tmp_path)
        ledger.append(log, [event("x" * 64_000)], MOMENT)
        assert "truncated" not in records(log)[0]


class TestRemember:
    def test_what_was_logged_comes_back(self, tmp_path: Path) -> None:
        log = log_in(tmp_path)
        seen = {"a b.md": 1, "new\nline.md": 2, "umläut.md": 3, "latin-\udce9.md": 4, "a\\n.md": 5}
        ledger.remember(log, seen)
        assert ledger.logged(log) == seen

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"", id="empty"),
            pytest.param(b"\xff\xfe\x00garbage", id="bytes"),
            pytest.param(b"-5 a.md\nten a.md\n7\n7 \n", id="no counts"),
            pytest.param(b"5 a\\", id="a torn escape"),
        ],
    )
    def test_garbage_counts_as_nothing(self, tmp_path: Path, content: bytes) -> None:
        log = log_in(tmp_path)
        Path(log.state_path).parent.mkdir()
        Path(log.state_path).write_bytes(content)
        assert ledger.logged(log) in ({}, {"a\\": 5})

    def test_no_file(self, tmp_path: Path) -> None:
        assert ledger.logged(log_in(tmp_path)) == {}


class TestLocate:
    def test_in_the_git_directory_by_default(self, repo: Repo) -> None:
        found = ledger.locate(git.place(), None)
        assert found.path == str(repo.root / ".git" / "ctxtally" / "usage-log.jsonl")
        assert (found.shown, found.hint) == (".git/ctxtally/usage-log.jsonl", "")

    def test_where_it_is_wanted_while_git_ignores_it(self, repo: Repo) -> None:
        repo.add({".gitignore": "/docs/metrics/\n"})
        found = ledger.locate(git.place(), "docs/metrics/log.jsonl")
        assert found.path == str(repo.root / "docs" / "metrics" / "log.jsonl")
        assert found.hint == ""

    def test_a22_not_where_it_is_tracked(self, repo: Repo) -> None:
        repo.write({".gitignore": "log.jsonl\n", "log.jsonl": ""})
        repo.git("add", "--force", "log.jsonl")
        found = ledger.locate(git.place(), "log.jsonl")
        assert found.shown == ".git/ctxtally/usage-log.jsonl"
        assert found.hint == (
            "`ledger = 'log.jsonl'` is not used: it is tracked;"
            " `git rm --cached log.jsonl` and add it to .gitignore"
        )

    @pytest.mark.usefixtures("repo")
    def test_not_where_it_would_show_up_as_untracked(self) -> None:
        found = ledger.locate(git.place(), "log.jsonl")
        assert found.hint == (
            "`ledger = 'log.jsonl'` is not used: git does not ignore it; add it to .gitignore"
        )

    def test_not_through_a_link(self, repo: Repo, tmp_path: Path) -> None:
        (repo.root / "logs").symlink_to(tmp_path)
        found = ledger.locate(git.place(), "logs/log.jsonl")
        assert found.hint == "`ledger = 'logs/log.jsonl'` is not used: a symlink leads to it"

    @pytest.mark.parametrize("name", [".env", ".claude/settings.local.json", "x.jsonl.bak", "log"])
    def test_not_where_the_name_is_not_that_of_a_log(self, repo: Repo, name: str) -> None:
        repo.write({".gitignore": "*\n", name: ""})
        found = ledger.locate(git.place(), name)
        assert found.shown == ".git/ctxtally/usage-log.jsonl"
        assert found.hint == f"`ledger = {name!r}` is not used: its name does not end in .jsonl"

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"KEY=secret\n", id="no JSON"),
            pytest.param(b'{"prompt": "private", "completion": "text"}\n', id="other events"),
            pytest.param(
                b'{"timestamp": "2026-01-02T03:04:05", "text": "private"}\n', id="no count"
            ),
            pytest.param(b"[1]\n", id="a list"),
            pytest.param(b"[" * 60_000, id="endless"),
            pytest.param(b'{"v": 1, "id": "' + b"x" * 70_000 + b'"}\n', id="a large line"),
            pytest.param(b"\xff\xfe\n", id="not UTF-8"),
            pytest.param(b'\nKEY\n{"v":1,"id":"01"}\n', id="an event further on"),
        ],
    )
    def test_not_where_another_file_is(self, repo: Repo, content: bytes) -> None:
        repo.write({".gitignore": "*\n", "l.jsonl": content})
        found = ledger.locate(git.place(), "l.jsonl")
        assert found.shown == ".git/ctxtally/usage-log.jsonl"
        assert found.hint == (
            "`ledger = 'l.jsonl'` is not used:"
            " what is there is no usage log; take it away, or name another file"
        )

    def test_not_where_a_folder_is(self, repo: Repo) -> None:
        repo.write({".gitignore": "*\n", "l.jsonl/x": ""})
        assert "no usage log" in ledger.locate(git.place(), "l.jsonl").hint

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"", id="empty"),
            pytest.param(b'{"v":1,"id":"01\n{"v":1', id="ours, cut off"),
            pytest.param(b'\n{"id": "01", "v": 1}\nKEY=x\n', id="ours, by another writer"),
            pytest.param(
                b'{"timestamp": "2026-01-02T03:04:05.1", "operation": "read", "tokens": 2}\r\n',
                id="as other monitors wrote it",
            ),
            pytest.param(
                b'\xef\xbb\xbf{"timestamp": "2026-01-02T03:04:05", "input_tokens": 2}', id="BOM"
            ),
        ],
    )
    def test_goes_on_with_a_log(self, repo: Repo, content: bytes) -> None:
        repo.write({".gitignore": "*\n", "l.JSONL": content})
        found = ledger.locate(git.place(), "l.JSONL")
        assert (found.shown, found.hint) == ("l.JSONL", "")
        ledger.append(found, [event()], MOMENT)
        assert ledger.locate(git.place(), "l.JSONL").hint == ""

    def test_one_log_for_all_linked_worktrees(
        self, repo: Repo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo.commit("first")
        repo.git("worktree", "add", "--quiet", "../linked")
        monkeypatch.chdir(repo.root.parent / "linked")
        found = ledger.locate(git.place(), None)
        assert found.path == str(repo.root / ".git" / "ctxtally" / "usage-log.jsonl")
        assert found.shown == "../repo/.git/ctxtally/usage-log.jsonl"

    def test_one_log_in_the_main_work_tree(
        self, repo: Repo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo.commit("first", {".gitignore": "*.jsonl\n"})
        repo.git("worktree", "add", "--quiet", "../linked")
        monkeypatch.chdir(repo.root.parent / "linked")
        # As git tells its hooks: what it says of this work tree is not so of the main one.
        index = repo.root / ".git" / "worktrees" / "linked" / "index"
        monkeypatch.setenv("GIT_INDEX_FILE", str(index))
        found = ledger.locate(git.place(), "m/log.jsonl")
        assert found.path == str(repo.root / "m" / "log.jsonl")
        assert (found.shown, found.hint) == ("../repo/m/log.jsonl", "")
        (repo.root.parent / "linked" / ".gitignore").write_text("", "utf-8")
        assert ledger.locate(git.place(), "m/log.jsonl").hint == "", "nothing is made here"
        (repo.root / ".gitignore").write_text("", "utf-8")
        assert ledger.locate(git.place(), "m/log.jsonl").hint == (
            "`ledger = 'm/log.jsonl'` is not used: git does not ignore it; add it to .gitignore"
        )
        repo.add({"m/log.jsonl": ""})
        assert ledger.locate(git.place(), "m/log.jsonl").hint == (
            "`ledger = 'm/log.jsonl'` is not used: it is tracked;"
            " `git rm --cached m/log.jsonl` and add it to .gitignore"
        )

    def test_no_log_in_one_of_several_work_trees(
        self, repo: Repo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo.commit("first", {".gitignore": "*.jsonl\n"})
        repo.git("config", "core.bare", "true")
        repo.git("worktree", "add", "--quiet", "../linked")
        monkeypatch.chdir(repo.root.parent / "linked")
        found = ledger.locate(git.place(), "log.jsonl")
        assert found.path == str(repo.root / ".git" / "ctxtally" / "usage-log.jsonl")
        assert found.hint == (
            "`ledger = 'log.jsonl'` is not used:"
            " this is a linked work tree, and the repository has no main one that it could lie in"
        )


class TestFiles:
    def test_replace_leaves_the_old_file_where_it_fails(self, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        assert not replace_file(str(tmp_path / "folder"), b"x")
        assert sorted(tmp_path.iterdir()) == [tmp_path / "folder"]
        assert replace_file(str(tmp_path / "folder" / "file"), b"x")
        assert (tmp_path / "folder" / "file").read_bytes() == b"x"

    @pytest.mark.parametrize("windows", [False, True])
    def test_who_waits_too_long_gives_up(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, windows: bool
    ) -> None:
        monkeypatch.setattr("ctxtally.adapters.files.LOCK_SECONDS", 0.05)
        path = str(tmp_path / "log")
        with Appending(path, windows=windows), pytest.raises(OSError):  # noqa: PT011, SIM117
            with Appending(path, windows=windows):
                pass
        with Appending(path, windows=windows) as log:
            log.write(["x"])


def test_ids_sort_by_time_and_are_26_digits() -> None:
    ids = [new_id(MOMENT), new_id(MOMENT + 0.001)]
    assert ids == sorted(ids)
    assert {len(one) for one in ids} == {26}
    # The ULID specification: ten digits of milliseconds since 1970.
    assert int(MOMENT * 1000) == sum(
        "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(digit) * 32**place
        for place, digit in enumerate(reversed(ids[0][:10]))
    )
