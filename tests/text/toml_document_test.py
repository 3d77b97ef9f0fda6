from __future__ import annotations

import contextlib
from datetime import date
from typing import TYPE_CHECKING

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.errors import ConfigError
from ctxtally.text.toml_document import Table, read

if TYPE_CHECKING:
    from collections.abc import Callable


def _read(text: str | bytes) -> Table:
    return read(text.encode() if isinstance(text, str) else text, "x.toml", limit=1_000)


def _told(error: ConfigError) -> tuple[str, str]:
    return str(error), error.help


@pytest.mark.parametrize(
    ("data", "message", "way_out"),
    [
        pytest.param(
            b"#" * 1_001,
            "x.toml:1:1: the file has 1,001 bytes, more than the 1,000 that are read",
            "make it shorter",
            id="too large",
        ),
        pytest.param(
            b"\xef\xbb\xbfa = 1",
            "x.toml:1:1: the file begins with a byte-order mark",
            "save it as UTF-8 without a byte-order mark",
            id="byte-order mark",
        ),
        pytest.param(
            b"\xffa = 1",
            "x.toml:1:1: the byte 0xff is not UTF-8",
            "save the file as UTF-8",
            id="not UTF-8 at the start",
        ),
        pytest.param(
            "a = 1\r\nb = 'é".encode() + b"\xe9'",
            "x.toml:2:7: the byte 0xe9 is not UTF-8",
            "save the file as UTF-8",
            id="Latin-1 on the second line",
        ),
        pytest.param(
            b"a = 1\r\nb = = 2",
            "x.toml:2:5: this is not valid TOML: Invalid value",
            "https://toml.io describes the format",
            id="not TOML",
        ),
        pytest.param(
            b"a = 1\na = 2",
            "x.toml:2:6: this is not valid TOML: Cannot overwrite a value",
            "https://toml.io describes the format",
            id="a key twice",
        ),
        pytest.param(
            b"a = 1 \x00",
            "x.toml:1:7: this is not valid TOML: "
            "Expected newline or end of document after a statement",
            "https://toml.io describes the format",
            id="a NUL",
        ),
        pytest.param(
            b"a = " + b"[" * 900,
            "x.toml:1:37: keys, tables and arrays are nested more than 32 deep",
            "make it simpler",
            id="too deep",
        ),
    ],
)
def test_refused(data: bytes, message: str, way_out: str) -> None:
    with pytest.raises(ConfigError) as refused:
        _read(data)
    assert _told(refused.value) == (message, way_out)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        pytest.param(RecursionError("too deep"), "too deep", id="recursion"),
        pytest.param(MemoryError(), "MemoryError", id="memory"),
        pytest.param(ValueError("4300 digits"), "4300 digits", id="value"),
    ],
)
def test_a_parser_that_gives_up(
    error: Exception, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(_text: str) -> dict[str, object]:
        raise error

    monkeypatch.setattr(tomli, "loads", give_up)
    with pytest.raises(ConfigError) as refused:
        _read("a = 1")
    assert _told(refused.value) == (
        f"x.toml:1:1: this cannot be parsed: {message}",
        "make the file simpler",
    )


def test_values() -> None:
    table = _read(
        "text = 'a'\ntruth = false\ntexts = ['a', 'b']\nday = 2027-01-31\nword = '2027-01-31'\n"
        "choice = 'red'\n[one]\nx = 1\n[[many]]\ny = 1\n[[many]]\ny = 2\n"
    )
    assert table.text("text") == table.needed("text") == "a"
    assert table.truth("truth") is False
    assert table.texts("texts") == ("a", "b")
    assert table.day("day") == table.day("word") == date(2027, 1, 31)
    assert table.choice("choice", ["red", "blue"]) == "red"
    one = table.table("one")
    assert one is not None
    assert (one.values, one.origin, one.header) == ({"x": 1}, "x.toml:7", "[one]")
    many = table.tables("many")
    assert [below.values for below in many] == [{"y": 1}, {"y": 2}]
    assert [(below.origin, below.header) for below in many] == [
        ("x.toml:9", "[[many]]"),
        ("x.toml:11", "[[many]]"),
    ]


def test_absent() -> None:
    table = _read("")
    assert table.text("x") is None
    assert table.truth("x") is None
    assert table.texts("x") is None
    assert table.day("x") is None
    assert table.choice("x", ["red"]) is None
    assert table.table("x") is None
    assert table.tables("x") == []


@pytest.mark.parametrize(
    ("text", "take", "message", "way_out"),
    [
        pytest.param(
            "\nx = 1",
            lambda table: table.text("x"),
            "x.toml:2:1: `x` must be a string, not 1",
            'write `x = "..."`',
            id="text",
        ),
        pytest.param(
            "x = ' '",
            lambda table: table.text("x"),
            "x.toml:1:1: `x` is empty",
            "fill it in, or leave out `x`",
            id="blank text",
        ),
        pytest.param(
            "",
            lambda table: table.needed("x"),
            "x.toml:1:1: the top level has no `x`",
            'add `x = "..."`',
            id="needed text",
        ),
        pytest.param(
            "x = 'true'",
            lambda table: table.truth("x"),
            'x.toml:1:1: `x` must be true or false, not "true"',
            "write `x = true`",
            id="truth",
        ),
        pytest.param(
            "x = 2027-01-31T00:00:00",
            lambda table: table.day("x"),
            "x.toml:1:1: `x` must be a day, not 2027-01-31 00:00:00",
            "write `x = 2027-01-31`",
            id="a time",
        ),
        pytest.param(
            "x = '2027-02-30'",
            lambda table: table.day("x"),
            'x.toml:1:1: `x` must be a day, not "2027-02-30"',
            "write `x = 2027-01-31`",
            id="no such day",
        ),
        pytest.param(
            "x = '20270131'",
            lambda table: table.day("x"),
            'x.toml:1:1: `x` must be a day, not "20270131"',
            "write `x = 2027-01-31`",
            id="a day without hyphens",
        ),
        pytest.param(
            "x = 'a'",
            lambda table: table.texts("x"),
            'x.toml:1:1: `x` must be a list of strings, not "a"',
            'write `x = ["..."]`',
            id="texts",
        ),
        pytest.param(
            "x = []",
            lambda table: table.texts("x"),
            "x.toml:1:1: `x` is empty",
            "fill it in, or leave out `x`",
            id="empty list",
        ),
        pytest.param(
            "x = ['a',\n  {}]",
            lambda table: table.texts("x"),
            "x.toml:2:3: `x` must hold strings that are not empty, not a table",
            'write `x = ["..."]`',
            id="a table among texts",
        ),
        pytest.param(
            "x = ['a', '']",
            lambda table: table.texts("x"),
            'x.toml:1:11: `x` must hold strings that are not empty, not ""',
            'write `x = ["..."]`',
            id="an empty text among texts",
        ),
        pytest.param(
            "x = 'rad'",
            lambda table: table.choice("x", ["red", "blue"]),
            'x.toml:1:1: `x` cannot be "rad"',
            'did you mean "red"?',
            id="choice",
        ),
        pytest.param(
            "x = 'y'",
            lambda table: table.choice("x", ["red", "blue"]),
            'x.toml:1:1: `x` cannot be "y"',
            'it can be "blue", "red"',
            id="choice unlike any",
        ),
        pytest.param(
            "x = 'y'",
            lambda table: table.choice("x", []),
            'x.toml:1:1: `x` cannot be "y"',
            "there is nothing that it can be",
            id="nothing to choose from",
        ),
        pytest.param(
            "x = 1",
            lambda table: table.table("x"),
            "x.toml:1:1: `x` must be a table, not 1",
            "write `[x]`",
            id="table",
        ),
        pytest.param(
            "[a]\n[a.x]",
            lambda table: table.table("a").tables("x"),
            "x.toml:2:4: `x` must be an array of tables, not a table",
            "write `[[a.x]]`",
            id="tables",
        ),
        pytest.param(
            "x = [{}, 1]",
            lambda table: table.tables("x"),
            "x.toml:1:10: `x` must hold tables, not 1",
            "write `[[x]]`",
            id="a number among tables",
        ),
        pytest.param(
            "x = []",
            lambda table: table.tables("x"),
            "x.toml:1:1: `x` is empty",
            "fill it in, or leave out `x`",
            id="no table",
        ),
        pytest.param(
            "red = 1\nbleu = 1",
            lambda table: table.allow(["red", "blue"]),
            "x.toml:2:1: `bleu` is not a key of the top level",
            "did you mean `blue`?",
            id="unknown key",
        ),
        pytest.param(
            "[[x]]\n'a\\b' = 1",
            lambda table: table.tables("x")[0].allow(["red", "blue"]),
            "x.toml:2:1: `a\\b` is not a key of [[x]]",
            "its keys are blue, red",
            id="unknown key unlike any",
        ),
    ],
)
def test_mistaken(text: str, take: Callable[[Table], object], message: str, way_out: str) -> None:
    with pytest.raises(ConfigError) as refused:
        take(_read(text))
    assert _told(refused.value) == (message, way_out)


@given(st.binary(max_size=60) | st.text(alphabet="ab.=[]{}\"'\\#,\n1", max_size=60).map(str.encode))
def test_any_bytes_are_a_document_or_refused(data: bytes) -> None:
    with contextlib.suppress(ConfigError):
        assert _read(data).values == tomli.loads(data.decode())
