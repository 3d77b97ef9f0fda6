"""What somebody gives us on standard input, and bytes that we pass on as they are."""

from __future__ import annotations

import sys

# Payloads hold what a tool returned; no agent documents a limit.
LARGEST_BYTES = 4 << 20
_CHUNK = 1 << 16


def at_terminal() -> bool:
    """Say whether a person, not a program, would have to give us something."""
    return sys.stdin is not None and sys.stdin.isatty()


def read_all() -> bytes | None:
    """Read to the end, so that nobody writes into a closed pipe; `None` where it is too much.

    At a terminal there is nobody to wait for, and where it is closed there is nothing to read.
    """
    if sys.stdin is None or at_terminal():
        return b""
    source = sys.stdin.buffer
    taken = source.read(LARGEST_BYTES + 1)
    if len(taken) <= LARGEST_BYTES:
        return taken
    while source.read(_CHUNK):
        pass
    return None


def pass_on(data: bytes) -> None:
    """Write bytes to standard output unchanged."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
