"""What git listed is told again only while the index is the same."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import listings, plumbing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.support.repo import Repo

SPECS = (":(top)*.md",)


class Asked:
    """`listings.listing` for one repository; counts how often git had to be asked."""

    def __init__(self, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
        self._real = plumbing.listing
        self._times = 0
        self.repo = repo
        monkeypatch.setattr(plumbing, "listing", self._asked)

    def _asked(self, pathspecs: Sequence[str]) -> bytes:
        self._times += 1
        return self._real(pathspecs)

    def __call__(self, specs: Sequence[str] = SPECS) -> tuple[list[bytes], bool]:
        """Return the names that are listed, and whether git was asked for them."""
        before = self._times
        told = listings.listing(specs)
        assert told == self._real(specs)
        names = [record.partition(b"\t")[2] for record in told.split(b"\0")[:-1]]
        return names, self._times > before

    def staging(self, path: str) -> None:
        """Stage a file while git is being asked."""

        def late(pathspecs: Sequence[str]) -> bytes:
            told = self._real(pathspecs)
            self.repo.add({path: "x\n"})
            return told

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(plumbing, "listing", late)
            listings.listing(SPECS)


@pytest.fixture
def asked(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Asked:
    repo.commit("base", {"a.md": "1\n", "b.txt": "1\n"})
    return Asked(repo, monkeypatch)


def test_git_is_asked_once_for_an_index(asked: Asked) -> None:
    assert asked() == ([b"a.md"], True)
    assert asked() == ([b"a.md"], False)
    asked.repo.git("commit", "--quiet", "--allow-empty", "--message", "empty")
    assert asked() == ([b"a.md"], False)


def test_git_is_asked_again_after_staging(asked: Asked) -> None:
    asked()
    asked.repo.add({"b.txt": "2\n"})
    assert asked() == ([b"a.md"], True)
    asked.repo.add({"c.md": "1\n"})
    assert asked() == ([b"a.md", b"c.md"], True)
    assert asked() == ([b"a.md", b"c.md"], False)


def test_git_is_asked_for_other_pathspecs(asked: Asked) -> None:
    asked()
    assert asked((":(top)*.txt",)) == ([b"b.txt"], True)
    assert asked() == ([b"a.md"], True), "one listing is kept"


def test_git_is_asked_for_another_index(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    asked()
    monkeypatch.setenv("GIT_INDEX_FILE", "another-index")
    assert asked() == ([], True), "there is none yet"
    index = asked.repo.root / ".git" / "index"
    shutil.copyfile(index, asked.repo.root / "another-index")
    assert asked() == ([b"a.md"], False), "a copy of one that is known"


def test_what_is_staged_while_git_is_asked(asked: Asked) -> None:
    asked.staging("c.md")
    assert asked() == ([b"a.md", b"c.md"], True)


@pytest.mark.parametrize(
    "setting",
    [
        pytest.param(("update-index", "--index-version", "4"), id="compressed names"),
        pytest.param(("update-index", "--split-index"), id="split index"),
        pytest.param(("update-index", "--force-untracked-cache"), id="untracked cache"),
        pytest.param(("update-index", "--force-write-index"), id="written again"),
    ],
)
def test_forms_of_an_index(asked: Asked, setting: tuple[str, ...]) -> None:
    asked()
    asked.repo.git(*setting)
    assert asked()[0] == [b"a.md"]
    assert asked() == ([b"a.md"], False)
    asked.repo.add({"c.md": "1\n"})
    assert asked() == ([b"a.md", b"c.md"], True)


def test_an_index_without_checksum_is_always_listed(asked: Asked) -> None:
    index = asked.repo.root / ".git" / "index"
    data = index.read_bytes()
    index.write_bytes(data[:-20] + bytes(20))  # as `index.skipHash` leaves it
    assert asked() == ([b"a.md"], True)
    assert asked() == ([b"a.md"], True)


@pytest.mark.parametrize("broken", [b"", b"ctxtally 1 k d\n", b"\xff" * 99])
def test_a_broken_memory_is_as_good_as_none(asked: Asked, broken: bytes) -> None:
    asked()
    kept = asked.repo.root / ".git" / "ctxtally" / "listing"
    kept.write_bytes(broken)
    assert asked() == ([b"a.md"], True)
    assert asked() == ([b"a.md"], False)
