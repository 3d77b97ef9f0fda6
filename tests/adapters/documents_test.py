from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctxtally.adapters.documents import read_document, read_front_matter
from ctxtally.model.document import Document, Mark, Unreadable
from tests.support.data import DEV, needs_dev

if TYPE_CHECKING:
    from ctxtally.model.document import Plain, Steps

INDEX = "docs/INDEX.yaml"
MANIFEST = "MANIFEST.json"


def document(path: str, text: str | bytes) -> Document:
    read = read_document(path, text if isinstance(text, bytes) else text.encode())
    assert isinstance(read, Document), str(read)
    return read


def message(path: str, text: str | bytes) -> str:
    read = read_document(path, text if isinstance(text, bytes) else text.encode())
    assert isinstance(read, Unreadable)
    return str(read)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        pytest.param("", None, id="an empty file"),
        pytest.param("# only a comment\n", None, id="only a comment"),
        pytest.param("null\n", None, id="null"),
        pytest.param("# c\n---\na: 1\n", {"a": 1}, id="a comment before the first ---"),
        pytest.param("a: 1\n...\n", {"a": 1}, id="the end of a document"),
        pytest.param("﻿a: 1\n", {"a": 1}, id="a byte-order mark"),
        pytest.param("a:\r\n  - b\r\n", {"a": ["b"]}, id="CRLF"),
        pytest.param("a: 2026-11-20", {"a": "2026-11-20"}, id="a date stays text"),
        pytest.param("a: 017\nb: 0o17\nc: 0x1F", {"a": 17, "b": 15, "c": 31}, id="bases"),
        pytest.param("a: 1_000\nb: -5", {"a": 1000, "b": -5}, id="separators and signs"),
        pytest.param("a: yes\nb: true", {"a": "yes", "b": True}, id="yes is a word"),
        pytest.param("%YAML 1.1\n---\na: yes\nb: off\n", {"a": True, "b": False}, id="in 1.1 not"),
        pytest.param("%YAML 1.1\n---\na: 190:20:30\n", {"a": "190:20:30"}, id="no clock numbers"),
        pytest.param("a: 1.5\nb: -.INF\nc: ~", {"a": 1.5, "b": -1e999, "c": None}, id="floats"),
        pytest.param("1: a\ntrue: b", {"1": "a", "true": "b"}, id="every key is text"),
        pytest.param("a: !!str 12", {"a": "12"}, id="a tag of YAML's own"),
        pytest.param("a: &x 1\nb: &x 2", {"a": 1, "b": 2}, id="anchors that nothing uses"),
        pytest.param("<<: {a: 1}\nb: =", {"<<": {"a": 1}, "b": "="}, id="nothing is merged"),
        pytest.param('{"a": [1, {"b": null}]}', {"a": [1, {"b": None}]}, id="JSON in a .yaml"),
        pytest.param('{\n\t"a": 1\n}', {"a": 1}, id="JSON indented with tabs in a .yaml"),
        pytest.param("{a: 1, b: [x, y]}", {"a": 1, "b": ["x", "y"]}, id="flow style is no JSON"),
    ],
)
def test_yaml_that_is_read(text: str, data: Plain) -> None:
    # -1e999 is an infinity, which equals itself.
    assert document(INDEX, text).data == data


def test_not_a_number_is_read() -> None:
    data = document(INDEX, "a: .NaN").data
    assert isinstance(data, dict)
    assert data["a"] != data["a"]


LAUGHS = "a0: &a0 [ha]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            LAUGHS, "docs/INDEX.yaml:2:10: the alias `*a0`: aliases are not read", id="laughs"
        ),
        pytest.param(
            "a: &a {b: 1}\nc:\n  <<: [*a, *a]\n",
            "docs/INDEX.yaml:3:8: the alias `*a`: aliases are not read",
            id="merge keys",
        ),
        pytest.param(
            "a: &x [*x]", "docs/INDEX.yaml:1:8: the alias `*x`: aliases are not read", id="a cycle"
        ),
        pytest.param(
            "a: *nobody",
            "docs/INDEX.yaml:1:4: the alias `*nobody`: aliases are not read",
            id="an alias of nothing",
        ),
        pytest.param(
            "[" * 5_000, "docs/INDEX.yaml:1:65: nested more than 64 levels deep", id="deep flow"
        ),
        pytest.param(
            "- " * 5_000, "docs/INDEX.yaml:1:129: nested more than 64 levels deep", id="deep block"
        ),
        pytest.param(
            "a: 1\nb: 2\n'a': 3", "docs/INDEX.yaml:3:1: duplicate key `a`", id="a duplicate key"
        ),
        pytest.param(
            "a: !!python/object/apply:os.getcwd []",
            "docs/INDEX.yaml:1:4: the tag `tag:yaml.org,2002:python/object/apply:os.getcwd`:"
            " only plain values are read",
            id="a Python object",
        ),
        pytest.param(
            "a: !mine 1",
            "docs/INDEX.yaml:1:4: the tag `!mine`: only plain values are read",
            id="a tag of one's own",
        ),
        pytest.param(
            "a: !" + "m" * 100 + " 1",
            f"docs/INDEX.yaml:1:4: the tag `!{'m' * 79}...`: only plain values are read",
            id="a long tag is cut",
        ),
        pytest.param(
            "a: !" + "m" * 201 + " 1",
            f"docs/INDEX.yaml:1:4: the tag `{'m' * 80}...`: only plain values are read",
            id="a tag too long to be decoded",
        ),
        pytest.param(
            "a: !!set {b: }",
            "docs/INDEX.yaml:1:4: the tag `tag:yaml.org,2002:set`: only plain values are read",
            id="a set",
        ),
        pytest.param(
            "a: " + "9" * 5_000,
            "docs/INDEX.yaml:1:4: a number of more than 4,300 digits",
            id="a huge integer",
        ),
        pytest.param(
            "---\na: 1\n---\nb: 2\n",
            "docs/INDEX.yaml:3:1: not valid YAML: but found another document",
            id="two documents",
        ),
        pytest.param(
            "a:\n\t- b",
            "docs/INDEX.yaml:2:1: not valid YAML: found character '\\t' that cannot start any"
            " token",
            id="a tab",
        ),
        pytest.param(
            "a: b\nc: \0",
            "docs/INDEX.yaml:2:4: not valid YAML: the character U+0000",
            id="a NUL",
        ),
        pytest.param(
            "? [1, 2]\n: a",
            "docs/INDEX.yaml:1:3: a key that is a list or a mapping",
            id="a list as key",
        ),
        pytest.param(
            "a: b: c",
            "docs/INDEX.yaml:1:5: not valid YAML: mapping values are not allowed here",
            id="a colon too many",
        ),
        pytest.param(
            "a: 'b",
            "docs/INDEX.yaml:1:6: not valid YAML: found unexpected end of stream",
            id="an open quote",
        ),
        pytest.param(
            "[" + "1, " * 20_000 + "]",
            "docs/INDEX.yaml:1:59999: more than 20,000 values",
            id="too many values",
        ),
        pytest.param(
            "# " + "x" * 256_000,
            "docs/INDEX.yaml:1:1: 256,002 bytes, more than the 256,000 that are read",
            id="too large",
        ),
        pytest.param(b"a: b\nc: \xe9t\xe9", "docs/INDEX.yaml:2:4: not UTF-8", id="latin-1"),
        pytest.param("a: b".encode("utf-16"), "docs/INDEX.yaml:1:1: not UTF-8", id="UTF-16"),
    ],
)
def test_yaml_that_is_refused(text: str | bytes, expected: str) -> None:
    assert message(INDEX, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            '{"a": 1,}',
            "MANIFEST.json:1:9: not valid JSON: Expecting property name enclosed in double quotes",
            id="a comma too many",
        ),
        pytest.param("", "MANIFEST.json:1:1: not valid JSON: Expecting value", id="an empty file"),
        pytest.param(
            '{"a": 1,\n "b": {"c": 2, "\\u0063": 3}}',
            "MANIFEST.json:2:16: duplicate key `c`",
            id="a duplicate key, escaped",
        ),
        pytest.param(
            "[" * 100_000, "MANIFEST.json:1:65: nested more than 64 levels deep", id="deep lists"
        ),
        pytest.param(
            '{"a":' * 100_000,
            "MANIFEST.json:1:321: nested more than 64 levels deep",
            id="deep mappings",
        ),
        pytest.param(
            "\n" + "[" * 70 + "]" * 70,
            "MANIFEST.json:2:65: nested more than 64 levels deep",
            id="deep and valid",
        ),
        pytest.param(
            '{"a":\n ' + "9" * 5_000 + "}",
            "MANIFEST.json:2:2: a number of more than 4,300 digits",
            id="a huge integer",
        ),
        pytest.param(
            "[" + "1," * 250_001,
            "MANIFEST.json:1:1: more than 250,000 values",
            id="too many values",
        ),
        pytest.param(
            '["' + "x" * 4_194_304,
            "MANIFEST.json:1:1: 4,194,306 bytes, more than the 4,194,304 that are read",
            id="too large",
        ),
    ],
)
def test_json_that_is_refused(text: str, expected: str) -> None:
    assert message(MANIFEST, text) == expected


def test_the_depth_that_is_allowed() -> None:
    text = "[" * 64 + "]" * 64
    assert document(MANIFEST, text).data == document(INDEX, text).data
    assert document(INDEX, "- " * 63 + "a").data is not None


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
def test_a_process_that_is_nearly_exhausted_is_no_crash(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def exhausted(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("ctxtally.adapters.documents_json.json.loads", exhausted)
    assert message(MANIFEST, "[]") == "MANIFEST.json:1:1: too large or too deep to be read"


def test_places_of_keys_and_values() -> None:
    text = "a:\n  - x\n  - b: 1\n    'c d': [y,\n      z]\n"
    found = document(INDEX, text)
    steps: dict[Steps, tuple[tuple[int, int], tuple[int, int]]] = {
        (): ((1, 1), (1, 1)),
        ("a",): ((1, 1), (2, 3)),
        ("a", 0): ((2, 5), (2, 5)),
        ("a", 1): ((3, 5), (3, 5)),
        ("a", 1, "b"): ((3, 5), (3, 8)),
        ("a", 1, "c d"): ((4, 5), (4, 12)),
        ("a", 1, "c d", 1): ((5, 7), (5, 7)),
    }
    for way, (key, value) in steps.items():
        place = found.place(way)
        assert (place.key.line, place.key.column) == key
        assert (place.value.line, place.value.column) == value
    assert found.line("a", 1, "b") == 3


def test_places_in_json() -> None:
    found = document(MANIFEST, '\n{"a": "[,\\"", "b\\u0021":\n [true, {"c": -1.5e3}]}')
    assert found.place(("b!", 0)).key == Mark(line=3, column=3)
    assert found.place(("b!", 1, "c")).value == Mark(line=3, column=15)
    assert found.place(("a",)).value == Mark(line=2, column=7)
    assert document(MANIFEST, " 7").place(()).key == Mark(line=1, column=2)


@pytest.mark.parametrize("steps", [("b",), ("a", 1), (0,), ("a", "b")])
def test_a_place_that_is_not_there(steps: Steps) -> None:
    found = document(MANIFEST, '{"a": [1]}')
    with pytest.raises(LookupError):
        found.place(steps)


# Strings that both formats hold as they are, quotes and line ends included.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]) | st.sampled_from('\n"\\'))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXTS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(TEXTS, inside, max_size=4),
    max_leaves=12,
)


def ways(data: Plain, way: Steps = ()) -> list[Steps]:
    if isinstance(data, dict):
        return [way, *(one for key in data for one in ways(data[key], (*way, key)))]
    if isinstance(data, list):
        return [way, *(one for step, item in enumerate(data) for one in ways(item, (*way, step)))]
    return [way]


@settings(deadline=None)  # the first YAML text imports ruamel.yaml
@given(VALUES, st.sampled_from([None, 2]))
def test_json_means_the_same_in_both_formats(data: Plain, indent: int | None) -> None:
    """The text at the place of a value is that value: the oracle is the json module's decoder."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    found = document(MANIFEST, text)
    assert found.data == document(INDEX, text).data == data
    lines = text.split("\n")
    for way in ways(data):
        value = found.place(way).value
        rest = "\n".join([lines[value.line - 1][value.column - 1 :], *lines[value.line :]])
        expected = data
        for step in way:
            expected = expected[step]  # type: ignore[index]
        assert json.JSONDecoder().raw_decode(rest)[0] == expected


FLOW = st.recursive(
    st.integers(0, 99) | st.text("abc", min_size=1, max_size=3),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text("xyz"), inside),
    max_leaves=8,
)


@given(FLOW)
def test_places_in_yaml_are_those_of_the_same_json(data: Plain) -> None:
    text = json.dumps(data, indent=1)
    as_json = document(MANIFEST, text)
    # A leading comment keeps the YAML reader from taking the text for JSON.
    as_yaml = document(INDEX, "#\n" + text)
    for way in ways(data):
        place = as_json.place(way)
        moved = as_yaml.place(way)
        assert moved.key == Mark(line=place.key.line + 1, column=place.key.column)
        assert moved.value == Mark(line=place.value.line + 1, column=place.value.column)


@given(st.binary(max_size=60) | st.text("{}[]-:#&*!|>'\"%@`?, \n\tab01~", max_size=60))
def test_nothing_crashes_the_reader(text: bytes | str) -> None:
    raw = text if isinstance(text, bytes) else text.encode()
    for path in (INDEX, MANIFEST):
        read = read_document(path, raw)
        assert isinstance(read, (Document, Unreadable))
        if isinstance(read, Unreadable):
            assert read.line >= 1
            assert read.column >= 1
            assert "\n" not in read.message


@pytest.mark.parametrize(
    ("text", "data", "line"),
    [
        pytest.param(b"---\na: 1\n---\n# T\n", {"a": 1}, 2, id="the usual"),
        pytest.param(b"\xef\xbb\xbf---\r\na: 1\r\n---\r\n# T", {"a": 1}, 2, id="BOM and CRLF"),
        pytest.param(b"--- \n# c\na: 1\n...\nb: 2\n---\n", {"a": 1}, 3, id="ended by dots"),
        pytest.param(b"---\na: 1\n---\n" + b"\xff" * 300_000, {"a": 1}, 2, id="a body of bytes"),
    ],
)
def test_front_matter(text: bytes, data: Plain, line: int) -> None:
    read = read_front_matter("a.md", text)
    assert isinstance(read, Document)
    assert read.data == data
    assert read.line("a") == line


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"# T\n---\na: 1\n---\n", id="not at the top"),
        pytest.param(b"---\na: 1\n", id="never closed"),
        pytest.param(b"----\na: 1\n----\n", id="four dashes"),
    ],
)
def test_no_front_matter(text: bytes) -> None:
    assert read_front_matter("a.md", text) is None


def test_front_matter_that_cannot_be_read() -> None:
    read = read_front_matter("a.md", b"---\na: b: c\n---\n")
    assert str(read) == "a.md:2:5: not valid YAML: mapping values are not allowed here"


@needs_dev
def test_the_one_real_index_that_is_not_yaml() -> None:
    path = "index/abhiksingh+personal-agent/docs/context/index.yaml"
    assert message("docs/context/index.yaml", (DEV / path).read_bytes()) == (
        "docs/context/index.yaml:71:36: not valid YAML: mapping values are not allowed here"
    )
