from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.adapters.baseline import parse, sides, written
from ctxtally.errors import ConfigError

if TYPE_CHECKING:
    from ctxtally.adapters.baseline import Key

ENTRIES: dict[Key, int] = {
    ("no creep", "b.md", "bytes"): 30,
    ("no creep", "a.md", "tokens"): 7,
    ("chain", "codex in packages/core", "bytes"): 72_268,
    ("no creep", "a.md", "bytes"): 20,
}
FILE = b"""\
{"budget": "chain", "subject": "codex in packages/core", "bytes": 72268}
{"budget": "no creep", "subject": "a.md", "bytes": 20}
{"budget": "no creep", "subject": "a.md", "tokens": 7}
{"budget": "no creep", "subject": "b.md", "bytes": 30}
"""
CONFLICT = b"""\
{"budget": "a", "subject": "x", "tokens": 1}
<<<<<<< HEAD
{"budget": "a", "subject": "y", "tokens": 5}
||||||| base
{"budget": "a", "subject": "y", "tokens": 9}
=======
{"budget": "a", "subject": "y", "tokens": 3}
{"budget": "a", "subject": "z", "tokens": 4}
>>>>>>> topic
"""


def test_one_entry_a_line_sorted() -> None:
    assert written(ENTRIES) == FILE
    assert parse(FILE) == ENTRIES
    assert written({}) == b""


@pytest.mark.parametrize("data", [FILE.replace(b"\n", b"\r\n"), FILE + b"\n \n"])
def test_what_makes_no_difference(data: bytes) -> None:
    assert parse(data) == ENTRIES


def test_the_smaller_of_two_numbers_counts() -> None:
    lines = FILE.splitlines(keepends=True)
    union = b"".join([*lines, lines[1].replace(b"20", b"19"), lines[2].replace(b"7", b"8")])
    assert parse(union) == ENTRIES | {("no creep", "a.md", "bytes"): 19}


def test_what_any_side_of_a_conflict_has() -> None:
    assert sides(CONFLICT + b"nonsense\n") == {
        ("a", "x", "tokens"): 1,
        ("a", "y", "tokens"): 3,
        ("a", "z", "tokens"): 4,
    }


NO_ENTRY = 'this is no entry such as {"budget": "notes", "subject": "NOTES.md", "tokens": 9}'
ANEW = "write the file anew: `ctxtally baseline merge`"


@pytest.mark.parametrize(
    ("data", "message", "way_out"),
    [
        pytest.param(
            CONFLICT,
            "2:1: a merge left a conflict here",
            "measure anew: `ctxtally baseline merge`, then `git add .ctxtally/baseline.jsonl`",
            id="a conflict",
        ),
        pytest.param(FILE + b"x\n", f"5:1: {NO_ENTRY}", ANEW, id="no JSON"),
        pytest.param(b"[1]\n", f"1:1: {NO_ENTRY}", ANEW, id="no object"),
        pytest.param(b"[" * 99_999, f"1:1: {NO_ENTRY}", ANEW, id="too deep"),
        pytest.param(b'{"budget": "a", "subject": "b"}', f"1:1: {NO_ENTRY}", ANEW, id="no number"),
        pytest.param(
            b'{"budget": "a", "subject": "b", "tokens": 1, "bytes": 2}',
            f"1:1: {NO_ENTRY}",
            ANEW,
            id="two numbers",
        ),
        pytest.param(
            b'{"budget": 1, "subject": "b", "tokens": 1}', f"1:1: {NO_ENTRY}", ANEW, id="no name"
        ),
        pytest.param(
            b'{"budget": "a", "subject": "b", "tokens": true}',
            f"1:1: {NO_ENTRY}",
            ANEW,
            id="a truth",
        ),
        pytest.param(
            b'{"budget": "a", "subject": "b", "tokens": -1}',
            f"1:1: {NO_ENTRY}",
            ANEW,
            id="negative",
        ),
        pytest.param(
            b"\xff", "1:1: the byte 0xff is not UTF-8", "save the file as UTF-8", id="no UTF-8"
        ),
        pytest.param(
            b"\n" * (4 << 20) + b"\n",
            "1:1: the file has 4,194,305 bytes, more than the 4,194,304 that are read",
            "make it shorter",
            id="too large",
        ),
    ],
)
def test_refused(data: bytes, message: str, way_out: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(data)
    assert str(refused.value) == f".ctxtally/baseline.jsonl:{message}"
    assert refused.value.help == way_out


_NAMES = st.text(st.characters(codec=None), max_size=8)
_UNITS = st.sampled_from(["tokens", "bytes", "chars", "lines"])


@given(st.dictionaries(st.tuples(_NAMES, _NAMES, _UNITS), st.integers(0, 2**53)))
def test_what_is_written_is_read(entries: dict[Key, int]) -> None:
    assert parse(written(entries)) == entries
    assert written(dict(reversed(entries.items()))) == written(entries)
