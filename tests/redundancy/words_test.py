"""Words: which ones a line has, and what they weigh."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.redundancy.words import Lexicon


def words(line: str) -> list[str]:
    lexicon = Lexicon()
    return [lexicon.spellings[number] for number in lexicon.read(line)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("Run `make test`, then **commit**.", "run make test then commit", id="marks"),
        pytest.param("snake_case and CamelCase", "snake case and camelcase", id="underscores"),
        pytest.param("don't and DON\u2019T", "don't don't", id="apostrophes"),
        pytest.param("[the guide](docs/guide.md) says", "the guide says", id="links"),
        pytest.param("[a](b) [c](d)", "a c", id="two links"),
        pytest.param("\u6bcf\u6b21\u63d0\u4ea4 run", "\u6bcf \u6b21 \u63d0 \u4ea4 run", id="Han"),
        pytest.param("\u30c6\u30b9\u30c8", "\u30c6 \u30b9 \u30c8", id="kana"),
        pytest.param(
            "\ud14c\uc2a4\ud2b8 \uc2e4\ud589", "\ud14c\uc2a4\ud2b8 \uc2e4\ud589", id="Hangul"
        ),
        pytest.param("stra\u00dfe STRASSE", "strasse strasse", id="case is folded"),
        pytest.param("10 % of 2026-01-31", "10 of 2026 01 31", id="digits"),
        pytest.param("--- *** ===", "", id="no words"),
    ],
)
def test_words_of_a_line(line: str, expected: str) -> None:
    assert [one for one in words(line) if one != "and"] == [
        one for one in expected.split() if one != "and"
    ]


@pytest.mark.parametrize(
    ("word", "weight"),
    [
        *(("the", 150), ("must", 150), ("7", 150), ("2026", 400)),
        *(("x", 300), ("git", 500), ("commit", 800), ("instructions", 800)),
    ],
)
def test_weights(word: str, weight: int) -> None:
    lexicon = Lexicon()
    (number,) = lexicon.read(word)
    assert lexicon.weights[number] == weight


@given(st.text())
def test_a_word_has_one_number(line: str) -> None:
    lexicon = Lexicon()
    numbers = lexicon.read(line)
    assert lexicon.read(line) == numbers == Lexicon().read(line)
    assert len({lexicon.spellings[one] for one in numbers}) == len(set(numbers))


def test_numbers_are_the_same_everywhere() -> None:
    program = (
        "from ctxtally.redundancy.words import Lexicon; print(Lexicon().read('Run the tests'))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(seen) == 1
    assert seen == {f"{Lexicon().read('Run the tests')}\n"}
