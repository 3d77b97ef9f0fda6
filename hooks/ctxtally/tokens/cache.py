"""Counts of blobs seen before, in a text file that is only ever appended to.

One `blob-id key count` per line, the key naming what was counted and with which data. The file is
trusted for nothing but time: what is torn, malformed or foreign in it is skipped, and where it
cannot be used, counts are made again.
"""

from __future__ import annotations

import os
from stat import S_ISREG

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ctxtally.model.count import Counter

# Files of 1 GB are refused before they are counted, and a token has at least one byte.
MOST_TOKENS = 1_000_000_000
_MOST_DIGITS = len(str(MOST_TOKENS))
# Git's object names in hexadecimal: SHA-1 and SHA-256.
_ID_LENGTHS = (40, 64)
_HEXADECIMAL = "0123456789abcdef"
# Rewritten where it has this many bytes (about a thousand lines) and less than half are of use.
COMPACT_FROM_BYTES = 65_536
# A larger file, of about 250,000 lines, is read from its middle on and rewritten.
LARGEST_BYTES = 16_777_216

_BINARY = getattr(os, "O_BINARY", 0)  # without it, Windows would write CRLF
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)  # Windows has none


def cache_key(counter: Counter) -> str:
    """Name what a count depends on besides the text.

    A counter that had to fall back on another has another id from then on, so ask after counting.
    """
    return f"{counter.id}@{counter.version}"


class CountCache:
    """The counts in the file at `path`, read when the first is asked for.

    Nothing here raises. `warning` says in one line why the file is of no use, once that is known.
    """

    def __init__(self, path: str) -> None:
        self.warning: str | None = None
        self._path = path
        self._known: dict[str, dict[str, int]] | None = None
        self._wasteful = False

    def find(self, key: str, ids: Iterable[str]) -> dict[str, int]:
        """Return the counts known under `key` of those among the blobs `ids` that have one."""
        known = self._load().get(key, {})
        return {oid: known[oid] for oid in ids if oid in known}

    def add(self, key: str, counts: Mapping[str, int]) -> None:
        """Remember counts by blob id, here and for later runs; one write for all of them."""
        known = self._load()
        known.setdefault(key, {}).update(counts)
        if self.warning is not None or not counts:
            return
        try:
            if self._wasteful:
                self._rewrite(known)
            else:
                os.makedirs(os.path.dirname(self._path) or ".", exist_ok=True)
                _write(self._path, _lines(key, counts), os.O_APPEND)
        except OSError as error:
            self._give_up(error)

    def _load(self) -> dict[str, dict[str, int]]:
        if self._known is None:
            self._known = {}
            try:
                data, size = _tail(self._path)
            except FileNotFoundError:
                return self._known
            except OSError as error:
                self._give_up(error)
                return self._known
            useful = _parse(data, self._known)
            self._wasteful = size > LARGEST_BYTES or size > max(2 * useful, COMPACT_FROM_BYTES)
        return self._known

    def _rewrite(self, known: Mapping[str, Mapping[str, int]]) -> None:
        # What others append meanwhile is lost, which costs them the time to count it again.
        temporary = f"{self._path}.{os.getpid()}.tmp"
        data = b"".join(_lines(key, counts) for key, counts in known.items())
        try:
            _write(temporary, data, os.O_TRUNC)
            os.replace(temporary, self._path)
        except OSError:
            _remove(temporary)
            raise
        self._wasteful = False

    def _give_up(self, error: OSError) -> None:
        self.warning = (
            f"the count cache cannot be used ({error.strerror or error}): "
            "every file is counted anew"
        )


def _tail(path: str) -> tuple[bytes, int]:
    """Return what is read of the file at `path`, and its size."""
    status = os.lstat(path)
    if not S_ISREG(status.st_mode):
        # A link would let a repository choose what we append to; a pipe would never end.
        raise OSError(0, "not a regular file")
    descriptor = os.open(path, os.O_RDONLY | _BINARY | _NO_FOLLOW)
    with open(descriptor, "rb") as file:
        if status.st_size > LARGEST_BYTES:
            file.seek(-LARGEST_BYTES // 2, os.SEEK_END)
        return file.read(LARGEST_BYTES), status.st_size


def _parse(data: bytes, known: dict[str, dict[str, int]]) -> int:
    """Put the counts in `data` into `known`; return how many of its bytes said something new."""
    useful = 0
    # After the last line feed comes nothing, or a line that was not written to its end.
    for line in data.decode("ascii", "replace").split("\n")[:-1]:
        fields = line.split(" ")
        if len(fields) != 3:  # noqa: PLR2004 - blob id, key, count
            continue
        oid, key, count = fields
        if len(oid) not in _ID_LENGTHS or oid.strip(_HEXADECIMAL):
            continue
        if not count.isdigit() or len(count) > _MOST_DIGITS or int(count) > MOST_TOKENS:
            continue
        counts = known.setdefault(key, {})
        useful += 0 if oid in counts else len(line) + 1
        counts[oid] = int(count)
    return useful


def _lines(key: str, counts: Mapping[str, int]) -> bytes:
    return "".join(f"{oid} {key} {count}\n" for oid, count in counts.items()).encode()


def _write(path: str, data: bytes, how: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | how | _BINARY | _NO_FOLLOW
    descriptor = os.open(path, flags, 0o666)
    try:
        # One write, so that lines of processes that append at the same time do not mix.
        os.write(descriptor, data)
    finally:
        os.close(descriptor)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
