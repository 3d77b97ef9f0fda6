"""What became of a session's work, as git tells it. All text is as strangers wrote it.

These are named tuples: a hook reads them at every commit, and to define a dataclass costs seven
times as much.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

# Where the commits of a session are counted from.
Origin = Literal["session start", "upstream", "last commits", "start rewritten"]


class Change(NamedTuple):
    """Lines added to and deleted from a file; `None` where git counts none, as in a binary one."""

    path: str
    added: int | None
    deleted: int | None

    @property
    def churn(self) -> int:
        return (self.added or 0) + (self.deleted or 0)


class Commit(NamedTuple):
    """`changes` is `None` where an object is missing, as in a partial clone."""

    id: str
    subject: str
    changes: tuple[Change, ...] | None = ()


class Head(NamedTuple):
    """`commit` is empty before the first one, `branch` where HEAD is detached.

    `ahead` and `behind` are of `upstream`, which is empty where there is none. `worktree` is the
    name of a linked worktree. `rebasing` says that a rebase is under way, of `branch`.
    """

    commit: str
    branch: str
    upstream: str = ""
    ahead: int = 0
    behind: int = 0
    worktree: str = ""
    rebasing: bool = False


class Progress(NamedTuple):
    """`commits` are those since `start`, the newest first; `earlier` more of them were not read.

    `uncommitted` is `None` where a framework hides what is not committed.
    """

    head: Head
    start: str = ""
    origin: Origin = "last commits"
    commits: tuple[Commit, ...] = ()
    earlier: int = 0
    uncommitted: tuple[Change, ...] | None = ()
