"""Where the repository is, and small questions to it."""

from __future__ import annotations

import os

from ctxtally.adapters import loose, plumbing
from ctxtally.adapters.clock import day, seconds
from ctxtally.adapters.plumbing import answer, output, refusal
from ctxtally.errors import GitError
from ctxtally.model.record import dataclass

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the repository is, and what was so when the command began.

    Paths are absolute, `object_format` is the name of the object hash. `day` is the day in UTC, and
    `lying` what lies at the names of our configuration: both are read once, so that what decides
    is also what is remembered.
    """

    top: str
    git_dir: str
    common_dir: str
    object_format: str
    day: str
    lying: Mapping[str, bytes | None]

    @property
    def state_dir(self) -> str:
        """The folder for our log and caches, one for all linked worktrees."""
        return os.path.join(self.common_dir, "ctxtally")

    @property
    def worktree(self) -> str:
        """The name of a linked worktree, empty in the main one."""
        return "" if self.git_dir == self.common_dir else os.path.basename(self.git_dir)


def place() -> Place:
    """Find the repository; a bare one, or no repository at all, is a GitError."""
    object_format, git_dir, common_dir, top, _ = plumbing.place()
    try:
        lying = loose.read(top)
    except OSError as error:
        raise GitError(
            f"{error.filename}: cannot be read: {error.strerror}", help="mend it, or take it away"
        ) from error
    return Place(
        top=top,
        git_dir=git_dir,
        common_dir=common_dir,
        object_format=object_format,
        day=day(seconds()),
        lying=lying,
    )


def commit_id(revision: str) -> str | None:
    """Return the full id of the commit that `revision` names, `None` where there is none."""
    status, out, _ = answer(
        "rev-parse", "--quiet", "--verify", "--end-of-options", revision + "^{commit}"
    )
    return out.decode("ascii").strip() if status == 0 else None


def branch() -> str:
    """Return the branch that is checked out, with or without commits; empty where none is."""
    status, out, _ = answer("symbolic-ref", "--quiet", "--short", "HEAD")
    return out.decode("utf-8", "replace").strip() if status == 0 else ""


def merge_base(one: str, other: str) -> str | None:
    """Return the best common ancestor of two commits, `None` where none is known here."""
    status, out, _ = answer("merge-base", "--end-of-options", one, other)
    return out.decode("ascii").strip() if status == 0 else None


def parents(commit: str) -> list[str]:
    """Return the full ids of the parents of a commit, the first one first, as this clone has it."""
    return output("rev-parse", f"{commit}^@").decode("ascii").split()


def has_parents(commit: str) -> bool:
    """Say whether a commit has parents, be they in this clone or not."""
    header = output("cat-file", "commit", commit).partition(b"\n\n")[0]
    return b"\nparent " in header


def is_shallow() -> bool:
    """Say whether this clone lacks the older part of the history."""
    return output("rev-parse", "--is-shallow-repository").strip() == b"true"


def is_tracked(path: str, main: tuple[str, str] | None = None) -> bool:
    """Say whether `path`, relative to the top level, is in the index; `main` as in `main_of`."""
    asked = ("ls-files", "-z", "--full-name", "--", f":(top,literal){path}")
    if main is None:
        return bool(output(*asked))
    status, out, err = answer(*asked, main=main)
    if status:
        raise refusal("ls-files", err)
    return bool(out)


def is_ignored(path: str, main: tuple[str, str] | None = None) -> bool:
    """Say whether an ignore rule matches `path`, relative to the top level; `main` as in `main_of`.

    A tracked path may match one and is still not ignored: ask `is_tracked` first.
    """
    asked = ("check-ignore", "--quiet", "--no-index", "--", f":(top){path}")
    status, _, err = answer(*asked, main=main)
    if status not in (0, 1):
        raise refusal("check-ignore", err)
    return status == 0


def main_of(place: Place) -> tuple[str, str] | None:
    """Return the git directory and the top level of the main work tree, where this is a linked one.

    The top level is empty where there is none, or nothing tells which one it is.
    """
    if place.git_dir == place.common_dir:
        return None
    top, name = os.path.split(place.common_dir)
    status, out, _ = answer("rev-parse", "--is-bare-repository", main=(place.common_dir, ""))
    return place.common_dir, top if name == ".git" and (status, out.strip()) == (
        0,
        b"false",
    ) else ""
