"""The lines of a transcript from an offset on, one at a time, however long one may be."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters.agent_logs.lines import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO


class Line(NamedTuple):
    """`content` is with its line feed, and `None` where it was too long to be read.

    `whole` is False of what stands behind the last line feed: it may still be written.
    """

    offset: int
    end: int
    content: bytes | None
    whole: bool = True


def lines(file: BinaryIO, offset: int, longest: int = LONGEST) -> Iterator[Line]:
    """Yield the lines of a file from an offset at which one begins."""
    file.seek(offset)
    while True:
        content = file.readline(longest)
        if not content:
            return
        end = offset + len(content)
        whole = content.endswith(b"\n")
        if whole or len(content) < longest:
            yield Line(offset, end, content if offset else content.removeprefix(BOM_UTF8), whole)
            offset = end
            continue
        while not whole:  # the rest of a long line is read and let go
            part = file.readline(longest)
            if not part:
                break
            end += len(part)
            whole = part.endswith(b"\n")
        yield Line(offset, end, None, whole)
        offset = end
