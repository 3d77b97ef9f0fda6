from __future__ import annotations

import json
import sys
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctxtally.adapters import usage_log
from ctxtally.adapters.repeated import mark, repeated
from ctxtally.adapters.usage_log import Found, objects, paths, whole
from ctxtally.model.tally import Tally
from ctxtally.usage.records import is_record

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
RECORDS = st.dictionaries(TEXTS, VALUES, max_size=4).map(
    lambda more: {"v": 1, "id": "01K"} | {f"x{name}": value for name, value in more.items()}
)
FORMS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {"separators": (",", ":")}, {"ensure_ascii": False}, {"separators": (" , ", " : ")}]
)


def found(content: bytes) -> tuple[list[Found], Tally]:
    tally = Tally()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        path.write_bytes(content)
        return list(objects([str(path)], tally, is_record)), tally


def as_text(value: object) -> object:
    """Return a value with its numbers as they are written, by the standard library's reader."""
    return json.loads(json.dumps(value), parse_int=str, parse_float=str)


@settings(max_examples=40)
@given(st.lists(RECORDS, max_size=4), FORMS)
def test_whole_lines_come_back(records: list[dict[str, object]], form: dict[str, Any]) -> None:
    content = "".join(f"{json.dumps(one, **form)}\n" for one in records).encode()
    read, tally = found(content)
    assert [one.record for one in read] == as_text(records)
    assert (tally.lines, tally.bad, tally.recovered) == (len(records), 0, 0)
    assert not any(one.repeated for one in read)


@settings(max_examples=40)
@given(RECORDS, RECORDS, st.data(), FORMS)
def test_a_record_behind_one_that_was_cut_off_comes_back(
    first: dict[str, object], second: dict[str, object], data: st.DataObject, form: dict[str, Any]
) -> None:
    cut = json.dumps(first, **form).encode()
    cut = cut[: data.draw(st.integers(1, len(cut) - 1))]
    read, tally = found(cut + json.dumps(second, **form).encode() + b"\n")
    assert as_text(second) in [one.record for one in read]
    assert (tally.lines, tally.bad) == (1, 1)
    assert tally.recovered == len(read)


@settings(max_examples=40)
@given(st.lists(RECORDS, min_size=2, max_size=4))
def test_records_without_a_line_feed_between_them_come_back(records: list[object]) -> None:
    read, tally = found("".join(map(json.dumps, records)).encode())
    assert [one.record for one in read] == as_text(records)
    assert (tally.lines, tally.bad, tally.recovered) == (1, 1, len(records))


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(['"x"', "1", '{"a":1,"a":2}']))),
    st.sampled_from(["", " ", "\t"]),
)
def test_keys_that_stand_twice_are_named(members: list[tuple[str, str]], blank: str) -> None:
    text = ",".join(f'"{name}"{blank}:{value}' for name, value in members)
    ((_, twice),) = found(f"{{{text}}}\n".encode())[0]
    names = [name for name, _ in members]
    assert set(twice) == {name for name in names if names.count(name) > 1}


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b'{"v":1,"id":"x","text":"caf\xe9"}', id="not UTF-8"),
        pytest.param(b'{"v":1,"id":"\xed\xa0\x80"}', id="half a character"),
        pytest.param(b'{"v":1,"text":"{\\"v\\":1,\\"id\\":2}', id="JSON within a text"),
        pytest.param(b'{"a":' * 50_000, id="endless"),
        pytest.param(b'{"' * 5_000, id="many beginnings"),
        pytest.param(b"[[[", id="no object"),
        pytest.param(b'"text"', id="a text"),
        pytest.param(b"7", id="a number"),
        pytest.param(b'{"v":1,"id":"x"}, {"other": 1}'[1:], id="the rest of a record"),
    ],
)
def test_lines_that_hold_no_record(line: bytes) -> None:
    read, tally = found(line + b'\n{"v":1,"id":"y"}\n')
    assert [one.record["id"] for one in read] == ["y"]
    assert (tally.lines, tally.bad, tally.recovered) == (2, 1, 0)


@pytest.mark.untraced
def test_a_depth_that_only_the_second_look_refuses() -> None:
    for depth in range(sys.getrecursionlimit() - 200, sys.getrecursionlimit() + 50, 10):
        nested = b'{"a":' * depth + b"1" + b"}" * depth
        read, tally = found(b'{"v":1,"id":"x","b":%b}\n{"v":1,"id":"y"}\n' % nested)
        assert read[-1].record["id"] == "y"
        assert len(read) + tally.bad == 2


PIECES = st.binary(max_size=40) | st.sampled_from([b"\n", b'{"', b'"}', b'"v":1,"id":"'])


@settings(deadline=None, max_examples=100)
@given(st.lists(PIECES))
def test_no_bytes_are_an_error(parts: list[bytes]) -> None:
    read, tally = found(b"".join(parts))
    assert len(read) - tally.recovered + tally.bad == tally.lines


@pytest.mark.parametrize("name", ["_MOST_TRIES", "_MOST_TRIED"])
def test_a_broken_line_is_not_tried_for_ever(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    broken = b'{"a":' * 300 + b"x" * 300
    behind = b'{"v":1,"id":"y"}\n'
    assert found(broken + behind)[0] == []
    assert len(found(broken[-1_000:] + behind)[0]) == 1
    monkeypatch.setattr(usage_log, name, 100)
    assert found(broken[-1_000:] + behind)[0] == []


def test_a_line_that_is_too_long_is_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage_log, "LONGEST", 40)
    long = b'{"v":1,"id":"x","text":"' + b"a" * 200 + b'"}'
    for end in (b"\n", b"\r\n"):
        read, tally = found(long + end + b'{"v":1,"id":"y"}' + end + long)
        assert [one.record["id"] for one in read] == ["y"]
        assert (tally.lines, tally.bad) == (3, 2)


def test_a_long_line_that_just_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    line = b'{"v":1,"id":"y"}\n'
    monkeypatch.setattr(usage_log, "LONGEST", len(line))
    assert len(found(line * 3)[0]) == 3


def test_a_line_that_is_too_long_is_never_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage_log, "LONGEST", 1 << 20)
    path = tmp_path / "log"
    line = b'{"v":1,"id":"y"}\n'
    path.write_bytes(line + b'{"v":1,"id":"x","text":"' + b"a" * (16 << 20) + b'"}\n' + line)
    tracemalloc.start()
    assert sum(1 for _ in objects([str(path)], Tally(), is_record)) == 2
    assert repeated([str(path)]) == {mark("y")}
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < path.stat().st_size / 2


@pytest.mark.untraced
def test_only_a_line_at_a_time_is_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "log"
    line = json.dumps({"v": 1, "id": "x", "key": "k", "text": "y" * 300}) + "\n"
    path.write_text(line * 20_000, "utf-8")
    tracemalloc.start()
    assert sum(1 for _ in objects([str(path)], Tally(), is_record)) == 20_000
    assert len(repeated([str(path)])) == 2
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < path.stat().st_size


@pytest.mark.parametrize("name", ["usage-log.jsonl", "log"])
def test_the_files_of_a_log(tmp_path: Path, name: str) -> None:
    stem, dot, end = name.partition(".")
    names = [f"{stem}-2026-11{dot}{end}", f"{stem}-2026-11-2{dot}{end}", name]
    for one in (*names, f"{stem}2{dot}{end}", f"{stem}-2026.other", f"{name}.lock"):
        (tmp_path / one).write_text("")
    log = str(tmp_path / name)
    assert paths(log) == [str(tmp_path / one) for one in names]
    assert paths(log)[-1] == log
    assert paths(str(tmp_path / "gone" / "log")) == []
    (tmp_path / name).unlink()
    assert len(paths(log)) == 2


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["id", "key"]), TEXTS, FORMS), max_size=12))
def test_what_is_told_twice_is_marked(members: list[tuple[str, str, dict[str, Any]]]) -> None:
    lines = [json.dumps({"a": "x", name: value}, **form) for name, value, form in members]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        marks = repeated([str(path)])
    values = [value for _, value, _ in members]
    assert {mark(one) for one in values if values.count(one) > 1} <= marks
    assert not marks & {mark(one) for one in values if values.count(one) == 1}


def test_a_document_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b'\xef\xbb\xbf{"a": 1.50}\r\n')
    assert whole(str(tmp_path / "a")) == {"a": "1.50"}
