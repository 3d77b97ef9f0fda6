from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.text.comments import uncommented

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param('{"a": 1 // one\n}', {"a": 1}, id="to the end of the line"),
        pytest.param('{"a": 1 // one\r\n}', {"a": 1}, id="CRLF"),
        pytest.param('// first\n{"a": /* two\nlines */ 1}', {"a": 1}, id="block"),
        pytest.param('{"a": "http://x/*y*/"}', {"a": "http://x/*y*/"}, id="inside a string"),
        pytest.param(r'{"a": "\"// no\\"}', {"a": '"// no\\'}, id="after an escaped quote"),
        pytest.param('{"a": [1, 2,], // two\n}', {"a": [1, 2]}, id="commas too many"),
        pytest.param('{"a": ",}"}', {"a": ",}"}, id="a comma in a string"),
        pytest.param('{"a": 1 // , "b": 2\n, "c": 3}', {"a": 1, "c": 3}, id="a member turned off"),
    ],
)
def test_what_people_write(written: str, meant: object) -> None:
    assert json.loads(uncommented(written)) == meant


@given(VALUES)
def test_json_without_comments_means_what_it_meant(value: object) -> None:
    for indent in (None, 2):
        assert json.loads(uncommented(json.dumps(value, indent=indent))) == value
