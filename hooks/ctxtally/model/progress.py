"""What became of a session's work, as git tells it. All text is as strangers wrote it."""

from __future__ import annotations

from ctxtally.model.record import dataclass

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from typing import Literal

    # Where the commits of a session are counted from.
    Origin = Literal["session start", "upstream", "last commits", "start rewritten"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Lines added to and deleted from a file; `None` where git counts none, as in a binary one."""

    path: str
    added: int | None
    deleted: int | None

    @property
    def churn(self) -> int:
        return (self.added or 0) + (self.deleted or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """`changes` is `None` where an object is missing, as in a partial clone."""

    id: str
    subject: str
    changes: tuple[Change, ...] | None = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`commits` are those since `start`, the newest first; `earlier` more of them were not read.

    `uncommitted` is `None` where a framework hides what is not committed.
    """

    head: Head
    start: str = ""
    origin: Origin = "last commits"
    commits: tuple[Commit, ...] = ()
    earlier: int = 0
    uncommitted: tuple[Change, ...] | None = ()
