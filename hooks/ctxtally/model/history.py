"""What became of a file, or of what an agent loads, from commit to commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from ctxtally.model.count import Method

# The mode that git shows where nothing is any more (git-diff-tree, raw output format).
GONE = "000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a commit left at a path; `added` says that nothing was there before."""

    path: str
    mode: str
    oid: str
    added: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """`changes` are those against the first parent; `date` is as git shows the committer's."""

    id: str
    parents: tuple[str, ...]
    seconds: int
    date: str
    subject: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What there was at a commit; two that are equal hold the same.

    `tokens` is `None` where it cannot be counted, and `reason` says why: `deleted`, or a rule.
    """

    key: str
    tokens: int | None
    path: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A commit that changed it, on whatever branch. `change` is that against its first parent.

    `tokens` and `change` are `None` where there is no count, and `reason` says why: `deleted`, or a
    rule. `path` is the name at that commit, empty for a load set. `main` says that HEAD is reached
    from it over first parents alone.
    """

    commit: str
    date: str
    seconds: int
    subject: str
    tokens: int | None
    change: int | None
    path: str
    reason: str
    main: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A commit after which HEAD's own line had other tokens; `at` counts the commits before it."""

    at: int
    commit: str
    date: str
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Tokens a commit, and where that lies with 95 % of certainty."""

    slope: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Whether it rises, or falls, wherever in its range it lies."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What the budget `name` allows."""

    name: str
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """In how many commits it is over a limit if it goes on so; the range is that of the pace."""

    commits: int
    soonest: int
    latest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """`what` is a path, or an agent and where its session runs; `agent` is empty for a file.

    `points` and `steps` come oldest first, `commits` counts those of HEAD's own line. `tokens` are
    those at HEAD, and `pace` is the trend of the steps. `remarks` are one-line notes.
    """

    subject: str
    what: str
    agent: str
    counter: str
    method: Method
    points: tuple[Point, ...]
    steps: tuple[Step, ...]
    commits: int
    since: str = ""
    tokens: int | None = None
    pace: Pace | None = None
    limit: Limit | None = None
    ahead: Ahead | None = None
    remarks: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        return self.method == "exact"
