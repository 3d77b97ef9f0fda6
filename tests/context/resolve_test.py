from __future__ import annotations

import pytest

from ctxtally.context.resolve import Lookup
from ctxtally.model.tree import SUBMODULE, Entry
from ctxtally.text.paths import Place
from tests.context.trees import made

TREE = made(
    {"docs/a.md": "x", "pool/deep/b.md": "x"},
    {
        "link.md": "docs/a.md",
        "docs/back.md": "../link.md",
        "folder": "pool",
        "pool/inner": "deep",
        "out": "/etc",
        "up.md": "../x.md",
        "gone.md": "nowhere.md",
        "circle": "circle",
        "home.md": "~/x.md",
        "tree": "docs",
    },
)
ENTRIES = {**TREE.entries, "sub": Entry(path="sub", mode=SUBMODULE, oid="1")}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        pytest.param("docs/a.md", Place(path="docs/a.md"), id="a file"),
        pytest.param("link.md", Place(path="docs/a.md"), id="a link"),
        pytest.param("docs/back.md", Place(path="docs/a.md"), id="a link to a link"),
        pytest.param("folder/deep/b.md", Place(path="pool/deep/b.md"), id="a linked directory"),
        pytest.param("folder/inner/b.md", Place(path="pool/deep/b.md"), id="two of them"),
        pytest.param("folder", Place(path="pool", reason="directory"), id="the directory itself"),
        pytest.param("docs", Place(path="docs", reason="directory"), id="a directory"),
        pytest.param(".", Place(path=".", reason="directory"), id="the top"),
        pytest.param("docs/x.md", Place(path="docs/x.md", reason="untracked"), id="not tracked"),
        pytest.param("out/passwd", Place(path="out", reason="absolute"), id="out of the tree"),
        pytest.param("up.md", Place(path="up.md", reason="outside"), id="above the top"),
        pytest.param("home.md", Place(path="home.md", reason="home"), id="home"),
        pytest.param("gone.md", Place(path="nowhere.md", reason="untracked"), id="dangling"),
        pytest.param("circle/x", Place(path="circle/x", reason="links"), id="a circle"),
        pytest.param("sub", Place(path="sub", reason="submodule"), id="a submodule"),
        pytest.param("sub/x", Place(path="sub/x", reason="untracked"), id="in a submodule"),
    ],
)
def test_place(path: str, place: Place) -> None:
    assert Lookup(ENTRIES, TREE.link).place(path) == place


def test_a_link_that_cannot_be_read() -> None:
    assert Lookup(ENTRIES, lambda _: None).place("link.md") == Place(path="link.md", reason="empty")


def test_each_link_is_read_once() -> None:
    asked: list[str] = []

    def link(entry: Entry) -> str | None:
        asked.append(entry.path)
        return TREE.link(entry)

    lookup = Lookup(ENTRIES, link)
    for _ in range(3):
        lookup.place("link.md")
    assert asked == ["link.md"]
    assert lookup.link_text("not/there") is None
