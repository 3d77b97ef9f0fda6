from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.catalog.resolve import candidates, resolve, resolve_anchor, resolve_detail
from ctxtally.model.tree import REGULAR, SUBMODULE, SYMLINK, Entry
from ctxtally.text.paths import Listing
from tests.catalog.catalogs import catalog, listing

if TYPE_CHECKING:
    from ctxtally.model.catalog import Resolved

FILES = ("AGENTS.md", "docs/a.md", "docs/context/a.md", "docs/context/core/b.md", "x/c.md")
LINKS = {
    "docs/link.md": "../AGENTS.md",
    "docs/out.md": "../../secret.txt",
    "docs/loop.md": "loop.md",
    "docs/gone.md": "nothing.md",
    "docs/etc": "/etc",
    "docs/pool": "context",
}
TREE = Listing(
    entries={
        **{path: Entry(path=path, mode=REGULAR, oid="1") for path in FILES},
        **{path: Entry(path=path, mode=SYMLINK, oid="2") for path in LINKS},
        "vendor": Entry(path="vendor", mode=SUBMODULE, oid="3"),
    },
    links=LINKS,
)


def resolved(path: str, name: str = "path") -> Resolved:
    quoted = path.replace("\\", "\\\\").replace("\0", "\\u0000")
    read = catalog(f'{{"files": [{{"{name}": "{quoted}"}}]}}')
    (one,) = resolve(read.path, read.entries, TREE)
    return one


@pytest.mark.parametrize(
    ("path", "state", "file"),
    [
        pytest.param("docs/a.md", "file", "docs/a.md", id="from the top"),
        pytest.param("core/b.md", "file", "docs/context/core/b.md", id="from its directory"),
        pytest.param("context/core/b.md", "file", "docs/context/core/b.md", id="from above it"),
        pytest.param("a.md", "file", "docs/context/a.md", id="its directory before the one above"),
        pytest.param("../a.md", "file", "docs/a.md", id="up from its directory"),
        pytest.param("docs/../docs/a.md", "file", "docs/a.md", id="up and down"),
        pytest.param("docs/link.md", "file", "AGENTS.md", id="a link"),
        pytest.param("docs/context/core", "directory", "docs/context/core", id="a directory"),
        pytest.param("docs/context/core/", "directory", "docs/context/core", id="with a slash"),
        pytest.param("docs/*.md", "pattern", "", id="a glob"),
        pytest.param("docs/{a,b}.md", "pattern", "", id="a template"),
        pytest.param("docs/b.md", "missing", "", id="gone"),
        pytest.param("../repo-evil/x", "missing", "", id="a sibling of its directory"),
        pytest.param("docs/gone.md", "missing", "", id="a dangling link"),
        pytest.param("docs/pool/a.md", "file", "docs/context/a.md", id="in a linked directory"),
        pytest.param("docs/pool", "directory", "docs/context", id="a linked directory"),
        pytest.param("docs/pool/b.md", "missing", "", id="nothing in a linked directory"),
    ],
)
def test_states(path: str, state: str, file: str) -> None:
    one = resolved(path)
    assert (one.state, one.path, one.reason) == (state, file, "")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("", "empty"),
        ("a\0.md", "nul"),
        ("/etc/passwd", "absolute"),
        ("~/x.md", "home"),
        ("$HOME/x.md", "variable"),
        ("file:///etc/passwd", "url"),
        ("C:\\Windows\\win.ini", "drive"),
        ("docs\\..\\..\\x", "backslash"),
        (".git/config", "git"),
        ("../../../../etc/passwd", "outside"),
        ("docs/out.md", "outside"),
        ("docs/etc/passwd", "outside"),
        ("docs/loop.md", "links"),
        ("vendor", "submodule"),
    ],
)
def test_refused(path: str, reason: str) -> None:
    one = resolved(path)
    assert (one.state, one.path, one.reason) == ("refused", "", reason)


def test_a_file_name_is_looked_up_in_the_catalogs_directory_alone() -> None:
    assert resolved("a.md", "name").path == "docs/context/a.md"
    assert resolved("AGENTS.md", "name").state == "missing"


def test_a_file_comes_before_a_directory() -> None:
    tree = listing("core/x.md", "docs/context/core")
    read = catalog('{"files": [{"path": "core"}]}')
    (one,) = resolve(read.path, read.entries, tree)
    assert (one.state, one.path) == ("file", "docs/context/core")


def test_candidates() -> None:
    read = catalog("root_anchor: {file: A.md}\nfiles:\n- path: b.md\n- path: ../b.md\n- path: /x\n")
    assert candidates(read) == (
        "b.md",
        "docs/context/b.md",
        "docs/b.md",
        "A.md",
        "docs/context/A.md",
        "docs/A.md",
    )
    assert candidates(catalog("- path: a.md\n", "INDEX.yaml")) == ("a.md",)


def test_anchor_and_detail_file() -> None:
    index = catalog("root_anchor: {file: docs/link.md}\n")
    anchor = resolve_anchor(index, TREE)
    assert anchor
    assert (anchor.state, anchor.path) == ("file", "AGENTS.md")
    assert resolve_detail(index, TREE) is None
    text = '{"inventory": {"files": {"file_registry": {"_detail_file": "x/c.md"}}}}'
    manifest = catalog(text, "MANIFEST.json")
    detail = resolve_detail(manifest, TREE)
    assert detail
    assert (detail.state, detail.path) == ("file", "x/c.md")
    assert resolve_anchor(manifest, TREE) is None
    assert candidates(manifest) == ("x/c.md",)
