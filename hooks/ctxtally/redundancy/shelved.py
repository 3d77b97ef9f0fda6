"""A text that was read once as bytes, and back, which takes a tenth of reading it again."""

from __future__ import annotations

import json
import zlib
from array import array
from typing import TYPE_CHECKING

from ctxtally.redundancy.scan import Block, Scanned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.redundancy.words import Lexicon

_FAST = 1


def shelved(text: Scanned, spellings: Mapping[int, str]) -> bytes:
    """Return a text as bytes: a line of JSON, then of each word which it is and where."""
    number = {word: at for at, word in enumerate(dict.fromkeys(text.words))}
    head = {
        "words": [spellings[word] for word in number],
        "blocks": [(one.kind, one.start, one.end) for one in text.blocks],
        "headings": text.headings,
        "comments": text.comments,
        "length": len(text.words),
    }
    words = array("I", map(number.__getitem__, text.words))
    body = (bytes(words), bytes(array("I", text.lines)), text.fenced)
    return zlib.compress(b"".join((json.dumps(head).encode("ascii"), b"\n", *body)), _FAST)


def taken(data: bytes, lexicon: Lexicon) -> Scanned:
    """Return the text that `shelved` put away."""
    line, _, body = zlib.decompress(data).partition(b"\n")
    head = json.loads(line)
    size = head["length"] * array("I").itemsize
    lines = array("I")
    lines.frombytes(body[size : 2 * size])
    known = [lexicon.number(word) for word in head["words"]]
    return Scanned(
        words=[known[at] for at in memoryview(body)[:size].cast("I")],
        lines=lines,
        fenced=body[2 * size :],
        blocks=tuple(Block(kind=kind, start=a, end=b) for kind, a, b in head["blocks"]),
        headings=tuple((line, title) for line, title in head["headings"]),
        comments=tuple((first, last, text) for first, last, text in head["comments"]),
    )
