from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

from ctxtally.tokens.plugins import GROUP, installed, version
from tests.tokens.plugins import install

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_counters_are_found_by_name_and_none_with_white_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch)
    found = installed()
    assert found["words"].value == "our_counters:words"
    assert version(found["words"]) == "1.2"
    assert "two words" not in found


def test_of_two_with_one_name_it_is_always_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, target in (("first", "our_counters:words"), ("second", "a_counters:words")):
        directory = tmp_path / name
        directory.mkdir()
        points = f"[ctxtally.counters]\nwords = {target}\n"
        install(directory, monkeypatch, points=points, name=name)
    assert installed()["words"].value == "a_counters:words"


def test_a_counter_of_no_package_has_no_version() -> None:
    assert version(EntryPoint(name="x", value="y:z", group=GROUP)) == "unknown"
