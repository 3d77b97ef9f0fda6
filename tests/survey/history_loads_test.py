"""A tree put together from changes answers as git does, whatever was asked of those before it."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters.history import Objects, Past
from ctxtally.adapters.trees import Revision
from ctxtally.model.history import GONE, Change, Commit
from ctxtally.model.tree import Entry
from ctxtally.survey.history_loads import Snapshot

if TYPE_CHECKING:
    from tests.support.repo import Repo

PATHS = ("a.md", "docs/a.md", "docs/b.txt", "docs/deep/c.md", "src/x.c")
ASKED = ("a.md", "docs", "docs/deep", "docs/a.md", "src", "nowhere", "nowhere/a.md")
SPECS = ("*.md", "src")


@pytest.mark.parametrize("seed", range(5))
def test_it_answers_as_the_commit_does(repo: Repo, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a seed, not a secret
    there: set[str] = set()
    for at in range(12):
        path = random.choice(PATHS)
        if path in there:
            repo.git("rm", "--quiet", path)
            there.remove(path)
            repo.commit(f"{at}")
        else:
            there.add(path)
            repo.commit(f"{at}", {path: f"{at}\n"})
    past = Past(repo.git("rev-parse", "HEAD"))
    entries: dict[str, Entry] = {}
    kept: Snapshot | None = None
    with Objects(past) as objects:
        for commit in past.commits():
            for change in commit.changes:
                if change.mode == GONE:
                    del entries[change.path]
                else:
                    entries[change.path] = Entry(path=change.path, mode=change.mode, oid=change.oid)
            if kept is not None and not kept.concerns(commit):
                continue
            tree = Snapshot(commit, entries, objects, kept)
            of_git = Revision(commit.id)
            for path in random.sample(ASKED, k=4):
                assert tree.find([path]) == of_git.find([path]), (commit.subject, path)
            assert tree.listed(SPECS) == of_git.listed(SPECS), commit.subject
            kept = tree


def test_what_nobody_asked_again_is_asked_of_git_again(repo: Repo) -> None:
    """A folder that was empty when it was asked for last may be filled by a commit since."""
    objects = Objects(Past(repo.commit("base")))
    entries: dict[str, Entry] = {}
    first = Snapshot(_commit(), entries, objects)
    assert first.find(["docs"]) == {}
    second = Snapshot(_commit("a.md"), entries, objects, first)
    assert second.find(["a.md"]) == {}
    between = _commit("docs/x.md")
    assert not second.concerns(between)
    entry = Entry(path="docs/x.md", mode="100644", oid="1" * 40)
    entries["docs/x.md"] = entry
    third = Snapshot(_commit("b.md"), entries, objects, second)
    assert third.find(["docs"]) == {"docs/x.md": entry}


def _commit(*paths: str) -> Commit:
    changes = tuple(Change(path=one, mode="100644", oid="1" * 40, added=True) for one in paths)
    return Commit(id="2" * 40, parents=(), seconds=0, date="", subject="", changes=changes)
