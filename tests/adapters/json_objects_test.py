"""Objects of lines, which are read in two ways that must give the same."""

from __future__ import annotations

import json
from math import isnan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.adapters.json_objects import json_object, line_objects

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec=None)), inner),
    max_leaves=9,
)


@given(st.dictionaries(st.text(), values) | values, st.booleans())
def test_what_is_json(value: Any, ascii_only: bool) -> None:  # noqa: ANN401, FBT001 - as it is drawn
    line = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert line_objects(many=True)(line) == json_object(line.decode("utf-8", "replace"))


@given(st.binary())
def test_what_is_none(line: bytes) -> None:
    assert line_objects(many=True)(line) == json_object(line.decode("utf-8", "replace"))


@pytest.mark.parametrize(
    "line",
    [
        b'{"a": 1, "a": 2}',
        b'{"a": 123456789012345678901234567890, "b": -0, "c": 1E5, "d": 0.1}\r\n',
        b'{"a": 1e400, "b": -1e999, "c": Infinity}',
        b'{"a": "\\ud800", "b": "\xff"}',
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": %s}' % (b"9" * 5_000),
        b'{"a": %s}' % (b"[" * 99_999),
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\x01"}',
        b'{"a": 1} {"b": 2}',
        b"[1]",
        b"",
    ],
)
def test_what_is_odd(line: bytes) -> None:
    assert line_objects(many=True)(line) == json_object(line.decode("utf-8", "replace"))


@pytest.mark.parametrize("line", [b'{"a": "\xff"}', b"{", b"[]"])
def test_a_few_lines(line: bytes) -> None:
    assert line_objects(many=False)(line) == json_object(line.decode("utf-8", "replace"))


def test_what_is_no_number() -> None:
    found = line_objects(many=True)(b'{"a": NaN}')
    assert found is not None
    assert isnan(found["a"])
