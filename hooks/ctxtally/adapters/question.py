"""Ask the person at the terminal; the one place that reads an answer."""

from __future__ import annotations

import sys


def agreed(question: str) -> bool | None:
    """Ask, and say whether the answer was yes; `None` where nobody is there to be asked."""
    streams = (sys.stdin, sys.stderr)  # Python has `None` for one that is closed
    if not all(stream is not None and stream.isatty() for stream in streams):
        return None
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
