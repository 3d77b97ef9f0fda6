"""Which ctxtally this is, as precisely as what it remembers must know."""

from __future__ import annotations

import os

from ctxtally import __version__

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def fingerprint() -> bytes:
    """Return bytes that change with the version and with every new installation of it.

    In a checkout, where code and budgets are edited in place, they change with every edit.
    """
    if os.path.isdir(os.path.join(_PACKAGE, "_shipped")):
        changed = os.stat(__file__).st_mtime_ns
    else:
        budgets = os.path.join(os.path.dirname(os.path.dirname(_PACKAGE)), "budgets")
        changed = max(_newest(_PACKAGE), _newest(budgets))
    return f"{__version__} {changed}".encode("ascii")


def _newest(folder: str) -> int:
    newest = 0
    for entry in os.scandir(folder):
        if entry.name == "__pycache__":
            continue
        found = _newest(entry.path) if entry.is_dir() else entry.stat().st_mtime_ns
        newest = max(newest, found)
    return newest
