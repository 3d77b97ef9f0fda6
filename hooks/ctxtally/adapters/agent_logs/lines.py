"""The lines of a log that may still grow, be rotated or be cut off while it is followed."""

from __future__ import annotations

import codecs
import os
import stat
from typing import TYPE_CHECKING

from ctxtally.adapters.digest import blake2b
from ctxtally.errors import UserError
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

# A line of a transcript may hold a whole file; Codex writes some of 4.6 MB. Longer ones are passed.
LONGEST = 32 << 20
_CHUNK = 1 << 20
# Enough to tell one log from another: the first record has a time.
_HEAD = 256
# So many bytes tell an encoding without a mark: a table begins with `turn,...`.
_WIDE = 8


class Lines:
    """`long` counts the lines that were too long to be read."""

    def __init__(self, path: str) -> None:
        self.long = 0
        self._path = path
        self._file: tuple[int, int] | None = None
        self._begin()

    def _begin(self) -> None:
        self._offset = self._number = 0
        self._head = self._left = b""
        self._read = blake2b(digest_size=16)
        self._skipping = False
        self._decoder: codecs.IncrementalDecoder | None = None

    def new(self) -> Iterator[tuple[int, str]]:
        """Yield the whole lines that came since; a log that is not there yet has none.

        Of a log that was rotated, first the rest of what is now under another name.
        """
        found = _stat(self._path)
        if found is None:
            return
        file = found.st_dev, found.st_ino
        if self._file is not None and file != self._file:
            # What was written anew as a whole and put in its place goes on where it was read to.
            if not self._goes_on(self._path):
                old = _renamed(self._path, self._file)
                if old is not None and self._goes_on(old):
                    yield from self._from(old)
                elif found.st_size == 0:
                    return
                self._begin()
        elif found.st_size == 0:  # emptied, perhaps to be written anew as a whole this moment
            return
        elif found.st_size < self._offset or not self._is_same():
            self._begin()
        self._file = file
        yield from self._from(self._path)

    @property
    def rest(self) -> tuple[int, str] | None:
        """Return what stands behind the last line feed."""
        if self._skipping or not self._left.strip():
            return None
        return self._number + 1, _decoded(self._left)

    def _is_same(self) -> bool:
        """Say whether the log begins as before: one that was emptied may have grown since."""
        if not self._head:
            return True
        with _opened(self._path) as file:
            return file.read(len(self._head)) == self._head

    def _goes_on(self, path: str) -> bool:
        """Say whether a file begins with all that was read so far."""
        found, left = blake2b(digest_size=16), self._offset
        with _opened(path) as file:
            while left:
                chunk = file.read(min(left, _CHUNK))
                if not chunk:
                    return False
                found.update(chunk)
                left -= len(chunk)
        return found.digest() == self._read.digest()

    def _from(self, path: str) -> Iterator[tuple[int, str]]:
        with _opened(path) as file:
            if len(self._head) < _HEAD:
                self._head = file.read(_HEAD)
            file.seek(self._offset)
            while True:
                chunk = file.read(_CHUNK)
                if not chunk:
                    return
                yield from self._split(chunk)
                self._read.update(chunk)
                self._offset += len(chunk)

    def _split(self, chunk: bytes) -> Iterator[tuple[int, str]]:
        wide = _utf_16(self._head) if self._offset == 0 else ""
        if wide:
            self._decoder = codecs.getincrementaldecoder(wide)(errors="replace")
        if self._decoder is not None:
            chunk = self._decoder.decode(chunk).encode("utf-8", "replace")
        elif self._offset == 0:
            chunk = chunk.removeprefix(codecs.BOM_UTF8)
        *whole, self._left = (self._left + chunk).split(b"\n")
        for line in whole:
            self._number += 1
            if self._skipping:
                self._skipping = False
            else:
                yield self._number, _decoded(line)
        if len(self._left) > LONGEST:
            self.long += not self._skipping
            self._skipping, self._left = True, b""


def _utf_16(head: bytes) -> str:
    """Return the encoding of a log in UTF-16, empty where it is another.

    Without a byte-order mark every other byte of what programs log is 0.
    """
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    even, odd = head[:_WIDE:2], head[1:_WIDE:2]
    if len(odd) < _WIDE // 2:
        return ""
    if not any(odd) and all(even):
        return "utf-16-le"
    return "utf-16-be" if not any(even) and all(odd) else ""


def _decoded(line: bytes) -> str:
    """Decode one line by itself: a log may hold lines of several programs."""
    line = line.removesuffix(b"\r")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _stat(path: str) -> os.stat_result | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _unreadable(path, str(getattr(error, "strerror", None) or error)) from error
    if not stat.S_ISREG(found.st_mode):  # whoever opens a FIFO waits until somebody writes into it
        raise _unreadable(path, "it is not a regular file")
    return found


def _renamed(path: str, file: tuple[int, int]) -> str | None:
    """Return where the file lies by which the log was followed so far."""
    folder = os.path.dirname(path) or "."
    try:
        names = os.listdir(folder)
    except OSError:  # a folder that may be entered, but not listed
        return None
    for name in names:
        other = os.path.join(folder, name)
        try:
            found = os.stat(other)
        except OSError:
            continue
        if (found.st_dev, found.st_ino) == file and stat.S_ISREG(found.st_mode):
            return other
    return None


def _opened(path: str) -> BinaryIO:
    try:
        return open(path, "rb")
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error


def _unreadable(path: str, why: str) -> UserError:
    return UserError(
        f"{printable(path)} cannot be read: {why}", help="name the log file that the agent writes"
    )
