"""Reads logs in blocks of whole lines, which takes a third of the time that single lines take."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ctxtally.adapters import usage_log
from ctxtally.adapters.columns import PARQUET
from ctxtally.adapters.files import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_BLOCK = 1 << 20
_LINES = 2_000
_BOM = b"\xef\xbb\xbf"


def blocks(path: str) -> Iterator[bytes]:
    """Yield the lines of a file, many at once; raises OSError.

    Of one that is too long there is only its beginning, which is no JSON.
    """
    if path.endswith(PARQUET):
        from ctxtally.adapters import parquet

        lines = parquet.lines(path)
        while block := b"".join(islice(lines, _LINES)):
            yield block
        return
    with opened(path) as file:
        first = True
        while block := file.read(_BLOCK):
            block, first = block.removeprefix(_BOM) if first else block, False
            yield block if block.endswith(b"\n") else _ended(file, block)


def _ended(file: BinaryIO, block: bytes) -> bytes:
    """Return a block with the rest of its last line."""
    start = block.rfind(b"\n") + 1
    rest = file.readline(usage_log.LONGEST)
    length = len(block) - start + len(rest)
    if length < usage_log.LONGEST or (length == usage_log.LONGEST and rest.endswith(b"\n")):
        return block + rest
    while rest and not rest.endswith(b"\n"):
        rest = file.readline(_BLOCK)
    return block[: start + 1] + b"\n"
