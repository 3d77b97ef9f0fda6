"""What every reader of an agent's log does: take lines, and hold the turns that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ctxtally.model.record import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.model.turn import Turn, TurnEvent

# The last whole number that every reader of our JSON can hold (RFC 8259, section 6).
LARGEST = 2**53


class Reader(Protocol):
    """Takes the lines of a log in order.

    `turns` is all that is known so far: the last turn may still change, earlier ones may get the
    events that the log tells late. `bad` counts lines that should tell something and do not.
    """

    form: str
    bad: int

    @property
    def turns(self) -> list[Turn]: ...
    def take(self, number: int, text: str) -> None: ...


class Turns:
    """The turns so far, and the events that belong to the next one."""

    def __init__(self) -> None:
        self._done: list[Turn] = []
        self._waiting: list[TurnEvent] = []

    def all(self) -> list[Turn]:
        """Return the turns; what waits for a turn that never came belongs to the last one."""
        if not self._waiting or not self._done:
            return list(self._done)
        return [*self._done[:-1], _with(self._done[-1], self._waiting)]

    def add(self, turn: Turn) -> None:
        self._done.append(_with(turn, self._waiting))
        self._waiting = []

    def replace(self, at: int, turn: Turn) -> None:
        self._done[at] = turn

    def before(self, event: TurnEvent) -> None:
        """Keep an event for the turn that comes next."""
        self._waiting.append(event)

    def after(self, event: TurnEvent) -> None:
        """Add an event to the last turn."""
        if self._done:
            self._done[-1] = _with(self._done[-1], [event])
        else:
            self._waiting.append(event)

    def __len__(self) -> int:
        return len(self._done)

    def __getitem__(self, at: int) -> Turn:
        return self._done[at]


def _with(turn: Turn, events: list[TurnEvent]) -> Turn:
    return replace(turn, events=(*turn.events, *events)) if events else turn


def whole(found: Mapping[str, object], key: str) -> int:
    """Return a whole number that is not negative; 0 where there is none."""
    value = found.get(key)
    return value if type(value) is int and 0 < value < LARGEST else 0


def text(found: Mapping[str, object], key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""
