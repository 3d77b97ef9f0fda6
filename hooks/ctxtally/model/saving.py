"""What one change would save."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from ctxtally.model.analysis import Analysis
    from ctxtally.model.promise import Promise

Priority = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """`tokens` fewer whenever the file at `path` is read.

    `readers` are those who read it at every session start: agents, or an index that says so.
    `rule` is what found it; `does` says what is to be done and `command` is what does it, or what
    opens the file there. It is a `goal` where only a size is known, and not what has to go.

    What the usage log alone tells has no `path`, and `impact` says what was found there. `times` is
    how often the log says that the tokens were taken, and `basis` why so often; nobody knows
    where it is `None`.
    """

    tokens: int
    path: str
    rule: str
    does: str
    command: str
    line: int | None = None
    goal: bool = False
    readers: tuple[str, ...] = ()
    impact: str = ""
    priority: Priority = "medium"
    times: int | None = None
    basis: str = ""

    @property
    def at_start(self) -> int:
        return self.tokens if self.readers else 0

    @property
    def estimate(self) -> int | None:
        """What it would have saved in the time that the log covers."""
        return None if self.times is None else self.tokens * self.times


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """The savings of one subject, those first that matter most.

    `log` is where the usage log is, and `usage` what it says, `None` where it says nothing.
    `promises` are savings that were recommended before, with what came of them.
    """

    subject: str
    counter: str
    exact: bool
    savings: tuple[Saving, ...]
    remarks: tuple[str, ...] = ()
    log: str = ""
    usage: Analysis | None = None
    promises: tuple[Promise, ...] = ()
