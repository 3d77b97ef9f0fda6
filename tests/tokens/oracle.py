"""tiktoken as the oracle of exact counts, fed without a download."""

from __future__ import annotations

import inspect
import random
import re
import sys
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import tiktoken

from ctxtally.tokens.bpe import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

published: Any = import_module("tiktoken_ext.openai_public")  # it has no types

ENCODINGS = ("o200k_base", "cl100k_base")
# One or more of every class and of every character that the patterns treat alone.
_ATOMS = [
    *"abzABZ019 '/-_.#",
    *("  ", "   ", "\t", "\n", "\r", "\r\n", "\n\n", "\x0b", "\x0c"),
    *("'s", "'S", "'t", "'re", "'RE", "'vE", "'m", "'ll", "'Ll", "'d", "'\u017f", "\u017f"),
    *("\x00", "\x01", "\x02", "\x1c", "\x1d", "\x1e", "\x1f", "\x7f", "\x85", "\xa0"),
    *("é", "É", "ß", "ǅ", "ʰ", "日", "本", "ก", "ๆ", "\u0301", "\u0903", "\u20e3"),
    *("\u0660", "\u2160", "\u00bd", "\u1680", "\u2003", "\u2028", "\u2029", "\u202f", "\u3000"),
    *("\u200b", "\ufeff", "\ufffd", "→", "€", "🌍", "👩\u200d💻", "\U0001d400", "\U0001e6c0"),
    *("hello", "Hello", "HELLO", "the", " the", "function", "12345", "----", "====", "0x1F"),
]


@cache
def published_pattern(name: str) -> str:
    """Return the pattern of the installed tiktoken, which asks for the vocabulary by URL."""
    load = published.load_tiktoken_bpe
    try:
        published.load_tiktoken_bpe = lambda *_, **__: {}
        return cast("str", getattr(published, name)()["pat_str"])
    finally:
        published.load_tiktoken_bpe = load


@cache
def published_sha256(name: str) -> str:
    """Return the hash by which the installed tiktoken knows the vocabulary it downloads."""
    found = re.search(
        r'expected_hash="([0-9a-f]{64})"', inspect.getsource(getattr(published, name))
    )
    assert found is not None
    return found[1]


@cache
def vocabulary(name: str) -> Vocabulary:
    return Vocabulary(name)


@cache
def encoding(name: str) -> tiktoken.Encoding:
    ranks = {token: rank for rank, token in enumerate(vocabulary(name).table.in_order())}
    return tiktoken.Encoding(
        name, pat_str=published_pattern(name), mergeable_ranks=ranks, special_tokens={}
    )


def expected(name: str, text: str) -> int:
    return len(encoding(name).encode_ordinary(text))


def random_texts(number: int, *, seed: int) -> Iterator[str]:
    """Yield texts that mix all classes of characters, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - the same texts every time are wanted
    for _ in range(number):
        length = chance.randint(1, 16)
        yield "".join(
            chance.choice(_ATOMS) if chance.random() < 0.8 else _any_character(chance)
            for _ in range(length)
        )


def in_contexts(code: int) -> str:
    """Return a text that puts a character beside letters, digits, spaces, marks and itself."""
    char = chr(code)
    return f"ab{char}cd {char}{char}1 {char} B{char}b\n{char}\n'{char}s 1{char}2"


def _any_character(chance: random.Random) -> str:
    while True:
        code = chance.randint(0, sys.maxunicode)
        if not 0xD800 <= code <= 0xDFFF:
            return chr(code)
