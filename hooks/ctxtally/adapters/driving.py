"""Runs the command of one driven turn; what it prints goes to our standard error."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.errors import UserError
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

# How long a command may take to end once it is told to.
_GRACE_SECONDS = 5.0


class Ended(NamedTuple):
    """`status` is `None` where the command was ended for taking too long."""

    status: int | None
    seconds: float


def run(command: Sequence[str], prompt: str | None, timeout_seconds: float) -> Ended:
    """Run a command; `prompt` goes to its standard input, `None` closes that.

    Where it takes too long, all that it started is ended with it, as far as the system can tell.
    """
    import subprocess
    import time

    began = time.monotonic()
    try:
        child = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL if prompt is None else subprocess.PIPE,
            stdout=_error_stream(),
            start_new_session=os.name != "nt",
        )
    except (OSError, ValueError) as error:
        raise UserError(
            f"{printable(command[0])} cannot be run: {getattr(error, 'strerror', None) or error}",
            help="write the command behind --, with the path of a program that can be run",
        ) from error
    try:
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
