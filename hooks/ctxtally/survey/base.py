"""What a change is measured against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.adapters.trees import Revision
from ctxtally.errors import GitError

if TYPE_CHECKING:
    from ctxtally.model.tree import Tree


def common(tree: Tree, name: str) -> Revision:
    """Return where the history of a subject left that of the commit `name`."""
    ours = tree.commit if isinstance(tree, Revision) else "HEAD"
    theirs = Revision(name).commit
    found = git.merge_base(theirs, ours)
    if found is None:
        raise GitError(
            f"no common ancestor of {name} and {tree.subject} is known here",
            help="fetch more of the history: `git fetch --unshallow`",
        )
    return Revision(found)


def base(tree: Tree) -> Revision | None:
    """Return HEAD for an index or a work tree, the first parent for a revision.

    `None` where there is nothing before: the first commit of a history, or of a shallow clone.
    """
    name = f"{tree.commit[:10]}^" if isinstance(tree, Revision) else "HEAD"
    return Revision(name) if git.commit_id(name) else None
