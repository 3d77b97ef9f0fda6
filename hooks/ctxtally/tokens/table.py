"""A vocabulary as a memory-mapped hash table: bytes of a token to its rank.

Layout, integers little-endian: the magic; slots (a power of two) and tokens as u32; the sha256 of
the published `.tiktoken` file; `slots` file offsets as u32, 0 where empty; then for each token in
rank order one byte of length, the bytes, and the rank in three bytes. A token lives in the first
free slot at or after crc32(bytes) modulo `slots`. Written by `ctxtally.tokens.build`.
"""

from __future__ import annotations

import os
from binascii import crc32
from mmap import ACCESS_READ, mmap
from struct import Struct, error

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"ctxtally ranks 1"
HEADER = Struct(f"<{len(MAGIC)}sII32s")
SLOT = Struct("<I")
RANK_BYTES = 3
# The longest token of o200k_base and cl100k_base; a longer piece needs no look-up.
LONGEST = 128
# Above every rank, so that a comparison puts what is no token last.
NO_RANK = 1 << 8 * RANK_BYTES


class RankTable:
    """Open the table at `path`; raise `OSError` or `ValueError` where it cannot be used."""

    __slots__ = ("_data", "_mask", "sha256", "tokens")

    def __init__(self, path: str) -> None:
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_size == 0:
                raise ValueError(f"{path} is empty")
            self._data = mmap(file.fileno(), 0, access=ACCESS_READ)
        try:
            magic, slots, self.tokens, digest = HEADER.unpack_from(self._data)
        except error:
            magic, slots, digest = b"", 0, b""
        if magic != MAGIC or len(self._data) <= HEADER.size + SLOT.size * slots:
            raise ValueError(f"{path} is no rank table of this version of ctxtally")
        self._mask = slots - 1
        self.sha256 = digest.hex()

    def rank(self, piece: bytes) -> int:
        """Return the rank of the token `piece`, `NO_RANK` where it is none."""
        if len(piece) > LONGEST:
            return NO_RANK
        data = self._data
        entry = bytes((len(piece),)) + piece
        at = crc32(piece) & self._mask
        while True:
            (offset,) = SLOT.unpack_from(data, HEADER.size + SLOT.size * at)
            if not offset:
                return NO_RANK
            end = offset + len(entry)
            if data[offset:end] == entry:
                return int.from_bytes(data[end : end + RANK_BYTES], "little")
            at = at + 1 & self._mask

    def in_order(self) -> Iterator[bytes]:
        """Yield the tokens by rank."""
        data = self._data
        at = HEADER.size + SLOT.size * (self._mask + 1)
        for _ in range(self.tokens):
            end = at + 1 + data[at]
            yield data[at + 1 : end]
            at = end + RANK_BYTES
