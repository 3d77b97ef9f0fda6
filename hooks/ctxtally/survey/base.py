"""What a change is measured against."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from ctxtally.adapters import git, plumbing
from ctxtally.adapters.merging import brought_in
from ctxtally.adapters.plumbing import answer, output
from ctxtally.adapters.trees import Revision
from ctxtally.errors import GitError
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from ctxtally.model.tree import Base, Tree

_DEEPER = "fetch more of the history: `git fetch --unshallow`, or `fetch-depth: 0`"
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
            help=_DEEPER,
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


def bases(tree: Tree, *, needed: bool = False) -> list[Revision]:
    """Return what was asked for, else all that a subject is made from.

    For an index or a work tree that is HEAD, with what a merge in progress brings in, for a
    revision its parents. Empty where there is nothing before: the first commit of a history. In a
    shallow clone that is an error where it is `needed`.
    """
    if tree.since is not None:
        return [_named(*tree.since)]
    if not isinstance(tree, Revision):
        return _merged()
    short = tree.commit[:10]
    found = git.parents(tree.commit)
    if needed and not found and git.has_parents(tree.commit):
        raise GitError(
            f"what was before {tree.subject} is not in this shallow clone, so growth cannot be "
            "judged",
            help=_DEEPER,
        )
    return [
        _named(one, f"{short}^{number if number > 1 else ''}")
        for number, one in enumerate(found, start=1)
    ]


def _merged() -> list[Revision]:
    """Return HEAD, if there is one, and what is being merged into it."""
    head = git.commit_id("HEAD")
    if head is None:
        return []
    _, git_dir, *_ = plumbing.place()
    others = [one for one in brought_in(git_dir) if git.commit_id(one)]
    name = "MERGE_HEAD" if len(others) == 1 else ""
    return [_named(head, "HEAD"), *(_named(one, name or one[:10]) for one in others)]


def _named(commit: str, name: str) -> Revision:
    found = Revision(commit)
    found.name = name
    return found
