"""Lines as they are found: cut off, of bytes, very long."""

from __future__ import annotations

import json
import os
from codecs import BOM_UTF8
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.adapters.transcripts import source
from ctxtally.adapters.transcripts.lines import Line, lines
from tests.support.transcripts import read, said

if TYPE_CHECKING:
    from pathlib import Path

FORM = "claude-code"
ONE, TWO = (json.dumps(said(f"msg_{number}")).encode() for number in (1, 2))


@pytest.mark.parametrize(
    ("content", "keys", "bad", "torn"),
    [
        pytest.param(ONE + b"\n" + TWO + b"\n", 2, 0, False, id="whole"),
        pytest.param(ONE + b"\r\n\r\n" + TWO + b"\r\n", 2, 0, False, id="CRLF and an empty line"),
        pytest.param(ONE + b"\n" + TWO, 2, 0, False, id="no line feed at the end"),
        pytest.param(ONE + b"\n" + TWO[:99], 1, 0, True, id="a record that is still written"),
        pytest.param(ONE[:99] + b"\n" + TWO + b"\n", 1, 1, False, id="a record that was cut off"),
        pytest.param(ONE[:-1] + b"\n" + TWO + b"\n", 1, 1, False, id="one without its end"),
        pytest.param(b"\0" * 99 + b"\n" + TWO + b"\n", 1, 1, False, id="what a crash leaves"),
        pytest.param(TWO + b"\n" + b"\0" * 99, 1, 0, False, id="at the end too"),
        pytest.param(b'"usage"\n[{"usage":1}]\n42\n' + TWO + b"\n", 1, 3, False, id="no objects"),
        pytest.param(b"\xff\xfe{}\n" + TWO + b"\n", 1, 1, False, id="bytes"),
        pytest.param(
            ONE.replace(b"msg_1", b"msg_\xff") + b"\n" + TWO + b"\n", 2, 0, False, id="in a text"
        ),
        pytest.param(b"[" * 99_999 + b'"usage"\n' + TWO + b"\n", 1, 1, False, id="deep"),
        pytest.param(
            ONE.replace(b": 10", b": " + b"9" * 9_999) + b"\n" + TWO + b"\n", 1, 1, False, id="huge"
        ),
        pytest.param(b"", 0, 0, False, id="empty"),
        pytest.param(BOM_UTF8 + ONE + b"\n" + TWO + b"\n", 2, 0, False, id="a byte-order mark"),
        pytest.param(
            BOM_UTF8 + ONE, 1, 0, False, id="a byte-order mark, and a line without an end"
        ),
        pytest.param(BOM_UTF8, 0, 0, False, id="nothing but a byte-order mark"),
        pytest.param(ONE + b"\n" + BOM_UTF8 + TWO + b"\n", 1, 1, False, id="only at the beginning"),
    ],
)
def test_nothing_is_lost_beside_what_cannot_be_read(
    tmp_path: Path, content: bytes, keys: int, bad: int, *, torn: bool
) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(content)
    found, how = read(path, FORM)
    assert (len(found), how.bad, how.torn, how.problem) == (keys, bad, torn, "")


def test_the_rest_of_a_file_comes_later(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(ONE + b"\n" + TWO[:99])
    _, how = read(path, FORM)
    path.write_bytes(ONE + b"\n" + TWO + b"\n")
    found, how = read(path, FORM, how._replace(torn=False))
    assert ([one.key for one in found], how.torn) == (["msg_2"], False)
    assert how.offset == path.stat().st_size


def test_a_line_that_is_too_long_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "lines", lambda file, offset: lines(file, offset, 2_000))
    path = tmp_path / "s.jsonl"
    path.write_bytes(ONE + b"\n" + b"x" * 9_000 + b"\n" + TWO + b"\n" + b"y" * 5_000)
    found, how = read(path, FORM)
    assert ([one.key for one in found], how.long, how.bad) == (["msg_1", "msg_2"], 1, 0)
    assert how.offset == path.stat().st_size - 5_000


@given(st.binary(max_size=60), st.integers(1, 9))
def test_lines_are_those_of_the_file(content: bytes, longest: int) -> None:
    found = list(lines(BytesIO(content), 0, longest))
    assert b"".join(content[one.offset : one.end] for one in found) == content
    assert all(one.whole for one in found[:-1])
    for one in found:
        raw = content[one.offset : one.end]
        assert raw.endswith(b"\n") == one.whole
        if one.content is None:
            assert len(raw) >= longest
        else:
            bare = raw if one.offset else raw.removeprefix(BOM_UTF8)
            assert one == Line(one.offset, one.end, bare, one.whole)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    _, how = read(tmp_path / "gone.jsonl", FORM)
    assert how.problem == os.strerror(2)


@pytest.mark.skipif(os.name == "nt", reason="Windows tells folders in other words")
def test_a_folder_is_told(tmp_path: Path) -> None:
    _, how = read(tmp_path, FORM)
    assert how.problem == os.strerror(21)
