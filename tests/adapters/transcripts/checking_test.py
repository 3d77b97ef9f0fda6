from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters.transcripts.checking import mark, resumed, stat_of
from ctxtally.adapters.transcripts.memory import Checkpoint, checkpoint
from ctxtally.model.transcript import Read, Stat

if TYPE_CHECKING:
    from pathlib import Path

LINES = b"one\ntwo\n" * 2_000


def checked(path: Path, read: Read) -> Checkpoint:
    stat = stat_of(str(path))
    assert stat
    return checkpoint(stat, mark(str(path), read.offset), "", read)


def test_what_a_file_looks_like(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(LINES)
    os.utime(path, ns=(1, 2_000))
    found = stat_of(str(path))
    assert found
    assert (found.size, found.changed) == (len(LINES), 2_000)


def test_what_is_no_file(tmp_path: Path) -> None:
    assert stat_of(str(tmp_path / "gone")) is None
    assert stat_of("\0") is None
    assert stat_of(str(tmp_path)) is None


def test_what_was_written_beside_a_database_counts(tmp_path: Path) -> None:
    path = tmp_path / "opencode.db"
    path.write_bytes(b"1234")
    alone = stat_of(str(path))
    beside = tmp_path / "opencode.db-wal"
    beside.write_bytes(b"56")
    os.utime(beside, ns=(1, 1))
    found = stat_of(str(path))
    assert alone
    assert found == alone._replace(size=6)


@pytest.mark.parametrize(
    ("content", "offset"),
    [
        pytest.param(LINES, 8_000, id="unchanged"),
        pytest.param(LINES + b"three\n", 8_000, id="longer"),
        pytest.param(b"x" + LINES[1:], 8_000, id="changed far in front: it cannot be seen"),
        pytest.param(LINES[:7_999] + b"x" + LINES[8_000:], 0, id="changed in front of the offset"),
        pytest.param(LINES[:9_000], 0, id="shorter"),
        pytest.param(b"", 0, id="empty"),
    ],
)
def test_from_where_it_is_read_on(tmp_path: Path, content: bytes, offset: int) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(LINES)
    read = Read(offset=8_000, state={"x": 1}, bad=3, torn=True)
    known = checked(path, read)
    path.write_bytes(content)
    now = stat_of(str(path))
    assert now
    state = {"x": 1} if offset else None
    assert resumed(str(path), known, now) == Read(offset=offset, state=state), "counts begin anew"


def test_another_file_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(LINES)
    known = checked(path, Read(offset=8_000))
    other = Stat(known.stat.device, known.stat.inode + 1, known.stat.size, known.stat.changed)
    assert resumed(str(path), known, other) == Read()
    assert resumed(str(path), None, other) == Read()


def test_a_file_that_is_gone_by_now(tmp_path: Path) -> None:
    assert mark(str(tmp_path / "gone"), 8) == ""
