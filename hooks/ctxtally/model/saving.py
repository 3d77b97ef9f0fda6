"""What one change would save."""

from __future__ import annotations

from ctxtally.model.record import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """`tokens` fewer whenever the file at `path` is read.

    `readers` are those who read it at every session start: agents, or an index that says so.
    `rule` is what found it; `does` says what is to be done and `command` is what does it, or what
    opens the file there. It is a `goal` where only a size is known, and not what has to go.
    """

    tokens: int
    path: str
    rule: str
    does: str
    command: str
    line: int | None = None
    goal: bool = False
    readers: tuple[str, ...] = ()

    @property
    def at_start(self) -> int:
        return self.tokens if self.readers else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """The savings of one subject, the greatest at a session start first."""

    subject: str
    counter: str
    exact: bool
    savings: tuple[Saving, ...]
    remarks: tuple[str, ...] = ()
