from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import stash
from ctxtally.model.progress import Change

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Repo

NOW = 1_767_323_045.0
PARENT = 4_242


@pytest.fixture
def homes(repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """Return an environment of both frameworks; `a.md` was edited, and is saved as a patch."""
    monkeypatch.setattr(stash, "seconds", lambda: NOW)
    repo.commit("base", {"a.md": "one\n"})
    repo.write({"a.md": "one\ntwo\n"})
    patch = repo.run("git", "diff-index", "--binary", "HEAD", "--").stdout
    repo.git("checkout", "--quiet", "--", ".")
    (tmp_path / "patch").write_text(patch)
    (tmp_path / "pre-commit").mkdir()
    (tmp_path / "prek" / "patches").mkdir(parents=True)
    return {
        "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"),
        "PREK_HOME": str(tmp_path / "prek"),
    }


def save(tmp_path: Path, name: str, content: str | None = None) -> None:
    text = (tmp_path / "patch").read_text() if content is None else content
    (tmp_path / name).write_text(text)


FOUND = (Change(path="a.md", added=1, deleted=0),)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(f"pre-commit/patch{NOW:.0f}-{PARENT}", id="pre-commit"),
        pytest.param(f"pre-commit/patch{NOW - 3_599:.0f}-{PARENT}", id="pre-commit, an hour ago"),
        pytest.param(f"prek/patches/{NOW * 1_000:.0f}-{PARENT}.patch", id="prek"),
    ],
)
def test_a_patch_of_our_parent_is_read(homes: dict[str, str], tmp_path: Path, name: str) -> None:
    save(tmp_path, name)
    save(tmp_path, "pre-commit/db.db", "")
    assert stash.hidden(homes, PARENT) == FOUND


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(f"pre-commit/patch{NOW:.0f}-{PARENT + 1}", id="of another process"),
        pytest.param(f"pre-commit/patch{NOW - 3_601:.0f}-{PARENT}", id="long ago"),
        pytest.param(f"pre-commit/patch{NOW + 60:.0f}-{PARENT}", id="from the future"),
        pytest.param(f"pre-commit/patch-{PARENT}", id="without a time"),
        pytest.param(f"prek/patches/x{NOW * 1_000:.0f}-{PARENT}.patch", id="another name"),
    ],
)
def test_other_patches_are_not(homes: dict[str, str], tmp_path: Path, name: str) -> None:
    save(tmp_path, name)
    assert stash.hidden(homes, PARENT) is None


def test_a_patch_of_another_repository_is_not(
    homes: dict[str, str], tmp_path: Path, repo: Repo
) -> None:
    """The same process id came again: what it changed is not what lies here."""
    save(tmp_path, f"pre-commit/patch{NOW:.0f}-{PARENT}")
    repo.commit("other", {"a.md": "something else\n"})
    assert stash.hidden(homes, PARENT) is None
    save(tmp_path, f"pre-commit/patch{NOW:.0f}-{PARENT}", "no patch at all\n")
    assert stash.hidden(homes, PARENT) is None


def test_the_newest_of_several(homes: dict[str, str], tmp_path: Path) -> None:
    save(tmp_path, f"pre-commit/patch{NOW - 9:.0f}-{PARENT}", "no patch\n")
    save(tmp_path, f"pre-commit/patch{NOW - 1:.0f}-{PARENT}")
    assert stash.hidden(homes, PARENT) == FOUND


@pytest.mark.parametrize("variable", ["XDG_CACHE_HOME", "HOME"])
def test_where_the_homes_are_by_default(
    homes: dict[str, str], tmp_path: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert homes
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    cache = tmp_path if variable == "XDG_CACHE_HOME" else tmp_path / ".cache"
    (cache / "pre-commit").mkdir(parents=True, exist_ok=True)
    save(cache, f"pre-commit/patch{NOW:.0f}-{PARENT}", (tmp_path / "patch").read_text())
    given = {variable: str(tmp_path)} if variable == "XDG_CACHE_HOME" else {}
    assert stash.hidden(given, PARENT) == FOUND


def test_no_home_at_all(homes: dict[str, str], tmp_path: Path) -> None:
    gone = {name: os.path.join(tmp_path, "gone") for name in homes}
    assert stash.hidden(gone, PARENT) is None
