from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.git import place
from ctxtally.adapters.trees import Index
from ctxtally.survey.overlay import Overlay

if TYPE_CHECKING:
    from tests.support.repo import Repo


def test_an_overlay_is_the_index_after_the_change(repo: Repo) -> None:
    files = {"a.md": "one\n", "docs/b.md": "two\n", "docs/c.txt": "three\n"}
    repo.add(files)
    over = Overlay(Index(), {"docs/b.md": b"four and more\n"}, place().object_format)
    seen = {
        "listed": over.listed(["*.md"], ["docs/c.txt"]),
        "found": over.find(["docs"]),
    }
    sizes = over.sizes(seen["listed"].values())
    contents = {entry.path: (entry.oid, raw) for entry, raw in over.read(seen["listed"].values())}
    repo.add({"docs/b.md": "four and more\n"})
    after = Index()
    assert seen == {"listed": after.listed(["*.md"], ["docs/c.txt"]), "found": after.find(["docs"])}
    assert sizes == after.sizes(seen["listed"].values())
    assert contents == {
        entry.path: (entry.oid, raw) for entry, raw in after.read(seen["listed"].values())
    }
    assert (over.subject, over.torn) == ("index", False)
