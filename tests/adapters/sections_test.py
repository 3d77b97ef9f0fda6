"""Sections are read one by one, and only whole ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters.sections import Sections, write_sections

if TYPE_CHECKING:
    from pathlib import Path

PARTS = [b"first", b"", b"the third"]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = str(tmp_path / "parts")
    section = Sections(path, write_sections(path, PARTS))
    assert [section(2), section(0), section(1)] == [b"the third", b"first", b""]


def test_a_torn_section_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "parts"
    section = Sections(str(path), write_sections(str(path), PARTS))
    path.write_bytes(b"first the th")
    assert section(0) == b"first"
    with pytest.raises(ValueError, match="parts"):
        section(2)


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "parts"
    section = Sections(str(path), write_sections(str(path), PARTS))
    path.unlink()
    with pytest.raises(OSError, match="parts"):
        section(0)
