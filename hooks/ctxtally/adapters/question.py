"""Ask the person at the terminal; the one place that reads an answer."""

from __future__ import annotations

import sys


def agreed(question: str) -> bool | None:
    """Ask, and say whether the answer was yes; `None` where nobody is there to be asked."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
