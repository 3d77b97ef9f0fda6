from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import usage_tail
from ctxtally.adapters.usage_tail import operations
from ctxtally.model.session import Operation

if TYPE_CHECKING:
    from pathlib import Path


def line(**fields: object) -> str:
    return json.dumps({"v": 1, "kind": "usage"} | fields, separators=(",", ":"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (line(tokens=5, session="a") + "\n" + line(tokens=7) + "\n", [("a", 5), ("", 7)]),
        (line(kind="budget", tokens=5) + "\n", []),
        (line(tokens=5)[:-1] + "\n" + line(tokens=6), [("", 6)]),
        (line(tokens="5") + "\n" + line(tokens=-1) + "\n" + line(tokens=True) + "\n", []),
        (line(tokens=5, session=None) + "\n" + line() + "\n", []),
        ('["kind":"usage"]\n"x"kind":"usage""\n', []),
    ],
)
def test_what_was_logged(tmp_path: Path, text: str, expected: list[tuple[str, int]]) -> None:
    path = tmp_path / "log"
    path.write_text(text, "utf-8")
    assert [(one.session, one.tokens) for one in operations(str(path))] == expected


def test_only_the_end_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log"
    path.write_text("".join(f"{line(tokens=number)}\n" for number in range(100)), "utf-8")
    monkeypatch.setattr(usage_tail, "TAIL_BYTES", 3 * len(line(tokens=99)) + 5)
    assert operations(str(path)) == tuple(
        Operation(session="", tokens=number) for number in (97, 98, 99)
    )


def test_what_is_no_file(tmp_path: Path) -> None:
    assert operations(str(tmp_path)) == operations(str(tmp_path / "gone")) == ()
