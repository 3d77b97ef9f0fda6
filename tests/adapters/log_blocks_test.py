"""Blocks of a log hold the lines that the reader of single lines finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from ctxtally.adapters import log_blocks, usage_log
from ctxtally.adapters.log_blocks import blocks

if TYPE_CHECKING:
    from pathlib import Path

PIECES = some.lists(
    some.sampled_from([b"a", b"bc", b"\n", b"\n", b"\r\n", b" ", b"x" * 9]),
    max_size=40,
)


def single(path: Path) -> list[bytes]:
    return [line.rstrip(b"\r\n") for line in usage_log.lines(str(path))]


def in_blocks(path: Path) -> list[bytes]:
    whole = [line for block in blocks(str(path)) for line in block.split(b"\n")]
    return [line.rstrip(b"\r") for line in whole if line and not line.isspace()]


@given(pieces=PIECES, size=some.integers(1, 12))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_they_hold_the_same_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pieces: list[bytes], size: int
) -> None:
    monkeypatch.setattr(log_blocks, "_BLOCK", size)
    monkeypatch.setattr(usage_log, "LONGEST", 16)
    path = tmp_path / "log"
    path.write_bytes(b"".join(pieces))
    assert in_blocks(path) == single(path)


@pytest.mark.parametrize("content", [b"", b"a", b"a\n\xef\xbb\xbfb\n", b"\n"])
def test_only_a_byte_order_mark_at_the_start_is_none_of_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"\xef\xbb\xbf" + content)
    assert in_blocks(path) == single(path) == [one for one in content.split(b"\n") if one]


@pytest.mark.parametrize("end", ["", "\n", "\nnext\n"])
@pytest.mark.parametrize("size", [14, 15, 16, 17, 40])
def test_of_a_line_that_is_too_long_there_is_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, end: str
) -> None:
    monkeypatch.setattr(log_blocks, "_BLOCK", 4)
    monkeypatch.setattr(usage_log, "LONGEST", 16)
    path = tmp_path / "log"
    path.write_text("y\n" + "x" * size + end, "utf-8")
    cut = size + bool(end) > 16 or (size == 16 and not end)
    expected = ["y", "x" if cut else "x" * size, *(["next"] if "next" in end else [])]
    assert [one.decode() for one in in_blocks(path)] == expected
    assert in_blocks(path) == single(path)
