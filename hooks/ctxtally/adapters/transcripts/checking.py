"""Whether a transcript, or the log that it was taken over into, was changed, and how."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters.digest import digest
from ctxtally.model.transcript import Read, Stat

if TYPE_CHECKING:
    from ctxtally.adapters.transcripts.memory import Checkpoint

# Agents rewrite a transcript in place when they resume or compact a session
# (Piebald-AI/splitrail#200).
_MARKED_BYTES = 4_096
# A database in WAL mode stays as it is until what was written beside it is taken over.
_BESIDE = "-wal"


class Told(NamedTuple):
    """The size of the log when it had all that was told, and what tells its end from others."""

    size: int = 0
    mark: str = ""

    def is_in(self, path: str) -> bool:
        """Say whether a file still has at this place what it had."""
        return mark(path, self.size) == self.mark


def told_in(path: str) -> Told:
    """Return the state of a log; one that is not there tells nothing."""
    found = stat_of(path)
    return Told() if found is None else Told(found.size, mark(path, found.size))


def stat_of(path: str) -> Stat | None:
    """Return what a file looks like from outside, `None` where there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    size, changed = found.st_size, found.st_mtime_ns
    if path.endswith(".db"):
        try:
            beside = os.stat(path + _BESIDE)
        except OSError:
            pass
        else:
            size, changed = size + beside.st_size, max(changed, beside.st_mtime_ns)
    return Stat(found.st_dev, found.st_ino, size, changed)


def resumed(path: str, known: Checkpoint | None, now: Stat) -> Read:
    """Return from where a transcript is read on: its beginning, where it is not what it was."""
    if known is None or known.stat[:2] != now[:2] or now.size < known.stat.size:
        return Read()
    read = known.read
    if read.offset and mark(path, read.offset) != known.mark:
        return Read()
    return Read(offset=read.offset, state=read.state)


def mark(path: str, offset: int) -> str:
    """Return what tells the bytes in front of an offset from others, empty where there are none."""
    if not offset:
        return ""
    try:
        with open(path, "rb") as file:
            file.seek(max(0, offset - _MARKED_BYTES))
            return digest(file.read(min(offset, _MARKED_BYTES)))
    except OSError:
        return ""
