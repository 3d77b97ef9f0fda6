"""Make the shipped character classes: python -m ctxtally.tokens.build_classes FILE.

They come from the installed tiktoken, whose regular expressions carry the Unicode version that
counts: 16.0 in tiktoken 0.14.0, while `unicodedata` is as old as the interpreter.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import tiktoken

from ctxtally.tokens.split import LETTER, LOWER, MARK, NUMBER, OTHER, RUN, SPACE, UPPER

if TYPE_CHECKING:
    from collections.abc import Sequence

SURROGATES = range(0xD800, 0xE000)
PROPERTIES = {
    UPPER: r"[\p{Lu}\p{Lt}]",
    LOWER: r"\p{Ll}",
    LETTER: r"[\p{Lm}\p{Lo}]",
    MARK: r"\p{M}",
    NUMBER: r"\p{N}",
    SPACE: r"\s",
}


def members(pattern: str) -> set[int]:
    """Return the code points that tiktoken matches with `pattern`.

    With single bytes as the vocabulary, an encoding gives back the bytes of what its pattern finds.
    """
    byte_ranks = {bytes([byte]): byte for byte in range(256)}
    probe = tiktoken.Encoding(
        "probe", pat_str=pattern, mergeable_ranks=byte_ranks, special_tokens={}
    )
    everything = "".join(map(chr, (x for x in range(sys.maxunicode + 1) if x not in SURROGATES)))
    return set(map(ord, bytes(probe.encode_ordinary(everything)).decode()))


def classes() -> bytes:
    """Return one run per change of class, in the layout that `ctxtally.tokens.split` reads."""
    of = bytearray([OTHER]) * (sys.maxunicode + 1)
    for number, pattern in PROPERTIES.items():
        for code in members(pattern):
            of[code] = number
    starts = [code for code in range(len(of)) if code == 0 or of[code] != of[code - 1]]
    return b"".join(RUN.pack(code << 8 | of[code]) for code in starts)


def main(arguments: Sequence[str]) -> None:
    (target,) = arguments
    Path(target).write_bytes(classes())


if __name__ == "__main__":
    main(sys.argv[1:])
