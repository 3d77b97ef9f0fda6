from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.tokens import cache
from ctxtally.tokens.cache import CountCache, cache_key
from ctxtally.tokens.counters import counter

if TYPE_CHECKING:
    from pathlib import Path

KEY = "o200k_base@446a9538"
OTHER_KEY = "cl100k_base@223921b7"


def oid(number: int) -> str:
    return hashlib.sha1(b"%d" % number, usedforsecurity=False).hexdigest()


A, B, C = oid(1), oid(2), oid(3)


def test_counts_are_found_in_this_run_and_the_next(tmp_path: Path) -> None:
    path = tmp_path / "ctxtally" / "counts"
    first = CountCache(str(path))
    assert first.find(KEY, [A]) == {}
    first.add(KEY, {A: 12, B: 0})
    assert first.find(KEY, [A, B, C]) == {A: 12, B: 0}
    second = CountCache(str(path))
    assert second.find(KEY, [C, B, A]) == {B: 0, A: 12}
    assert second.find(OTHER_KEY, [A, B]) == {}
    assert (first.warning, second.warning) == (None, None)


def test_one_line_per_count_is_appended(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    CountCache(str(path)).add(KEY, {A: 12, B: 7})
    CountCache(str(path)).add(OTHER_KEY, {A: 13})
    assert path.read_bytes() == f"{A} {KEY} 12\n{B} {KEY} 7\n{A} {OTHER_KEY} 13\n".encode()


def test_nothing_is_written_for_no_counts(tmp_path: Path) -> None:
    found = CountCache(str(tmp_path / "counts"))
    found.add(KEY, {})
    assert not list(tmp_path.iterdir())


def test_a_cache_in_the_working_directory_needs_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    CountCache("counts").add(KEY, {A: 1})
    assert CountCache("counts").find(KEY, [A]) == {A: 1}


def test_blob_ids_may_be_sha_256(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    name = hashlib.sha256(b"x").hexdigest()
    CountCache(str(path)).add(KEY, {name: 5})
    assert CountCache(str(path)).find(KEY, [name]) == {name: 5}


def test_the_key_names_the_counter_and_its_data() -> None:
    assert cache_key(counter("o200k")) == KEY
    assert cache_key(counter("gpt-4")) == OTHER_KEY


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(f"{A} {KEY} -1\n", id="negative"),
        pytest.param(f"{A} {KEY} 1e3\n", id="no whole number"),
        pytest.param(f"{A} {KEY} 0x10\n", id="hexadecimal"),
        pytest.param(f"{A} {KEY} \n", id="empty count"),
        pytest.param(f"{A} {KEY} 1000000001\n", id="more tokens than any file has"),
        pytest.param(f"{A} {KEY} {'9' * 5000}\n", id="thousands of digits"),
        pytest.param(f"{A} {KEY} ١٢\n", id="other digits"),
        pytest.param(f"{A} {KEY} 12", id="torn before the line feed"),
        pytest.param(f"{A} {KEY}\n", id="two fields"),
        pytest.param(f"{A} {KEY} 12 13\n", id="four fields"),
        pytest.param(f"{A}  {KEY} 12\n", id="two spaces"),
        pytest.param(f"{A}\t{KEY}\t12\n", id="tabs"),
        pytest.param(f"{A} {KEY} 12\r\n", id="CRLF"),
        pytest.param(f"{A.upper()} {KEY} 12\n", id="capitals"),
        pytest.param(f"{A[:39]} {KEY} 12\n", id="a short id"),
        pytest.param(f"{A[:39]}g {KEY} 12\n", id="no hexadecimal"),
        pytest.param("\0" * 100 + "\n", id="zeros of a crashed disk"),
        pytest.param(f"{A} {KEY} 1{B} {KEY} 2\n", id="two torn lines grown together"),
    ],
)
def test_a_malformed_line_is_skipped_and_the_others_are_read(tmp_path: Path, line: str) -> None:
    path = tmp_path / "counts"
    torn = not line.endswith("\n")
    path.write_text(f"{B} {KEY} 7\n{line}" + ("" if torn else f"{C} {KEY} 8\n"), newline="")
    found = CountCache(str(path))
    assert found.find(KEY, [A, B, C]) == {B: 7} | ({} if torn else {C: 8})
    assert found.warning is None


def test_after_a_torn_line_what_is_added_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    path.write_text(f"{A} {KEY} 1")
    CountCache(str(path)).add(KEY, {B: 2, C: 3})
    # B was appended to the torn line, so both are lost; that is time, not a wrong count.
    assert CountCache(str(path)).find(KEY, [A, B, C]) == {C: 3}


@given(content=st.binary(max_size=400))
def test_any_content_is_read_without_an_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "counts"
    path.write_bytes(content)
    found = CountCache(str(path))
    assert found.find(KEY, [A]) == {}
    assert found.warning is None


def unusable(reason: str) -> str:
    return f"the count cache cannot be used ({reason}): every file is counted anew"


def test_a_directory_in_its_place_is_told_and_does_no_harm(tmp_path: Path) -> None:
    found = CountCache(str(tmp_path))
    assert found.find(KEY, [A]) == {}
    assert found.warning == unusable("not a regular file")
    found.add(KEY, {A: 3})
    assert found.find(KEY, [A]) == {A: 3}
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="making links needs a privilege on Windows")
def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("mine\n")
    path = tmp_path / "counts"
    path.symlink_to(target)
    found = CountCache(str(path))
    found.add(KEY, {A: 3})
    assert found.warning == unusable("not a regular file")
    assert target.read_text() == "mine\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    os.mkfifo(path)
    found = CountCache(str(path))
    assert found.find(KEY, [A]) == {}
    assert found.warning == unusable("not a regular file")


def test_a_file_where_its_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "counts"
    found = CountCache(str(path))
    found.add(KEY, {A: 3})
    assert found.find(KEY, [A]) == {A: 3}
    assert found.warning is not None
    assert found.warning.startswith("the count cache cannot be used (")


def test_what_cannot_be_written_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "counts"
    found = CountCache(str(path))
    writes = []

    def full(descriptor: int, data: bytes) -> NoReturn:
        writes.append((descriptor, data))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    found.add(KEY, {A: 3})
    found.add(KEY, {B: 4})
    assert found.find(KEY, [A, B]) == {A: 3, B: 4}
    assert found.warning == unusable("No space left on device")
    assert len(writes) == 1


def repeated(times: int) -> str:
    return f"{A} {KEY} 1\n" * (times - 1) + f"{A} {KEY} 5\n{B} {OTHER_KEY} 6\n"


def test_a_wasteful_file_is_rewritten_with_what_is_of_use(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    path.write_text(repeated(1_200))
    found = CountCache(str(path))
    found.add(KEY, {C: 7})
    found.add(OTHER_KEY, {C: 8})
    assert path.read_text() == (f"{A} {KEY} 5\n{C} {KEY} 7\n{B} {OTHER_KEY} 6\n{C} {OTHER_KEY} 8\n")
    assert [one.name for one in tmp_path.iterdir()] == ["counts"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(repeated(500), id="wasteful but small"),
        pytest.param("".join(f"{oid(n)} {KEY} {n}\n" for n in range(1_500)), id="large but useful"),
    ],
)
def test_another_file_is_only_appended_to(tmp_path: Path, content: str) -> None:
    path = tmp_path / "counts"
    path.write_text(content)
    CountCache(str(path)).add(KEY, {C: 7})
    assert path.read_text() == content + f"{C} {KEY} 7\n"


def test_a_huge_file_is_read_from_its_middle_and_rewritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "LARGEST_BYTES", 2_000)
    path = tmp_path / "counts"
    lines = [f"{oid(n)} {KEY} {n}\n" for n in range(100)]
    path.write_text("".join(lines))
    found = CountCache(str(path))
    kept = found.find(KEY, [oid(n) for n in range(100)])
    assert list(kept.values()) == list(range(100 - len(kept), 100))
    assert 10 <= len(kept) <= 1_000 // len(lines[0]) + 1
    found.add(KEY, {C: 7})
    assert path.read_text() == "".join(lines[-len(kept) :]) + f"{C} {KEY} 7\n"


def test_a_rewrite_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "counts"
    path.write_text(repeated(1_200))
    monkeypatch.setattr(os, "replace", refuse)
    found = CountCache(str(path))
    found.add(KEY, {C: 7})
    assert found.warning == unusable("Permission denied")
    assert path.read_text() == repeated(1_200)
    assert [one.name for one in tmp_path.iterdir()] == ["counts"]


def test_a_rewrite_that_cannot_begin_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    path.write_text(repeated(1_200))
    (tmp_path / f"counts.{os.getpid()}.tmp").mkdir()
    found = CountCache(str(path))
    found.add(KEY, {C: 7})
    assert found.warning is not None
    assert path.read_text() == repeated(1_200)


WRITER = """
import sys
from ctxtally.tokens.cache import CountCache
path, number = sys.argv[1], int(sys.argv[2])
cache = CountCache(path)
for batch in range(50):
    cache.add("o200k_base@446a9538", {f"{number:08x}{batch:016x}{n:016x}": n for n in range(20)})
    cache.find("o200k_base@446a9538", [])
assert cache.warning is None
"""


def test_eight_processes_may_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(number)])
        for number in range(8)
    ]
    assert [writer.wait(timeout=120) for writer in writers] == [0] * 8
    names = [
        f"{number:08x}{batch:016x}{n:016x}"
        for number in range(8)
        for batch in range(50)
        for n in range(20)
    ]
    assert CountCache(str(path)).find(KEY, names) == {name: int(name[-16:], 16) for name in names}
    assert path.read_bytes().count(b"\n") == len(names)
