from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.tokens.features import by_script, features
from tests.support.timing import hold


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("", {"Latn": ""}, id="empty"),
        pytest.param("Use `make`.\n", {"Latn": "Use `make`.\n"}, id="ASCII"),
        pytest.param(
            "Größe → 5 € ✅ “ok”", {"Latn": "Größe → 5 € ✅ “ok”"}, id="Latin and symbols"
        ),
        pytest.param("Привет, мир!", {"Cyrl": "Привет, мир", "Latn": " !"}, id="Cyrillic"),
        pytest.param("我们用中文。", {"Hani": "我们用中文。"}, id="Chinese"),
        pytest.param("日本語を使う。", {"Jpan": "日本語を使う。"}, id="kana make it Japanese"),
        pytest.param("한국어 입니다", {"Hang": "한국어 입니다"}, id="Korean"),
        pytest.param("\u1820\u1821", {"Zzzz": "\u1820\u1821"}, id="a script without a fit"),
        pytest.param(
            "Use 日本 and `カナ` here. Да.",
            {"Latn": "Use   and ` ` here.  .", "Jpan": "日本カナ", "Cyrl": "Да"},
            id="mixed",
        ),
    ],
)
def test_by_script(text: str, parts: dict[str, str]) -> None:
    assert by_script(text) == parts


@given(text=st.text("aé →1,\nжя日かア한ก\u0301ა🌍\u1820", max_size=40))
def test_no_character_is_lost_or_changed(text: str) -> None:
    parts = by_script(text)
    latin = parts.get("Latn", "")
    assert sorted("".join(text.split())) == sorted("".join("".join(parts.values()).split()))
    assert not any(char in "жя日かア한กა\u1820" for char in latin)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        pytest.param(
            "Don't SHOUT é → 12\n",
            {
                "chars": 19,
                "words": 3,
                "spaces": 4,
                "lines": 1,
                "punct": 1,
                "digits": 2,
                "caps": 6,
                "accented": 1,
                "symbols": 1,
            },
            id="one line",
        ),
        pytest.param(
            "a_b\n\nc",
            {
                "chars": 6,
                "words": 3,
                "spaces": 0,
                "lines": 3,
                "punct": 1,
                "digits": 0,
                "caps": 0,
                "accented": 0,
                "symbols": 0,
            },
            id="the last line without its end",
        ),
    ],
)
def test_features(text: str, counted: dict[str, int]) -> None:
    assert features(text) == counted


@given(text=st.text(max_size=80))
def test_characters_are_counted_one_by_one(text: str) -> None:
    found = features(text)
    assert found["punct"] == sum(char in string.punctuation for char in text)
    assert found["digits"] == sum(char in string.digits for char in text)
    assert found["caps"] == sum(char in string.ascii_uppercase for char in text)
    assert found["accented"] == sum(
        not char.isascii() and unicodedata.category(char)[0] in "LM" for char in text
    )
    assert found["accented"] + found["symbols"] == sum(not char.isascii() for char in text)


@pytest.mark.parametrize(
    "unit",
    ["日本語です、", "слово, ", "a ж ", "→", "я" + " " * 1_000, "ж,,,,", "a" * 9 + "é"],
)
def test_ten_times_the_text_takes_about_ten_times_as_long(unit: str) -> None:
    def read(length: int) -> None:
        for part in by_script(unit * (length // len(unit))).values():
            features(part)

    hold(lambda: read(40_000), lambda: read(400_000), at_most=40)
