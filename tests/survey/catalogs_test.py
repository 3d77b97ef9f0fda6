from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.trees import Index
from ctxtally.survey.catalogs import paths, read_catalogs
from ctxtally.survey.lookup import Tracked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxtally.model.tree import Entry
    from tests.support.repo import Repo


class Fetched(Index):
    """An index some of whose content was never fetched, as in a partial clone."""

    def sizes(self, entries: Iterable[Entry]) -> dict[str, int | None]:
        return {entry.path: None if "far" in entry.path else 9 for entry in entries}


def test_a_catalog_whose_content_is_not_here(repo: Repo) -> None:
    repo.add({"far/INDEX.yaml": "files: []\n", "INDEX.yaml": "files: []\n"})
    tree = Fetched()
    tracked = Tracked(tree, tree.listed(["*.yaml"]))
    listed, findings = read_catalogs(tree, tracked, paths(tracked.entries), registries=True)
    assert [one.catalog.path for one in listed] == ["INDEX.yaml"]
    assert [(one.rule, one.path) for one in findings] == [("not-available", "far/INDEX.yaml")]


def test_what_cannot_be_read_is_a_finding_each(repo: Repo) -> None:
    many = "modules:\n" + "  - file: a.md\n" * 2_001
    repo.add({"a/INDEX.yaml": "a: [\n", "b/INDEX.yaml": many, "c/INDEX.yaml": "files: []\n"})
    tree = Index()
    tracked = Tracked(tree, tree.listed(["*.yaml"]))
    listed, findings = read_catalogs(tree, tracked, paths(tracked.entries), registries=True)
    assert [one.catalog.path for one in listed] == ["c/INDEX.yaml"]
    assert [(one.path, one.message) for one in findings] == [
        (
            "a/INDEX.yaml",
            "column 1: not valid YAML: expected the node content, but found '<stream end>'",
        ),
        ("b/INDEX.yaml", "column 1: more than 2,000 modules"),
    ]


class TestFoldersThatAreLinks:
    def test_they_are_opened(self, repo: Repo) -> None:
        repo.add({"pool/deep/a.txt": "x\n", "src/b.txt": "x\n", "docs/c.md": "x\n"})
        (repo.root / "docs" / "linked").symlink_to("../pool")
        repo.git("add", "--all")
        tracked = Tracked(Index(), Index().listed(["*.md"]))
        tracked.gather_folders(["docs/linked/deep/a.txt", "docs/c/d.txt", "docs/x.txt", "top.txt"])
        assert tracked.links == {"docs/linked": "../pool"}
        assert set(tracked.entries) == {"docs/c.md", "docs/linked", "pool/deep/a.txt"}
        assert tracked.asked == {"docs/linked", "docs/c", "pool"}

    def test_a_folder_with_tracked_files_is_none(self, repo: Repo) -> None:
        repo.add({"docs/c.md": "x\n", "docs/other.txt": "x\n"})
        tracked = Tracked(Index(), Index().listed(["*.md"]))
        tracked.gather_folders(["docs/gone.txt"])
        assert (set(tracked.entries), tracked.asked) == ({"docs/c.md"}, set())
