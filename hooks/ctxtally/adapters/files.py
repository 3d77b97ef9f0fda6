"""Write files so that nobody ever reads half of one."""

from __future__ import annotations

import os
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

# A hook does not wait longer for somebody else's append.
LOCK_SECONDS = 2.0


def lock(path: str, *, windows: bool = os.name == "nt") -> AbstractContextManager[object]:
    """Return what guards an append to `path`.

    Linux and macOS do one `O_APPEND` write at a time; Windows seeks, then writes, so that two
    writers overwrite each other (bpo-42606). Raises OSError (filelock's Timeout) after a while.
    """
    if not windows:
        return nullcontext()
    from filelock import FileLock

    return FileLock(path + ".lock", timeout=LOCK_SECONDS)


def replace_file(path: str, content: bytes) -> bool:
    """Replace `path` by `content` in one step; say whether that could be done."""
    beside = f"{path}.{os.getpid()}.new"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(beside, "xb") as file:
            file.write(content)
        os.replace(beside, path)
    except OSError:
        with suppress(OSError):
            os.unlink(beside)
        return False
    return True
