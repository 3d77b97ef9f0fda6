"""Which subject a command measures."""

from __future__ import annotations

from ctxtally.adapters.trees import Index, Revision, WorkTree
from ctxtally.adapters.verdict import PUSHED

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from ctxtally.adapters.git import Place
    from ctxtally.model.tree import Tree


def add_arguments(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--worktree",
        action="store_true",
        help="measure the files as they lie on the disk, untracked ones too, instead of the index",
    )
    which.add_argument("--rev", metavar="REV", help="measure the tree of a commit")


def subject(arguments: argparse.Namespace, environment: Mapping[str, str], place: Place) -> Tree:
    """Return what the arguments ask for: the index, unless this is a push of some commit."""
    if arguments.worktree:
        return WorkTree(place)
    revision = pushed(environment) if arguments.rev is None else arguments.rev
    return Index() if revision is None else Revision(revision)


def pushed(environment: Mapping[str, str]) -> str | None:
    """Return the commit that pre-commit says is pushed; there the index is not what is judged.

    For a branch without a common history with the remote it names only the local branch.
    """
    for name in PUSHED:
        value = environment.get(name, "")
        if value.strip("0"):
            return value
    return None
