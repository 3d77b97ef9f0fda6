from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.text.json_members import with_member, without_member

SPACES = st.text(" \t\r\n", max_size=3)
NUMBERS = st.sampled_from(["1e400", "1e3", "-0.0", "1.10", "0"])
VALUES = (
    NUMBERS | st.text(max_size=4).map(json.dumps) | st.sampled_from(['{"b": []}', "[]", "null"])
)


@st.composite
def objects(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    """Return an object as somebody may write it, and its members as they are written."""
    keys = draw(st.lists(st.text(max_size=3).map(json.dumps), max_size=4, unique=True))
    members = [(key, draw(VALUES)) for key in keys]
    space = [draw(SPACES) for _ in range(6)]
    written = [f"{space[0]}{key}{space[1]}:{space[2]}{value}{space[3]}" for key, value in members]
    text = (
        draw(st.sampled_from(["", "\ufeff"])) + space[4] + "{" + ",".join(written) + "}" + space[5]
    )
    return text, members


def spellings(text: str) -> dict[str, str]:
    """Return the values as they are spelled, by another parser's own means."""
    own = json.loads(text.removeprefix("\ufeff"), parse_float=str, parse_int=str)
    return {key: json.dumps(value) for key, value in own.items()}


@given(objects(), st.sampled_from([1, "x", [1, {"a": None}], {}]))
def test_one_member_more_and_all_others_as_they_were(
    given_: tuple[str, list[tuple[str, str]]], value: object
) -> None:
    text, members = given_
    made = with_member(text, "our own", value)
    assert json.loads(made.removeprefix("\ufeff"))["our own"] == value
    for key, written in members:
        assert made.count(key) >= text.count(key)
        assert made.count(written) >= text.count(written)
    undone = without_member(made, "our own")
    assert spellings(undone) == spellings(text)
    last = text.rindex("}")
    assert undone.startswith(text[:last].rstrip())
    assert undone.endswith(text[last:])


@pytest.mark.parametrize(
    ("text", "made"),
    [
        pytest.param("{}", '{\n  "k": 1\n}', id="nothing"),
        pytest.param("{ \n }\n", '{\n  "k": 1\n}\n', id="nothing but space"),
        pytest.param('{"a": 1 }', '{"a": 1,\n  "k": 1\n}', id="one line"),
        pytest.param('{\r\n\t"a": 1\r\n}', '{\r\n\t"a": 1,\r\n\t"k": 1\r\n}', id="tabs, CRLF"),
        pytest.param('\ufeff{\n "a": 1\n}', '\ufeff{\n "a": 1,\n "k": 1\n}', id="a mark"),
        pytest.param('{"k": 1e400, "a": 2}', '{"k": 1, "a": 2}', id="replaced"),
        pytest.param('{"\\u006b":0}', '{"\\u006b":1}', id="an escaped key"),
    ],
)
def test_set(text: str, made: str) -> None:
    assert with_member(text, "k", 1) == made


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param('{"k": 1}', "{}", id="the only one"),
        pytest.param('{\n  "k": 1,\n  "a": 2\n}', '{\n  "a": 2\n}', id="the first"),
        pytest.param('{\n  "a": 2,\n  "k": 1\n}', '{\n  "a": 2\n}', id="the last"),
        pytest.param('{"a": 1, "k": {"k": 1}, "b": 2}', '{"a": 1, "b": 2}', id="between"),
    ],
)
def test_taken_out(text: str, left: str) -> None:
    assert without_member(text, "k") == left
