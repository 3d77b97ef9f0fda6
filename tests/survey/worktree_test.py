from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters.git import place
from ctxtally.adapters.trees import Index
from ctxtally.errors import UserError
from ctxtally.survey import worktree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.repo import Repo

FILES = {f"{name}.md": f"{name}\n" for name in "abcdefg"}


class TestSame:
    def test_as_in_the_index(self, repo: Repo) -> None:
        repo.add(FILES)
        repo.write({"other.md": "untracked\n"})
        assert worktree.same(place(), Index(), ["a.md", "b.md", "other.md"]) == {
            "a.md": False,
            "b.md": False,
        }

    def test_line_ends_of_the_platform(self, repo: Repo) -> None:
        repo.add(FILES | {"crlf.md": "one\r\ntwo\r\n"})
        repo.write({"a.md": "a\r\n"})
        assert worktree.same(place(), Index(), ["a.md", "b.md", "crlf.md"]) == {
            "a.md": True,
            "b.md": False,
            "crlf.md": False,
        }

    @pytest.mark.parametrize(
        ("change", "named"),
        [
            pytest.param(lambda top: (top / "a.md").write_text("edited\n"), "a.md", id="edited"),
            pytest.param(lambda top: (top / "a.md").unlink(), "a.md", id="deleted"),
            pytest.param(
                lambda top: [(top / name).write_text("edited\n") for name in FILES],
                "a.md, b.md, c.md, d.md, e.md and 2 more",
                id="many",
            ),
        ],
    )
    def test_what_differs_is_refused(
        self, repo: Repo, change: Callable[[Path], object], named: str
    ) -> None:
        repo.add(FILES)
        change(repo.root)
        with pytest.raises(UserError) as caught:
            worktree.same(place(), Index(), FILES)
        assert str(caught.value) == f"{named}: not the same in the work tree as in the index"
        assert caught.value.help == "`git add` what you changed, or `git stash` it, then run again"


class TestWrite:
    def test_content_and_mode(self, repo: Repo) -> None:
        repo.write({"docs/a.md": "old\n"})
        path = repo.root / "docs" / "a.md"
        path.chmod(0o755)
        worktree.write(place(), "docs/a.md", b"new\n", crlf=True)
        assert path.read_bytes() == b"new\r\n"
        assert os.name == "nt" or path.stat().st_mode & 0o777 == 0o755
        worktree.write(place(), "new/b.md", b"b\r\n\n", crlf=True)
        assert (repo.root / "new" / "b.md").read_bytes() == b"b\r\n\n"
        assert os.listdir(repo.root / "docs") == ["a.md"]

    @pytest.mark.parametrize("link", ["docs", "docs/a.md"])
    def test_never_through_a_link(self, repo: Repo, tmp_path: Path, link: str) -> None:
        outside = tmp_path / "outside"
        outside.mkdir()
        (repo.root / link).parent.mkdir(exist_ok=True)
        (repo.root / link).symlink_to(outside)
        with pytest.raises(UserError) as caught:
            worktree.write(place(), "docs/a.md", b"x")
        assert str(caught.value) == "docs/a.md: not written, a link leads there"
        assert list(outside.iterdir()) == []

    def test_where_nothing_can_be_written(self, repo: Repo) -> None:
        repo.write({"docs": "a file\n"})
        with pytest.raises(UserError) as caught:
            worktree.write(place(), "docs/a.md", b"x")
        assert str(caught.value) == "docs/a.md: cannot be written"

    def test_what_lies_there_is_not_replaced(self, repo: Repo) -> None:
        (repo.root / "a.json").symlink_to("nowhere")
        worktree.refuse_present(place(), ["b.json"])
        with pytest.raises(UserError) as caught:
            worktree.refuse_present(place(), ["b.json", "a.json"])
        assert str(caught.value) == "a.json is there already, and is not replaced"
