"""Runs the command of one driven turn; what it prints goes to our standard error."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from ctxtally.errors import UserError
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Sequence

# How long a command may take to end once it is told to.
_GRACE_SECONDS = 5.0
# What asks us to end; Windows has no SIGHUP.
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")
# What Windows says of a command line that is too long: ERROR_FILENAME_EXCED_RANGE.
_TOO_LONG = 206


class Ended(NamedTuple):
    """`status` is `None` where the command was ended for taking too long."""

    status: int | None
    seconds: float


def run(command: Sequence[str], prompt: str | None, timeout_seconds: float) -> Ended:
    """Run a command; `prompt` goes to its standard input, `None` closes that.

    Where it takes too long, or where we are told to end, all that it started is ended with it, as
    far as the system can tell.
    """
    import subprocess
    import time

    began = time.monotonic()
    with _heeding() as heed:
        child = _started(command, prompt)
        try:
            heed.now()
            child.communicate(
                None if prompt is None else prompt.encode("utf-8"), timeout=timeout_seconds
            )
        except subprocess.TimeoutExpired:
            _end(child)
            return Ended(status=None, seconds=time.monotonic() - began)
        except BaseException:
            _end(child)
            raise
    return Ended(status=child.returncode, seconds=time.monotonic() - began)


class _Heed:
    """Takes the signals that end us: none is lost before there is a command to be ended with us.

    Only the first one ends us: a second must not keep the command from being ended.
    """

    def __init__(self) -> None:
        self._told = 0
        self._ready = False

    def __call__(self, number: int, _frame: object) -> None:
        if self._told:
            return
        self._told = number
        if self._ready:
            _leave(number)

    def now(self) -> None:
        """Heed from here on, and what came before."""
        self._ready = True
        if self._told:
            _leave(self._told)


@contextmanager
def _heeding() -> Iterator[_Heed]:
    heed = _Heed()
    before = {}
    # Only the main thread may say what is done about signals.
    if threading.current_thread() is threading.main_thread():
        for name in _ENDING:
            number = getattr(signal, name, None)
            # What nobody listens to, as below `nohup`, stays unheard; what another language than
            # Python listens to could not be put back.
            if number is not None and signal.getsignal(number) not in {signal.SIG_IGN, None}:
                before[number] = signal.signal(number, heed)
    try:
        yield heed
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int) -> NoReturn:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)  # as a shell says that a signal ended a command


def _started(command: Sequence[str], prompt: str | None) -> subprocess.Popen[bytes]:
    import subprocess

    try:
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL if prompt is None else subprocess.PIPE,
            stdout=_error_stream(),
            start_new_session=os.name != "nt",
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        long = getattr(error, "winerror", None) == _TOO_LONG or (
            isinstance(error, OSError) and error.errno == errno.E2BIG
        )
        # A text with NUL, or with what the system cannot encode, is a ValueError.
        if prompt is None and (long or isinstance(error, ValueError)):
            raise UserError(
                f"the prompt cannot be an argument of {printable(command[0])}: {why}",
                help="give it to standard input, with --stdin",
            ) from error
        raise UserError(
            f"{printable(command[0])} cannot be run: {why}",
            help="write the command behind --, with the path of a program that can be run",
        ) from error


def _error_stream() -> int | None:
    """Return where output goes that is not ours; without a real stream it goes nowhere."""
    import subprocess

    try:
        return sys.stderr.fileno()
    except (AttributeError, OSError, ValueError):
        return subprocess.DEVNULL


def _end(child: subprocess.Popen[bytes]) -> None:
    import subprocess

    _signal(child, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        child.communicate(timeout=_GRACE_SECONDS)
    # Also where the command itself has ended: what it started may have ignored the first.
    _signal(child, getattr(signal, "SIGKILL", signal.SIGTERM))
    child.wait()


def _signal(child: subprocess.Popen[bytes], which: signal.Signals) -> None:
    if sys.platform == "win32":  # pragma: no cover - it has no process groups to signal
        child.terminate()
        return
    try:
        os.killpg(child.pid, which)
    except ProcessLookupError:  # it has just ended
        return
