"""What git notes about paths of the index beside their content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.plumbing import chunks, listing, output
from ctxtally.adapters.trees import Index, Revision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxtally.model.tree import Tree

_SUBMODULE = b"160000 "
# How `git ls-files -t` tags a path that is not to be checked out.
_SKIPPED = b"S "


def submodules(tree: Tree) -> list[str]:
    """Return where other repositories are built in: what they hold is not in this one."""
    if isinstance(tree, Revision):
        told = output("ls-tree", "-r", "-z", "--full-tree", tree.commit)
    else:
        told = listing([":(top)"])
    records = told.split(b"\0")
    return [_path(one.partition(b"\t")[2]) for one in records if one.startswith(_SUBMODULE)]


def skipped(tree: Tree, paths: Iterable[str]) -> list[str]:
    """Return which of these paths git leaves out of the work tree, as a sparse checkout does."""
    if not isinstance(tree, Index):
        return []
    asked = (f":(top,literal){path}" for path in paths)
    told = [output("ls-files", "-t", "-z", "--full-name", "--", *some) for some in chunks(asked)]
    records = b"".join(told).split(b"\0")
    return [_path(one[len(_SKIPPED) :]) for one in records if one.startswith(_SKIPPED)]


def intended(tree: Tree) -> list[str]:
    """Return which of the paths that were asked for are only intended to be added."""
    return sorted(tree.intended) if isinstance(tree, Index) else []


def _path(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
