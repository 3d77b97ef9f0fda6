"""What a change is measured against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.adapters.trees import Revision

if TYPE_CHECKING:
    from ctxtally.model.tree import Tree


def base(tree: Tree) -> Revision | None:
    """Return HEAD for an index or a work tree, the first parent for a revision.

    `None` where there is nothing before: the first commit of a history, or of a shallow clone.
    """
    name = f"{tree.commit[:10]}^" if isinstance(tree, Revision) else "HEAD"
    return Revision(name) if git.commit_id(name) else None
