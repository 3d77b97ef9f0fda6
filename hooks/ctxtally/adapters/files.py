"""Write files so that nobody ever reads half of one."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# A hook does not wait longer for somebody else's append.
LOCK_SECONDS = 2.0
_APPEND = (
    os.O_WRONLY
    | os.O_APPEND
    | os.O_CREAT
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
)


@contextmanager
def appending(path: str, *, windows: bool = os.name == "nt") -> Iterator[int]:
    """Open `path` for appending whole records, alone while the block runs; yield the descriptor.

    A new file is for its owner only and a symlink is refused. Raises OSError, also where another
    process does not let go in time.
    """
    if windows:  # Windows seeks, then writes: two writers overwrite each other (bpo-42606)
        from filelock import FileLock

        with FileLock(path + ".lock", timeout=LOCK_SECONDS), _opened(path) as descriptor:
            yield descriptor
    else:
        with _opened(path) as descriptor:
            _wait_for(descriptor)
            yield descriptor


@contextmanager
def _opened(path: str) -> Iterator[int]:
    descriptor = os.open(path, _APPEND, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int) -> None:
    import fcntl
    import time

    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # closing it lets go
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


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
