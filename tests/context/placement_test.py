from __future__ import annotations

import pytest

from ctxtally.context.loader import Loader
from ctxtally.model.record import replace
from tests.context.loading import load, order
from tests.context.shipped import profile
from tests.context.trees import made


def directories(agent: str, *paths: str, links: dict[str, str] | None = None) -> tuple[str, ...]:
    tree = made(dict.fromkeys(paths, "x"), links)
    return Loader(profile(agent), tree.entries, tree.read, len).directories()


@pytest.mark.parametrize(
    ("agent", "paths", "expected"),
    [
        pytest.param("claude-code", [], ["."], id="nothing"),
        pytest.param("claude-code", ["CLAUDE.md"], ["."], id="the top alone"),
        pytest.param(
            "claude-code",
            ["CLAUDE.md", "a/b/CLAUDE.md", "a/.claude/rules/x.md"],
            [".", "a", "a/b"],
            id="files and folders of rules",
        ),
        pytest.param(
            "claude-code",
            ["CLAUDE.md", "a/AGENTS.md", "b/CLAUDE.md"],
            [".", "b"],
            id="a file that is not read makes no difference",
        ),
        pytest.param(
            "claude-code",
            ["CLAUDE.md", ".claude/CLAUDE.md", ".claude/skills/x/CLAUDE.md"],
            ["."],
            id="nobody works in a folder of settings",
        ),
        pytest.param("codex", ["a/AGENTS.md", "a/b/AGENTS.md"], [".", "a", "a/b"], id="chain"),
        pytest.param("cursor", ["AGENTS.md", "a/AGENTS.md"], ["."], id="a workspace has no chain"),
        pytest.param("copilot", ["AGENTS.md", "a/AGENTS.md"], [".", "a"], id="top and directory"),
        pytest.param("agents-md", ["AGENTS.md", "a/AGENTS.md"], [".", "a"], id="nearest"),
        pytest.param("aider", ["AGENTS.md"], ["."], id="no files at all"),
    ],
)
def test_directories_that_differ(agent: str, paths: list[str], expected: list[str]) -> None:
    assert list(directories(agent, *paths)) == expected


def test_a_directory_that_links_to_the_same_file_does_not_differ() -> None:
    found = directories("agents-md", "AGENTS.md", links={"a/AGENTS.md": "../AGENTS.md"})
    assert found == (".",)


def test_a_directory_that_is_not_there_loads_what_lies_above() -> None:
    files = {"CLAUDE.md": "x", "a/CLAUDE.md": "x"}
    assert order(load("claude-code", files, "a/new")) == ["always CLAUDE.md", "always a/CLAUDE.md"]


def test_sibling_names_are_not_below() -> None:
    files = {"a/CLAUDE.md": "x", "ab/CLAUDE.md": "x"}
    assert order(load("claude-code", files, "a")) == ["always a/CLAUDE.md"]


def test_nearest_first() -> None:
    one = replace(profile("codex"), order="nearest-first")
    files = {"AGENTS.md": "x", "a/AGENTS.md": "y" * 32_768}
    found = load(one, files, "a")
    assert [(file.path, file.bytes_cut) for file in found.files] == [
        ("a/AGENTS.md", 0),
        ("AGENTS.md", 1),
    ]


def test_a_glob_with_stars_belongs_to_the_topmost_directory() -> None:
    path = "a/.claude/rules/.claude/rules/x.md"
    files = {path: "x"}
    assert order(load("claude-code", files, "a")) == [f"always {path}"]
    assert order(load("claude-code", files)) == [f"nested {path}"]
