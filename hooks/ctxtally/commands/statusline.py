"""Stand in front of Claude Code's status line, the one place that gets told how full it is."""

from __future__ import annotations

import argparse
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from ctxtally.adapters import git, payloads, process, sessions
from ctxtally.adapters.clock import seconds
from ctxtally.adapters.standard_input import at_terminal, pass_on, read_all
from ctxtally.errors import UserError

if TYPE_CHECKING:
    from ctxtally.model.measurement import Measurement
    from ctxtally.model.say import Say

# Claude Code cancels a line that takes longer than its next update; this only ends what hangs.
TIMEOUT_SECONDS = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.usage = "%(prog)s [-h] [--segment] [-- OLD COMMAND]"
    parser.add_argument(
        "--segment", action="store_true", help="print how full the window is below the old line"
    )
    parser.add_argument(
        "old",
        nargs=argparse.REMAINDER,
        metavar="-- OLD COMMAND",
        help="the status line that there was: it gets the same input, and its output is printed "
        "unchanged; without it, how full the window is",
    )


def run(arguments: argparse.Namespace, say: Say) -> int:
    if at_terminal():
        say.note("Claude Code runs this, with what it knows of the session on standard input")
    raw = read_all() or b""
    # First of all: Claude Code kills a line that is still running when there is news.
    found = _kept(raw)
    old = arguments.old[1:] if arguments.old[:1] == ["--"] else arguments.old
    status = _printed(old, raw) if old else 0
    if found is not None and (arguments.segment or not old):
        say(f"{found.share:.0%} of {found.window:,} tokens")
    return status


def _kept(raw: bytes) -> Measurement | None:
    """Remember how full the window is, where a repository is there to keep it."""
    told = payloads.status_line(raw, os.environ, seconds())
    if told is None:
        return None
    here = os.getcwd()
    with suppress(UserError, OSError, ValueError):
        os.chdir(told.directory or ".")
        sessions.keep_measurement(git.place(), told.measurement)
    os.chdir(here)
    return told.measurement


def _printed(old: list[str], raw: bytes) -> int:
    """Run the old command and print what it prints; return its exit code."""
    program = old[0] if os.path.isabs(old[0]) else process.which(old[0])
    if program is None:
        raise UserError(f"{old[0]} is not on PATH", help="write the whole path of the status line")
    try:
        status, out, _ = process.run(
            [program, *old[1:]],
            environment=dict(os.environ),
            stdin=raw,
            timeout_seconds=TIMEOUT_SECONDS,
        )
    except process.TooSlowError:
        raise UserError(
            f"{old[0]} printed nothing in {TIMEOUT_SECONDS:.0f} seconds", help="mend it"
        ) from None
    except (OSError, ValueError) as error:
        raise UserError(f"{old[0]} cannot be run: {error}", help="mend it") from error
    pass_on(out)
    return status
