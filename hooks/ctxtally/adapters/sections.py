"""A file of sections, each read only where it is needed and believed only where it is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from ctxtally.adapters.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Sequence


class Sections:
    """The sections of the file at `path`; `table` holds the size and checksum of each."""

    def __init__(self, path: str, table: Sequence[tuple[int, int]]) -> None:
        self._path = path
        self._table = []
        start = 0
        for size, checksum in table:
            self._table.append((start, size, checksum))
            start += size

    def __call__(self, number: int) -> bytes:
        """Return a section; OSError or ValueError where it is torn, foreign or not there."""
        start, size, checksum = self._table[number]
        with open(self._path, "rb") as file:
            file.seek(start)
            data = file.read(size)
        if crc32(data) != checksum:
            raise ValueError(self._path)
        return data


def write_sections(path: str, sections: Sequence[bytes]) -> list[tuple[int, int]]:
    """Write a file of sections; return its table."""
    replace_file(path, b"".join(sections))
    return [(len(one), crc32(one)) for one in sections]
