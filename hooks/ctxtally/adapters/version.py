"""Which ctxtally this is, as precisely as what it remembers must know."""

from __future__ import annotations

import os

from ctxtally import __version__


def fingerprint() -> bytes:
    """Return bytes that change with the version and with every new installation of it."""
    return f"{__version__} {os.stat(__file__).st_mtime_ns}".encode("ascii")
