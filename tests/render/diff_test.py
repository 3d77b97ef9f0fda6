from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctxtally.render.diff import diff
from tests.support.repo import Repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(b"a\nb\n", b"a\nc\n", "@@ -1,2 +1,2 @@\n a\n-b\n+c", id="a line"),
        pytest.param(
            b"a",
            b"b",
            "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file",
            id="no line end",
        ),
        pytest.param(b"a\r\n", b"b\r\n", "@@ -1 +1 @@\n-a\r\n+b\r", id="CRLF"),
        pytest.param(b"\ta\n", b"\tb\n", "@@ -1 +1 @@\n-\ta\n+\tb", id="a tab"),
        pytest.param(b"\x1b[31m\n", b"b\x0cb\n", "@@ -1 +1 @@\n-\\x1b[31m\n+b\\x0cb", id="escapes"),
    ],
)
def test_lines(old: bytes, new: bytes, expected: str) -> None:
    assert diff({"a.md": old}, {"a.md": new}) == f"--- a/a.md\n+++ b/a.md\n{expected}"


def test_files_in_order_and_new_ones() -> None:
    assert diff({"b": b"1\n"}, {"b": b"2\n", "a": b"x\n", "c\x1b": b""}) == (
        "--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+x\n--- a/b\n+++ b/b\n@@ -1 +1 @@\n-1\n+2"
    )


def test_nothing_changed() -> None:
    assert diff({"a": b"1\n"}, {"a": b"1\n"}) == ""


TEXT = st.lists(st.sampled_from(["", "a", "-- b", "++ c", "\td", "e "]), max_size=6)


@settings(max_examples=15, deadline=None)
@given(old=TEXT, new=TEXT, end=st.sampled_from(["\n", "\r\n"]), cut=st.booleans())
def test_git_applies_it(
    tmp_path_factory: pytest.TempPathFactory,
    old: list[str],
    new: list[str],
    end: str,
    cut: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    root: Path = tmp_path_factory.mktemp("apply")
    repo = Repo(root)
    before = "".join(line + end for line in ["first", *old]).encode()
    after = "".join(line + end for line in ["last", *new]).encode()
    after = after.removesuffix(b"\n") if cut else after
    repo.write({"a b.md": before, "the.diff": diff({"a b.md": before}, {"a b.md": after}) + "\n"})
    repo.git("apply", "--whitespace=nowarn", "the.diff")
    assert (root / "a b.md").read_bytes() == after
