"""The command of one driven turn: it ends well, badly, or is ended."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import driving

if TYPE_CHECKING:
    from pathlib import Path

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to ignore")


def python(program: str, prompt: str | None = None, timeout_seconds: float = 30) -> driving.Ended:
    return driving.run([sys.executable, "-c", program], prompt, timeout_seconds)


@pytest.mark.parametrize("status", [0, 3])
def test_the_status(status: int) -> None:
    ended = python(f"raise SystemExit({status})")
    assert ended.status == status
    assert ended.seconds > 0


def test_the_prompt_on_standard_input(tmp_path: Path) -> None:
    told = tmp_path / "told"
    program = f"import sys; open({str(told)!r}, 'wb').write(sys.stdin.buffer.read())"
    python(program, "caf\u00e9\n")
    assert told.read_bytes() == b"caf\xc3\xa9\n"
    python(program)
    assert told.read_bytes() == b"", "without a prompt it is closed"


def test_a_command_that_does_not_read_its_prompt() -> None:
    assert python("pass", "x" * 1_000_000).status == 0


@POSIX
def test_a_command_that_does_not_want_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driving, "_GRACE_SECONDS", 0.2)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    ended = python(deaf, timeout_seconds=1)
    assert ended.status is None
    assert ended.seconds < 30


@POSIX
@pytest.mark.parametrize(
    "deafness",
    [
        pytest.param("", id="what listens"),
        pytest.param(
            "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); ", id="what does not"
        ),
    ],
)
def test_what_it_started_is_ended_with_it(tmp_path: Path, deafness: str) -> None:
    number = tmp_path / "pid"
    below = f"{deafness}import time; time.sleep(60)"
    program = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {below!r}])\n"
        f"open({str(number)!r}, 'w').write(str(child.pid))\n"
        "child.wait()\n"
    )
    assert python(program, timeout_seconds=3).status is None
    child = int(number.read_text("ascii"))
    for _ in range(100):
        if _is_gone(child):
            return
        time.sleep(0.05)
    pytest.fail("it still runs")


def _is_gone(child: int) -> bool:
    try:
        os.kill(child, 0)
    except ProcessLookupError:
        return True
    # Nobody waits for it any more where the first process of a container does not.
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(child)], capture_output=True, check=False
    )
    return not state.stdout.strip() or state.stdout.strip().startswith(b"Z")


def test_ctrl_c_ends_the_command_too(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen.communicate

    def interrupted(
        child: subprocess.Popen[bytes], given: bytes | None = None, timeout: float | None = None
    ) -> tuple[bytes, bytes]:
        if started:
            return real(child, given, timeout)
        started.append(child)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "communicate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        python("import time; time.sleep(60)")
    assert started[0].poll() is not None


@POSIX
def test_a_command_that_has_just_ended() -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"], start_new_session=True)
    child.wait()
    driving._end(child)  # noqa: SLF001 - nothing is raised where there is nothing to end
    assert child.returncode == 0
