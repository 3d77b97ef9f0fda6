"""Turns a log file into Parquet beside it, and loses nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters import parquet, usage_log
from ctxtally.model.compacted import Compacted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import BinaryIO


def compact(
    path: str, keys: Sequence[str], expressions: Mapping[str, str], taken: int
) -> Compacted:
    """Replace a log file by Parquet, and a file of its bad lines; raises OSError, TooOddError.

    Until the new files are whole the old one stays, and where it is there they are not read.
    """
    target, beside = usage_log.compacted(path)
    new, new_beside = (_unread(one) for one in (target, beside))
    try:
        parquet.write(path, new, keys, expressions, taken)
        with open(new_beside, "xb") as bad:
            kept, left = _parted(path, new, bad)
            bad.flush()
            os.fsync(bad.fileno())
        _synced(new)
        after = os.path.getsize(new) + os.path.getsize(new_beside)
        before = os.path.getsize(path)
        if left:
            os.replace(new_beside, beside)
        os.replace(new, target)
        os.unlink(path)
    finally:
        for one in (new, new_beside):
            if os.path.exists(one):
                os.unlink(one)
    return Compacted(target, kept + left, left, before, after)


def _unread(path: str) -> str:
    """Return a name beside a file that no reader takes for a part of the log."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{os.getpid()}-{name}")


def _parted(path: str, new: str, bad: BinaryIO) -> tuple[int, int]:
    """Hold the new file against the old one, and write to `bad` each line that is not in it."""
    kept = left = 0
    written = parquet.lines(new)
    wanted = next(written, None)
    for line in usage_log.lines(path):
        if wanted is not None and line.strip() == wanted.strip():
            kept += 1
            wanted = next(written, None)
            continue
        left += 1
        bad.write(line if line.endswith(b"\n") else line + b"\n")
    if wanted is not None:
        raise OSError(5, "what DuckDB wrote is not what the log holds")
    return kept, left


def _synced(path: str) -> None:
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
