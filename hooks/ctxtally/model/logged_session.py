"""A piece of work whose operations are logged under one id."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from ctxtally.model.usage import Tokens


class Entry(NamedTuple):
    """An operation that somebody logs; `buckets` are None where only the sum is told."""

    operation: str
    tokens: int
    category: str | None = None
    model: str | None = None
    buckets: Tokens | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedOperation:
    """`moment` is in seconds since 1970; `tokens` are None where the log does not tell them.

    `counted` says how they are known, as in Usage.
    """

    operation: str
    category: str
    tokens: int | None
    moment: float | None = None
    counted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedSession:
    """What the log tells of a session; its operations in the order of their times.

    `ended` is None while it is in progress, `started` where nothing tells when it began. `by_hand`
    says that somebody started or logged it: nobody tells when the session of an agent ends.
    """

    id: str
    started: float | None = None
    ended: float | None = None
    operations: tuple[LoggedOperation, ...] = ()
    by_hand: bool = False

    @property
    def last(self) -> float | None:
        """Return when its last operation was."""
        moments = (one.moment for one in self.operations if one.moment is not None)
        return max(moments, default=None)

    @property
    def tokens(self) -> int:
        return sum(one.tokens or 0 for one in self.operations)

    @property
    def by_method(self) -> dict[str, int]:
        """Return the tokens by how they are known, empty where nothing says so."""
        found: dict[str, int] = {}
        for one in self.operations:
            if one.tokens:
                found[one.counted] = found.get(one.counted, 0) + one.tokens
        return found

    @property
    def unknown(self) -> int:
        """Return of how many operations nobody knows the tokens."""
        return sum(one.tokens is None for one in self.operations)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSums:
    """A session without its operations. `by_hand` says that somebody started or logged it.

    `estimated` are those of the tokens that were estimated.
    """

    id: str
    started: float | None = None
    ended: float | None = None
    operations: int = 0
    tokens: int = 0
    estimated: int = 0
    by_hand: bool = False


class Taken(NamedTuple):
    """What an import did: `sessions` of which something was new, and `operations` that were.

    `known` events were in the log before, `passed` could not be taken. `bad` lines of
    the file are no JSON objects.
    """

    sessions: int
    operations: int
    known: int
    passed: int
    bad: int
