"""One turn of an agent's conversation, and what its log told of it."""

from __future__ import annotations

from typing import Literal

from ctxtally.model.record import dataclass

Happening = Literal[
    "compressed",  # the context was made smaller on purpose
    "pressure",  # the agent says that it cuts its context hard
    "low-utilisation",  # the agent says that it uses little of what it has
    "included",  # a part of the context went into the prompt
    "excluded",  # a part did not; `reason` says why
    "over-limit",  # a prompt was larger than the window, or was refused for its size
    "critical",  # the agent's own word for a prompt that is too large
    "failed",  # the command of a driven turn ended with an error
    "timed-out",  # it did not end in time
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEvent:
    """`tokens` is what the log names for it, `None` where it names nothing."""

    kind: Happening
    line: int
    what: str = ""
    tokens: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One prompt as it was sent. `base` is what is always in it, `context` what was gathered.

    `time` is as the log writes it. A `limit` of `None` is not known; `line` is where the log says
    how much was used.
    """

    number: int
    used: int
    line: int
    time: str = ""
    base: int | None = None
    context: int | None = None
    limit: int | None = None
    model: str = ""
    events: tuple[TurnEvent, ...] = ()

    @property
    def share(self) -> float:
        """Return the part of the limit that is used, 0 where there is no limit to measure by."""
        return self.used / self.limit if self.limit else 0.0

    def has(self, *kinds: Happening) -> bool:
        return any(one.kind in kinds for one in self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLog:
    """A whole log: its `form`, its turns, and remarks on what could not be used."""

    path: str
    form: str
    turns: tuple[Turn, ...]
    remarks: tuple[str, ...] = ()
