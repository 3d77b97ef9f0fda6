from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support.transcripts import buckets, read

if TYPE_CHECKING:
    from pathlib import Path

USED = {"input": 10, "output": 5, "reasoning": 3, "cache": {"read": 40, "write": 20}}
NEW = """
CREATE TABLE session (id TEXT, directory TEXT);
CREATE TABLE message (id TEXT, session_id TEXT, time_created INT, time_updated INT, data TEXT);
INSERT INTO session VALUES ('s1', '/r');
"""
OLD = "CREATE TABLE message (id TEXT, session_id TEXT, data TEXT);"


def data(**more: object) -> dict[str, object]:
    told = {"role": "assistant", "providerID": "anthropic", "modelID": "claude-sonnet-4-5"}
    times = {"created": 1_772_359_200_000, "completed": 1_772_359_201_000}
    return told | {"cost": 0, "tokens": USED, "time": times} | more


def database(path: Path, schema: str = NEW) -> Path:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(schema)
    return path


def insert(path: Path, *rows: tuple[object, ...]) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for row in rows:
            marks = ", ".join("?" * len(row))
            connection.execute(f"REPLACE INTO message VALUES ({marks})", row)  # noqa: S608 - marks


def test_what_a_row_tells(tmp_path: Path) -> None:
    path = database(tmp_path / "opencode.db")
    insert(path, ("m1", "s1", 1, 2, json.dumps(data())))
    (one,), how = read(path, "opencode-db")
    assert (one.key, one.agent, one.provider) == ("opencode:m1", "opencode", "anthropic")
    assert (one.model, one.session, one.cwd) == ("claude-sonnet-4-5", "s1", "/r")
    assert (one.moment, one.final) == (1772359200.0, True)
    assert buckets([one]) == [(10, 40, 20, 8, 3)]
    assert (how.state, how.bad, how.problem) == ({"since": 2}, 0, "")


def test_only_what_changed_since_is_read_again(tmp_path: Path) -> None:
    path = database(tmp_path / "opencode.db")
    insert(path, ("m1", "s1", 1, 5, json.dumps(data())), ("m2", "s1", 1, 7, json.dumps(data())))
    _, how = read(path, "opencode-db")
    insert(path, ("m3", "s1", 9, 9, json.dumps(data())))
    found, how = read(path, "opencode-db", how)
    assert [one.key for one in found] == ["opencode:m2", "opencode:m3"]
    assert how.state == {"since": 9}


@pytest.mark.parametrize(
    ("content", "expected", "bad"),
    [
        pytest.param(data(role="user"), [], 0, id="not an answer"),
        pytest.param(data(tokens=None), [], 0, id="no tokens"),
        pytest.param(data(tokens={"input": 0}), [], 0, id="no tokens at all"),
        pytest.param(data(tokens={"input": 9, "cache": 7}), [(9, 0, 0, 0, 0)], 0, id="no caches"),
        pytest.param(
            data(time=None, path={"cwd": "/r/sub"}), [(10, 40, 20, 8, 3)], 0, id="no time"
        ),
        pytest.param("{", [], 1, id="no JSON"),
        pytest.param(b"\xff\xfe", [], 1, id="bytes"),
        pytest.param(None, [], 1, id="nothing"),
    ],
)
def test_rows(tmp_path: Path, content: object, expected: list[tuple[int, ...]], bad: int) -> None:
    path = database(tmp_path / "opencode.db", OLD)
    insert(path, ("m1", "s1", json.dumps(content) if isinstance(content, dict) else content))
    found, how = read(path, "opencode-db")
    assert (buckets(found), how.bad, how.state) == (expected, bad, {"since": 0})


def test_a_file_for_each_message(tmp_path: Path) -> None:
    path = tmp_path / "s7" / "m7.json"
    path.parent.mkdir()
    path.write_text(json.dumps(data(path={"cwd": "/r"}, time={})), "utf-8")
    (one,), _ = read(path, "opencode-file")
    assert (one.key, one.session, one.cwd, one.moment) == ("opencode:m7", "s7", "/r", 86_400.0)
    assert one.final is False
    path.write_text(json.dumps(data(role="user")), "utf-8")
    assert read(path, "opencode-file")[0] == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"SQLite format 3\0" + b"\0" * 90, "file is not a database"),
        (b"no database at all, and longer than a header" * 9, "file is not a database"),
        (b"", "no such table: message"),
    ],
    ids=["a header alone", "text", "empty"],
)
def test_what_is_no_database_is_told(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "opencode.db"
    path.write_bytes(content)
    found, how = read(path, "opencode-db")
    assert (found, how.problem) == ([], problem)


def test_a_torn_database_tells_what_can_be_read(tmp_path: Path) -> None:
    path = database(tmp_path / "opencode.db")
    insert(path, *((f"m{n}", "s1", n, n, json.dumps(data(n="x" * 999))) for n in range(99)))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    _, how = read(path, "opencode-db")
    assert how.problem == "database disk image is malformed"


def test_a_database_that_is_locked_is_read_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctxtally.adapters.transcripts.tables._WAIT_SECONDS", 0.01)
    path = database(tmp_path / "opencode.db")
    insert(path, ("m1", "s1", 1, 2, json.dumps(data())))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        found, how = read(path, "opencode-db")
        assert (found, how.problem, how.state) == ([], "database is locked", None)
    assert len(read(path, "opencode-db", how._replace(problem=""))[0]) == 1


def test_a_database_is_never_written(tmp_path: Path) -> None:
    path = database(tmp_path / "opencode.db")
    before = path.read_bytes()
    read(path, "opencode-db")
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["opencode.db"]


def test_a_name_that_means_something_in_an_address(tmp_path: Path) -> None:
    path = database(tmp_path / "opencode %41?x=#1.db")
    insert(path, ("m1", "s1", 1, 2, json.dumps(data())))
    assert len(read(path, "opencode-db")[0]) == 1


def test_a_database_that_is_gone_by_now(tmp_path: Path) -> None:
    assert (
        read(tmp_path / "opencode.db", "opencode-db")[1].problem == "unable to open database file"
    )
