from __future__ import annotations

import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.model.tree import EXECUTABLE, REGULAR, SUBMODULE, SYMLINK, Entry
from ctxtally.text.paths import Listing, Place, Refused, is_pattern, normalised, place


def listing(*paths: str, **links: str) -> Listing:
    """Track regular files, and links from a key's path (`__` for `/`) to its value."""
    texts = {name.replace("__", "/"): text for name, text in links.items()}
    entries = {path: Entry(path=path, mode=REGULAR, oid=path) for path in paths}
    entries |= {path: Entry(path=path, mode=SYMLINK, oid=path) for path in texts}
    return Listing(entries=entries, links=texts)


@pytest.mark.parametrize(
    ("written", "base", "path"),
    [
        pytest.param("docs/a.md", "", "docs/a.md", id="as it stands"),
        pytest.param("docs/../docs/a.md", "", "docs/a.md", id="up and down again"),
        pytest.param("./docs//a.md", "", "docs/a.md", id="dots and doubled slashes"),
        pytest.param("a.md", "docs", "docs/a.md", id="from a directory"),
        pytest.param("../a.md", "docs/x", "docs/a.md", id="up, but not out"),
        pytest.param("docs/", "", "docs", id="a directory"),
        pytest.param("..", "docs", ".", id="the top"),
        pytest.param("a b.md", "", "a b.md", id="a space"),
        pytest.param("notes:today.md", "", "notes:today.md", id="a colon"),
        pytest.param(".gitignore", "", ".gitignore", id="begins like git's directory"),
        pytest.param("a$b~.md", "", "a$b~.md", id="signs that mean nothing there"),
        pytest.param("-rf", "", "-rf", id="a leading dash"),
    ],
)
def test_paths_inside(written: str, base: str, path: str) -> None:
    assert normalised(written, base) == path


@pytest.mark.parametrize(
    ("written", "base", "reason"),
    [
        ("", "", "empty"),
        (" \t", "docs", "empty"),
        ("a\0b", "", "nul"),
        ("/etc/passwd", "docs", "absolute"),
        ("~/.ssh/id_rsa", "", "home"),
        ("~root/x", "", "home"),
        ("$HOME/x", "", "variable"),
        ("${HOME}/x", "", "variable"),
        ("file:///etc/passwd", "", "url"),
        ("file:/etc/passwd", "", "url"),
        ("HTTPS://example.org/a.md", "", "url"),
        ("C:\\Windows\\win.ini", "", "drive"),
        ("c:/Windows/win.ini", "", "drive"),
        ("docs\\..\\..\\x", "", "backslash"),
        ("\\\\server\\share", "", "backslash"),
        ("..", "", "outside"),
        ("../x", "", "outside"),
        ("../../../../etc/passwd", "docs/context", "outside"),
        ("../repo-evil/x", "", "outside"),
        (".git/config", "", "git"),
        ("a/../.GIT/config", "", "git"),
        ("sub/.git/config", "docs", "git"),
    ],
)
def test_paths_refused(written: str, base: str, reason: str) -> None:
    refused = normalised(written, base)
    assert isinstance(refused, Refused)
    assert refused.reason == reason


@given(
    st.lists(st.sampled_from(["..", ".", "", "a", "b.md", ".git", "~", "$X", "/"]), max_size=6),
    st.sampled_from(["", "docs", "docs/context"]),
)
def test_no_path_leaves_the_top(names: list[str], base: str) -> None:
    path = normalised("/".join(names), base)
    if isinstance(path, Refused):
        return
    # The oracle walks name by name and counts how far below the top it is.
    depth = len(base.split("/")) if base else 0
    for name in "/".join(names).split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(name, 1)
    assert depth >= 0
    assert path == "." or ".." not in path.split("/")
    assert ".git" not in path.split("/")
    assert posixpath.normpath(path) == path


TREE = listing(
    "docs/a.md",
    "AGENTS.md",
    CLAUDE_="AGENTS.md",
    docs__up="../AGENTS.md",
    docs__two="up",
    docs__folder="../docs",
    docs__out="../../secret.txt",
    docs__etc="/etc/passwd",
    docs__gone="nothing.md",
    docs__loop="loop",
    docs__ping="pong",
    docs__pong="ping",
    l5="l4",
    l4="l3",
    l3="l2",
    l2="l1",
    l1="AGENTS.md",
    l6="l5",
)


@pytest.mark.parametrize(
    ("path", "file"),
    [
        pytest.param("docs/a.md", "docs/a.md", id="a file"),
        pytest.param("CLAUDE_", "AGENTS.md", id="a link"),
        pytest.param("docs/up", "AGENTS.md", id="a link seen from its own directory"),
        pytest.param("docs/two", "AGENTS.md", id="a link to a link"),
        pytest.param("l5", "AGENTS.md", id="five links"),
        pytest.param("docs/folder/a.md", "docs/a.md", id="through a linked directory"),
    ],
)
def test_files_found(path: str, file: str) -> None:
    assert place(path, TREE) == Place(path=file)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        pytest.param("b.md", "untracked", id="nothing there"),
        pytest.param("docs", "directory", id="a directory"),
        pytest.param(".", "directory", id="the top"),
        pytest.param("docs/folder", "directory", id="a link to a directory"),
        pytest.param("docs/folder/b.md", "untracked", id="nothing in a linked directory"),
        pytest.param("docs/out", "outside", id="a link out of the tree"),
        pytest.param("docs/etc", "absolute", id="a link to an absolute path"),
        pytest.param("docs/gone", "untracked", id="a dangling link"),
        pytest.param("docs/loop", "links", id="a link to itself"),
        pytest.param("docs/ping", "links", id="two links in a circle"),
        pytest.param("l6", "links", id="six links"),
    ],
)
def test_files_not_found(path: str, reason: str) -> None:
    assert place(path, TREE).reason == reason


def test_modes() -> None:
    entries = [
        Entry(path="run", mode=EXECUTABLE, oid="1"),
        Entry(path="module", mode=SUBMODULE, oid="2"),
        Entry(path="unread", mode=SYMLINK, oid="3"),
    ]
    tree = Listing(entries={entry.path: entry for entry in entries})
    assert place("run", tree) == Place(path="run")
    assert place("module", tree) == Place(path="module", reason="submodule")
    assert place("unread", tree) == Place(path="unread", reason="empty")


def test_an_empty_listing_has_no_top() -> None:
    assert Listing(entries={}).directories == frozenset()
    assert TREE.directories == {".", "docs"}


@pytest.mark.parametrize(
    "written", ["docs/*.md", "a?.md", "a[0-9].md", "{a,b}.md", "<name>.md", "{{name}}.md"]
)
def test_patterns(written: str) -> None:
    assert is_pattern(written)


@pytest.mark.parametrize("written", ["docs/a.md", "a[].md", "a<b.md", "{}.md", "a}{b"])
def test_no_patterns(written: str) -> None:
    assert not is_pattern(written)
