from __future__ import annotations

import pytest

from ctxtally.model.analysis import Group
from ctxtally.usage.mentions import mentions

PATHS = ("MANIFEST.json", "CLAUDE.md", "docs/CLAUDE.md", "docs/testing.md")


@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ("read MANIFEST.json", "MANIFEST.json"),
        ("read `docs/testing.md`, twice", "docs/testing.md"),
        ("read ./docs/testing.md", "docs/testing.md"),
        ("testing.md", "docs/testing.md"),
        ("CLAUDE.md", "CLAUDE.md"),
        ("docs/CLAUDE.md", "docs/CLAUDE.md"),
        ("CLAUDE.md and CLAUDE.md", "CLAUDE.md"),
    ],
)
def test_an_operation_names_a_file(operation: str, path: str) -> None:
    assert mentions([Group(name=operation, operations=3)], PATHS) == {path: 3}


@pytest.mark.parametrize(
    "operation", ["", "read", "read MANIFEST.json.bak", "xMANIFEST.json", "other/testing.md"]
)
def test_an_operation_names_none(operation: str) -> None:
    assert mentions([Group(name=operation, operations=3)], PATHS) == {}


def test_a_name_that_two_files_have_means_neither() -> None:
    assert mentions([Group(name="read CLAUDE.md", operations=3)], ["a/CLAUDE.md", "CLAUDE/x"]) == {
        "a/CLAUDE.md": 3
    }
    assert mentions([Group(name="CLAUDE.md", operations=3)], ["a/CLAUDE.md", "b/CLAUDE.md"]) == {}


def test_operations_add_up() -> None:
    groups = [Group(name="read CLAUDE.md", operations=3), Group(name="CLAUDE.md", operations=4)]
    assert mentions(groups, PATHS) == {"CLAUDE.md": 7}
