"""`ctxtally statusline`: the old line as it was, and how full the window is, remembered first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import sessions
from ctxtally.adapters.git import place
from tests.support.command import SCRIPT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.piping import Pipe
    from tests.support.repo import Repo

PYTHON = sys.executable


def given(percent: int = 81, **more: object) -> str:
    window = {"context_window_size": 200_000, "used_percentage": percent}
    return json.dumps({"session_id": "s1", "context_window": window} | more)


def kept() -> list[int]:
    return [one.tokens for one in sessions.measurements(place())]


def old(program: str) -> tuple[str, ...]:
    return "statusline", "--", PYTHON, "-c", program


def test_alone_it_says_how_full(repo: Repo, pipe: Pipe) -> None:
    assert repo.root.is_dir()
    ran = pipe(given(), "statusline")
    assert (ran.status, ran.out, ran.err) == (0, "81% of 200,000 tokens\n", "")
    assert kept() == [162_000]


def test_the_old_line_gets_the_same_bytes_and_is_printed_unchanged(repo: Repo, pipe: Pipe) -> None:
    assert repo.root.is_dir()
    echo = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read() + b'\\x1b[31m no newline')"
    ran = pipe(given(name="é"), *old(echo))
    assert (ran.status, ran.out, ran.err) == (0, given(name="é") + "\x1b[31m no newline", "")
    assert kept() == [162_000]


def test_bytes_that_are_no_text(repo: Repo) -> None:
    program = "import sys; sys.stdout.buffer.write(b'\\xff\\x00\\r\\n')"
    done = subprocess.run(
        [SCRIPT, *old(program)],
        cwd=repo.root,
        input=given().encode(),
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"\xff\x00\r\n"


def test_our_own_segment_only_if_asked(repo: Repo, pipe: Pipe) -> None:
    assert repo.root.is_dir()
    ran = pipe(given(), "statusline", "--segment", "--", PYTHON, "-c", "print('mine')")
    assert ran.out == "mine\n81% of 200,000 tokens\n"


@pytest.mark.parametrize(
    ("command", "status", "error"),
    [
        pytest.param(("sh", "-c", "echo mine; exit 3"), 3, "", id="it fails"),
        pytest.param(
            ("no-such-program",), 0, "error: no-such-program is not on PATH\n", id="not there"
        ),
        pytest.param(
            ("/no/such/program",), 0, "error: /no/such/program cannot be run: ", id="gone"
        ),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="runs a shell")
def test_an_old_line_that_fails_loses_nothing(
    repo: Repo, pipe: Pipe, command: tuple[str, ...], status: int, error: str
) -> None:
    assert repo.root.is_dir()
    ran = pipe(given(), "statusline", "--", *command)
    assert ran.status == status
    assert ran.err.startswith(error)
    assert kept() == [162_000]


def test_an_old_line_that_hangs_loses_nothing(
    repo: Repo, pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert repo.root.is_dir()
    monkeypatch.setattr("ctxtally.commands.statusline.TIMEOUT_SECONDS", 0.2)
    ran = pipe(given(), *old("import time; time.sleep(60)"))
    assert (ran.status, ran.out) == (0, "")
    assert ran.err == f"error: {PYTHON} printed nothing in 0 seconds\n  = help: mend it\n"
    assert kept() == [162_000]


def test_cancelled_in_the_middle(repo: Repo, tmp_path: Path) -> None:
    started = tmp_path / "started"
    program = f"open({str(started)!r}, 'w').close(); import time; time.sleep(60)"
    with subprocess.Popen([SCRIPT, *old(program)], cwd=repo.root, stdin=subprocess.PIPE) as running:
        assert running.stdin
        running.stdin.write(given().encode())
        running.stdin.close()
        while not started.exists():
            time.sleep(0.01)
        running.kill()
    assert kept() == [162_000]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{torn", id="torn"),
        pytest.param(b'{"context_window": {"used_percentage": null}}', id="early in a session"),
        pytest.param(b"x" * (5 << 20), id="5 MiB"),
    ],
)
def test_what_tells_nothing(repo: Repo, pipe: Pipe, raw: bytes) -> None:
    assert repo.root.is_dir()
    ran = pipe(raw, "statusline")
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert kept() == []


def test_outside_a_repository_the_line_is_still_there(
    pipe: Pipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = pipe(given(), *old("print('mine')"))
    assert (ran.status, ran.out, ran.err) == (0, "mine\n", "")


def test_it_works_where_the_session_runs_and_the_line_where_it_was_called(
    repo: Repo, pipe: Pipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = given(cwd=str(repo.root))
    ran = pipe(told, *old("import os; print(os.getcwd())"))
    assert ran.out == f"{os.path.realpath(tmp_path)}\n"
    monkeypatch.chdir(repo.root)
    assert kept() == [162_000]


def test_a_window_that_is_compacted_earlier(
    repo: Repo, pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert repo.root.is_dir()
    monkeypatch.setenv("CLAUDE_CODE_AUTO_COMPACT_WINDOW", "100000")
    assert pipe(given(45), "statusline").out == "90% of 100,000 tokens\n"
