"""The command of one driven turn: it ends well, badly, or is ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from ctxtally.adapters import driving
from ctxtally.errors import UserError

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


RUNS = """\
import os, sys
from pathlib import Path
from ctxtally.adapters import driving
program = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)"
driving.run([sys.executable, "-c", program, sys.argv[1]], None, 50)
"""


@POSIX
@pytest.mark.parametrize(("name", "status"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_what_ends_us_ends_the_command_too(tmp_path: Path, name: str, status: int) -> None:
    number = tmp_path / "pid"
    ours = subprocess.Popen([sys.executable, "-c", RUNS, str(number)])
    for _ in range(400):
        if number.exists() and number.read_text("ascii"):
            break
        time.sleep(0.05)
    ours.send_signal(getattr(signal, name))
    assert ours.wait(30) == status
    assert _is_gone(int(number.read_text("ascii")))


@POSIX
def test_what_nobody_listens_to_ends_nothing() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        program = "import os, signal; os.kill(os.getppid(), signal.SIGHUP)"
        assert python(program).status == 0
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


@POSIX
@pytest.mark.parametrize(
    ("name", "wanted"), [("SIGTERM", SystemExit(143)), ("SIGINT", KeyboardInterrupt())]
)
def test_a_signal_while_the_command_is_being_started(
    monkeypatch: pytest.MonkeyPatch, name: str, wanted: BaseException
) -> None:
    real, started = subprocess.Popen, list[subprocess.Popen[bytes]]()
    number = getattr(signal, name)

    def slow(*arguments: Any, **more: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401 - of another
        child = real(*arguments, **more)
        started.append(child)
        os.kill(os.getpid(), number)
        return child

    def ending(child: subprocess.Popen[bytes]) -> None:
        os.kill(os.getpid(), number)  # somebody who does not want to wait changes nothing
        end(child)

    end = driving._end  # noqa: SLF001 - the real one is called
    monkeypatch.setattr(driving, "_end", ending)
    monkeypatch.setattr(subprocess, "Popen", slow)
    before = signal.getsignal(number)
    with pytest.raises(type(wanted)) as caught:
        python("import time; time.sleep(60)")
    assert caught.value.args == wanted.args
    assert started[0].poll() is not None
    assert signal.getsignal(number) is before


def test_in_another_thread() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(python, "raise SystemExit(3)").result().status == 3


@pytest.mark.parametrize(
    ("prompt", "why"),
    [
        pytest.param("a\0b", "embedded null byte", id="NUL"),
        pytest.param("x" * (4 << 20), "Argument list too long", id="too long", marks=POSIX),
    ],
)
def test_a_prompt_that_cannot_be_an_argument(prompt: str, why: str) -> None:
    with pytest.raises(UserError) as caught:
        driving.run([sys.executable, "-c", "pass", prompt], None, 30)
    assert str(caught.value) == f"the prompt cannot be an argument of {sys.executable}: {why}"
    assert caught.value.help == "give it to standard input, with --stdin"
