"""The crash log: what a bug report needs, and nothing of the user's files or environment."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback

from ctxtally import __version__
from ctxtally.text.redaction import redacted


def log(bug: Exception) -> str:
    """Write a crash log and return its path; where that fails, return the log itself."""
    facts = f"ctxtally {__version__}, Python {platform.python_version()}, "
    facts += f"{platform.system()} {platform.release()}\n\n"
    facts += redacted("".join(traceback.format_exception(bug)))
    try:
        descriptor, path = tempfile.mkstemp(prefix="ctxtally-crash-", suffix=".log")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(facts)
    except OSError:
        return f"this:\n{facts}"
    return path
