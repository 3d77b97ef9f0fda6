"""Make the shipped character classes: python -m ctxtally.tokens.build_classes FILE.

They come from the installed tiktoken, whose regular expressions carry the Unicode version that
counts: 16.0 in tiktoken 0.14.0, while `unicodedata` is as old as the interpreter.
"""

from __future__ import annotations

import re
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


def members(pattern: str, text: str) -> set[int]:
    """Return the code points of `text` that tiktoken matches with `pattern`.

    With single bytes as the vocabulary, an encoding gives back the bytes of what its pattern finds.
    """
    byte_ranks = {bytes([byte]): byte for byte in range(256)}
    probe = tiktoken.Encoding(
        "probe", pat_str=pattern, mergeable_ranks=byte_ranks, special_tokens={}
    )
    return set(map(ord, bytes(probe.encode_ordinary(text)).decode()))


def classes() -> bytes:
    """Return one run per change of class, in the layout that `ctxtally.tokens.split` reads."""
    every = [*range(SURROGATES.start), *range(SURROGATES.stop, sys.maxunicode + 1)]
    text = "".join(map(chr, every))
    of = bytearray([OTHER]) * (sys.maxunicode + 1)
    for number, pattern in PROPERTIES.items():
        for code in members(pattern, text):
            of[code] = number
    runs = re.finditer(rb"(.)\1*", of, re.DOTALL)
    return b"".join(RUN.pack(run.start() << 8 | run[1][0]) for run in runs)


def main(arguments: Sequence[str]) -> None:
    (target,) = arguments
    Path(target).write_bytes(classes())


if __name__ == "__main__":
    main(sys.argv[1:])
