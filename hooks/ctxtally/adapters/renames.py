"""Which files git takes for renamed ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.plumbing import answer
from ctxtally.adapters.trees import Revision, WorkTree

if TYPE_CHECKING:
    from ctxtally.model.tree import Tree

_ASKED = ("-r", "-z", "--name-status", "--diff-filter=R", "--no-ext-diff")


def renames(before: str, tree: Tree) -> dict[str, str]:
    """Return by path where a file of `tree` was in the commit `before`.

    Where content is not in this clone only files that were moved unchanged are found.
    """
    for likeness in ("-M", "-M100%"):
        status, out, _ = answer(*_between(before, tree, likeness))
        if status == 0:
            fields = [name.decode("utf-8", "surrogateescape") for name in out.split(b"\0")[:-1]]
            return dict(zip(fields[2::3], fields[1::3], strict=True))
    return {}


def _between(before: str, tree: Tree, likeness: str) -> tuple[str, ...]:
    if isinstance(tree, Revision):
        return "diff-tree", *_ASKED, likeness, before, tree.commit
    if isinstance(tree, WorkTree):
        return "diff-index", *_ASKED, likeness, before
    return "diff-index", "--cached", *_ASKED, likeness, before
