from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.tokens.build_classes import SURROGATES, main
from ctxtally.tokens.split import Splitter, StandIns, data_file
from tests.tokens import oracle

WHITE_SPACE = [
    *range(0x09, 0x0E),
    *(0x20, 0x85, 0xA0, 0x1680),
    *range(0x2000, 0x200B),
    *(0x2028, 0x2029, 0x202F, 0x205F, 0x3000),
]
SPLITTERS = {name: Splitter(name) for name in oracle.ENCODINGS}


@pytest.mark.parametrize("name", oracle.ENCODINGS)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_the_pieces_add_up_to_the_text(name: str, text: str) -> None:
    pieces = list(SPLITTERS[name].pieces(text))
    assert "".join(pieces) == text
    assert all(pieces)


@pytest.mark.parametrize(
    ("name", "text", "pieces"),
    [
        pytest.param(
            "o200k_base",
            "Don't stop, camelCase",
            ["Don't", " stop", ",", " camel", "Case"],
            id="o200k keeps contractions and cuts camel case",
        ),
        pytest.param(
            "cl100k_base",
            "Don't stop, camelCase",
            ["Don", "'t", " stop", ",", " camelCase"],
            id="cl100k cuts contractions and keeps camel case",
        ),
        pytest.param("o200k_base", "1234567", ["123", "456", "7"], id="digits by three"),
        pytest.param("o200k_base", "a  \n  b", ["a", "  \n", " ", " b"], id="white space"),
        pytest.param("cl100k_base", "a \n \n", ["a", " \n \n"], id="white space at the end"),
        pytest.param("o200k_base", "x\u017f'\u017f", ["x\u017f'\u017f"], id="the long s"),
        pytest.param("o200k_base", "a\x1cb", ["a", "\x1cb"], id="U+001C is no white space"),
        pytest.param("o200k_base", "a\x01\x02", ["a", "\x01\x02"], id="the stand-ins themselves"),
        pytest.param("o200k_base", "日本\u0301x", ["日本\u0301x"], id="marks belong to words"),
        pytest.param("cl100k_base", "日\u0301x", ["日", "\u0301x"], id="in cl100k they do not"),
    ],
)
def test_pieces(name: str, text: str, pieces: list[str]) -> None:
    assert list(SPLITTERS[name].pieces(text)) == pieces


def test_the_shipped_classes_are_those_of_tiktoken(tmp_path: Path) -> None:
    main([str(tmp_path / "classes.bin")])
    made = (tmp_path / "classes.bin").read_bytes()
    assert made == Path(data_file("classes.bin")).read_bytes()


@pytest.mark.skipif(
    tuple(map(int, unicodedata.unidata_version.split("."))) > (16, 0, 0),
    reason="this Python knows characters that Unicode 16.0 has not",
)
def test_the_classes_are_those_of_unicode_where_python_knows_the_character() -> None:
    # The independent check: Python's own tables, as old as the interpreter.
    letters = {"Lu": "B", "Lt": "B", "Ll": "b", "Lm": "\x01", "Lo": "\x01"}
    marks_and_numbers = {"M": "\x02", "N": "0"}
    stand_ins = StandIns("o200k_base")
    for code in range(0x80, 0x30000):
        if code in SURROGATES or unicodedata.category(chr(code)) == "Cn":
            continue
        category = unicodedata.category(chr(code))
        wanted = letters.get(category) or marks_and_numbers.get(category[0], "#")
        if code == 0x17F:
            wanted = "s"
        elif code in WHITE_SPACE:
            wanted = "\x0b"
        assert stand_ins[code] == wanted, hex(code)
