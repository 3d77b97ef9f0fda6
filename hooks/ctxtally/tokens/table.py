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
from struct import Struct, unpack
from sys import byteorder

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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

    __slots__ = ("_data", "_mask", "_slots", "sha256", "tokens")

    def __init__(self, path: str) -> None:
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_size < HEADER.size:
                raise ValueError(f"{path} is no rank table")
            self._data = mmap(file.fileno(), 0, access=ACCESS_READ)
        magic, slots, self.tokens, digest = HEADER.unpack_from(self._data)
        entries = HEADER.size + SLOT.size * slots
        if magic != MAGIC or len(self._data) <= entries:
            raise ValueError(f"{path} is no rank table of this version of ctxtally")
        self.sha256 = digest.hex()
        self._mask = slots - 1
        offsets = memoryview(self._data)[HEADER.size : entries]
        # Reading through a cast takes half the time of unpacking, but is in the machine's order.
        self._slots: Sequence[int] = (
            offsets.cast("I") if byteorder == "little" else unpack(f"<{slots}I", offsets)
        )

    def rank(self, piece: bytes) -> int:
        """Return the rank of the token `piece`, `NO_RANK` where it is none."""
        size = len(piece)
        if size > LONGEST:
            return NO_RANK
        data, slots, mask = self._data, self._slots, self._mask
        at = crc32(piece) & mask
        while offset := slots[at]:
            end = offset + 1 + size
            if data[offset + 1 : end] == piece and data[offset] == size:
                return int.from_bytes(data[end : end + RANK_BYTES], "little")
            at = at + 1 & mask
        return NO_RANK

    def in_order(self) -> Iterator[bytes]:
        """Yield the tokens by rank."""
        data = self._data
        at = HEADER.size + SLOT.size * (self._mask + 1)
        for _ in range(self.tokens):
            end = at + 1 + data[at]
            yield data[at + 1 : end]
            at = end + RANK_BYTES
