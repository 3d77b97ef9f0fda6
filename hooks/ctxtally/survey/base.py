"""What a change is measured against."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.adapters.plumbing import answer, output
from ctxtally.adapters.trees import Revision
from ctxtally.errors import GitError
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from ctxtally.model.tree import Base, Tree

# What a shell takes as it is written.
_HARMLESS = re.compile(r"[\w][\w./+@#=-]*")


def common(tree: Tree, name: str) -> Base:
    """Return where the history of a subject left that of the commit `name`."""
    theirs = git.commit_id(name)
    if theirs is None:
        raise GitError(f"no commit is named {shown(name)} here", help=_way_out(name))
    ours = tree.commit if isinstance(tree, Revision) else git.commit_id("HEAD")
    if ours is None:
        raise GitError(
            f"there is no commit yet, so {shown(name)} is not what this began from",
            help="commit something first, or leave out `--base`",
        )
    found = git.merge_base(theirs, ours)
    if found is not None:
        short = found[:10]
        return found, short if found.startswith(name) else f"{short} of {name}"
    said = f"{shown(name)} and the {tree.subject} have no common ancestor"
    if git.is_shallow():
        raise GitError(
            f"{said} in this shallow clone",
            help="fetch more of the history: `git fetch --unshallow`, or `fetch-depth: 0`",
        )
    raise GitError(f"{said}", help="name a branch that this history began from")


def _way_out(name: str) -> str:
    """Return what to do about a name that git does not know."""
    advice = "name a branch, a tag or a commit id"
    if not name or name.endswith("/"):
        return f"{advice}; if a variable is empty there, leave out `--base`"
    given = name.removeprefix("refs/remotes/").removeprefix("refs/heads/")
    remotes = [*os.fsdecode(output("remote")).splitlines(), "origin"]
    remote = next((one for one in remotes if given.startswith(f"{one}/")), "origin")
    branch = given.removeprefix(f"{remote}/")
    if not (_HARMLESS.fullmatch(f"{remote}/{branch}") and _is_branch(branch)):
        return advice
    return f"{advice}; is it fetched? `git fetch {remote} {branch}`"


def _is_branch(name: str) -> bool:
    return answer("check-ref-format", "--branch", name)[0] == 0


def base(tree: Tree) -> Revision | None:
    """Return what was asked for, else HEAD for an index or a work tree, the parent of a revision.

    `None` where there is nothing before: the first commit of a history, or of a shallow clone.
    """
    if tree.since is not None:
        commit, name = tree.since
        there = Revision(commit)
        there.name = name
        return there
    name = f"{tree.commit[:10]}^" if isinstance(tree, Revision) else "HEAD"
    return Revision(name) if git.commit_id(name) else None
