from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.tokens import bpe, bulk
from ctxtally.tokens.bpe import Ranks, by_heap, by_scan, without_surrogates
from tests.support.data import DEV, needs_dev
from tests.tokens import oracle

CASES = Path(__file__).parent / "data" / "tiktoken_cases.json"


class Case(TypedDict):
    text: str | None
    repeat: tuple[str, int] | None
    o200k_base: int
    cl100k_base: int


def recorded() -> list[tuple[str, int, int]]:
    cases: list[Case] = json.loads(CASES.read_text("utf-8"))["cases"]
    found = []
    for case in cases:
        char, times = case["repeat"] or (case["text"] or "", 1)
        found.append((char * times, case["o200k_base"], case["cl100k_base"]))
    return found


@pytest.mark.parametrize(("text", "o200k", "cl100k"), recorded())
def test_recorded_cases(text: str, o200k: int, cl100k: int) -> None:
    assert oracle.vocabulary("o200k_base").count(text) == o200k
    assert oracle.vocabulary("cl100k_base").count(text) == cl100k


@pytest.mark.parametrize(
    ("text", "o200k", "cl100k"),
    [
        ("", 0, 0),
        ("Hello, world!", 4, 4),
        ("Line 1\nLine 2\nLine 3", 11, 11),
        ("!@#$%^&*()_+", 9, 9),
        ("你好，世界！🌍", 6, 10),  # noqa: RUF001 - full-width punctuation is the case
        pytest.param("<|endoftext|>", 7, 7, id="the text of a special token is text"),
        ("today\n \n", 2, 2),
        ("1234567", 3, 3),
        ("@AGENTS.md\n", 5, 5),
        ("日本語", 2, 4),
        (" \x850", 4, 4),
        ("\x1c\x1d", 2, 2),
        ("  \t\n x", 3, 2),
        (" \u3000 x", 2, 3),
        ("\u2028\u2028a", 3, 5),
        ("don't DON'T", 2, 4),
        ("\u017f's", 2, 3),
        ("\r\n\r\n  x", 3, 3),
        pytest.param("a" * 257, 33, 33, id="a x 257"),
        pytest.param(" " * 257, 3, 3, id="space x 257"),
        pytest.param("-" * 257, 5, 5, id="- x 257"),
        pytest.param("\n" * 257, 17, 9, id="newline x 257"),
        pytest.param("a" * 10_000, 1_250, 1_250, id="a x 10,000"),
        pytest.param(" " * 10_000, 79, 79, id="space x 10,000"),
        pytest.param("-" * 10_000, 156, 156, id="- x 10,000"),
        pytest.param("\n" * 10_000, 625, 313, id="newline x 10,000"),
    ],
)
def test_counts(text: str, o200k: int, cl100k: int) -> None:
    assert oracle.vocabulary("o200k_base").count(text) == o200k
    assert oracle.vocabulary("cl100k_base").count(text) == cl100k


@pytest.mark.parametrize("name", oracle.ENCODINGS)
def test_random_texts_are_counted_as_tiktoken_does(name: str) -> None:
    for text in oracle.random_texts(4_000, seed=20_261_121):
        assert oracle.vocabulary(name).count(text) == oracle.expected(name, text), ascii(text)


@pytest.mark.parametrize("name", oracle.ENCODINGS)
def test_characters_in_context_are_counted_as_tiktoken_does(name: str) -> None:
    every = [*range(0x500), *range(0x2000, 0x2100), *range(0x500, 0x110000, 331)]
    for code in every:
        text = oracle.in_contexts(code)
        assert oracle.vocabulary(name).count(text) == oracle.expected(name, text), hex(code)


@pytest.mark.parametrize("name", oracle.ENCODINGS)
@given(text=st.text(max_size=200))
def test_any_text_is_counted_as_tiktoken_does(name: str, text: str) -> None:
    assert oracle.vocabulary(name).count(text) == oracle.expected(name, text)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        pytest.param("a\ud800b", "a\ufffdb", id="a high surrogate alone"),
        pytest.param("\udc00", "\ufffd", id="a low surrogate alone"),
        pytest.param("\ud83c\udf0d", "🌍", id="a pair is one character"),
        pytest.param("\udf0d\ud83c", "\ufffd\ufffd", id="a pair the wrong way round"),
        pytest.param("x\ud83c", "x\ufffd", id="a high surrogate at the end"),
        pytest.param("\ufeffé", "\ufeffé", id="a byte-order mark is kept"),
        pytest.param("plain", "plain", id="nothing to do"),
    ],
)
def test_surrogates_are_seen_as_tiktoken_sees_them(text: str, seen: str) -> None:
    assert without_surrogates(text) == seen
    for name in oracle.ENCODINGS:
        assert oracle.vocabulary(name).count(text) == oracle.expected(name, text)


@given(
    piece=st.one_of(
        st.binary(min_size=2, max_size=400),
        st.text("abcdef gh-=\n日本", min_size=2, max_size=150).map(str.encode),
    )
)
def test_the_heap_merges_as_the_scan_does(piece: bytes) -> None:
    ranks = Ranks(oracle.vocabulary("o200k_base").table)
    assert by_heap(piece, ranks) == by_scan(piece, ranks)


@pytest.mark.parametrize("name", oracle.ENCODINGS)
@pytest.mark.parametrize("unit", ["a", " ", "-", "\n", "^", "日", "ab", "e\u0301", "🌍"])
def test_long_pieces_are_counted_as_tiktoken_does(name: str, unit: str) -> None:
    for length in (255, 256, 257, 3_001):
        text = unit * (length // len(unit))
        assert oracle.vocabulary(name).count(text) == oracle.expected(name, text)


def test_a_text_is_counted_the_same_once_the_memory_was_emptied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = list(oracle.random_texts(50, seed=7))
    wanted = [oracle.expected("o200k_base", text) for text in texts]
    monkeypatch.setattr(bpe, "REMEMBERED", 5)
    fresh = bpe.Vocabulary("o200k_base")
    assert [fresh.count(text) for text in texts] == wanted
    assert [fresh.count(text) for text in texts] == wanted


def test_a_very_long_piece_is_given_to_tiktoken(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []

    def count_piece(_: bpe.Vocabulary, piece: str) -> int | None:
        given.append(len(piece))
        return 42

    monkeypatch.setattr(bulk, "count_piece", count_piece)
    assert oracle.vocabulary("o200k_base").count("x" * bpe.VERY_LONG) == 42
    assert given == [bpe.VERY_LONG]


def test_a_very_long_piece_that_tiktoken_cannot_count_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bpe, "VERY_LONG", 1_000)
    monkeypatch.setattr(bulk, "count_piece", lambda *_: None)
    assert oracle.vocabulary("o200k_base").count("a" * 10_000) == 1_250


@needs_dev
@pytest.mark.parametrize("name", oracle.ENCODINGS)
def test_the_encodings_folder_has_the_figures_that_were_stated(name: str) -> None:
    stated = {
        "plain.CLAUDE.md": (1_824, 1_837),
        "crlf.CLAUDE.md": (1_826, 1_839),
        "mojibake.CLAUDE.md": (1_839, 1_867),
        "utf8.AGENTS.md": (390, 468),
    }
    for file, figures in stated.items():
        text = (DEV / "encodings" / file).read_bytes().decode()
        assert oracle.vocabulary(name).count(text) == figures[oracle.ENCODINGS.index(name)]
