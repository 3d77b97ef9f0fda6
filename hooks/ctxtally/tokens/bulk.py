"""tiktoken as the engine for much text: it starts slowly, then is twice as fast as ours.

It is fed from our tables, so it has nothing to download. Where it fails, it answers `None` and we
count ourselves.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

    from ctxtally.tokens.bpe import Vocabulary

# The alternatives as tiktoken_ext/openai_public.py 0.14.0 has them; a test compares.
PATTERNS = {
    "o200k_base": (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ),
    "cl100k_base": (
        r"'(?i:[sdmt]|ll|ve|re)",
        r"[^\r\n\p{L}\p{N}]?+\p{L}++",
        r"\p{N}{1,3}+",
        r" ?[^\s\p{L}\p{N}]++[\r\n]*+",
        r"\s++$",
        r"\s*[\r\n]",
        r"\s+(?!\S)",
        r"\s",
    ),
}
# Takes a text as one piece. Without look-ahead, so that no length overflows its stack.
ONE_PIECE = r"(?s:.+)"
# From 999,999 white-space characters in a row on, tiktoken 0.14.0 panics with o200k_base.
WHITE_SPACE_RUN = 500_000
_WHITE_SPACE = re.compile(r"\s+")


def count_text(vocabulary: Vocabulary, text: str) -> int | None:
    """Return the tokens of `text`."""
    if len(text) >= WHITE_SPACE_RUN and any(
        run.end() - run.start() >= WHITE_SPACE_RUN for run in _WHITE_SPACE.finditer(text)
    ):
        return None
    return _count(vocabulary, "|".join(PATTERNS[vocabulary.name]), text)


def count_piece(vocabulary: Vocabulary, piece: str) -> int | None:
    """Return the tokens of `piece`, which is not cut further."""
    return _count(vocabulary, ONE_PIECE, piece)


def _count(vocabulary: Vocabulary, pattern: str, text: str) -> int | None:
    try:
        # Not encode(), which raises where the text of a special token occurs.
        return len(_encoding(vocabulary, pattern).encode_ordinary(text))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - a panic of tiktoken's Rust code derives from it alone
        return None


@cache
def _encoding(vocabulary: Vocabulary, pattern: str) -> tiktoken.Encoding:
    import tiktoken

    ranks = {token: rank for rank, token in enumerate(vocabulary.table.in_order())}
    return tiktoken.Encoding(
        vocabulary.name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={}
    )
