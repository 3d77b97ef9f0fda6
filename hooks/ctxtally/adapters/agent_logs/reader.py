"""What every reader of an agent's log does: take lines, and hold the turns that they make."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from ctxtally.adapters.json_objects import json_object
from ctxtally.model.record import replace
from ctxtally.text.figures import LARGEST, counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.model.turn import Turn, TurnEvent


class Turns:
    """The turns so far, and the events that belong to the next one."""

    def __init__(self) -> None:
        self._done: list[Turn] = []
        self._waiting: list[TurnEvent] = []

    def all(self) -> list[Turn]:
        return list(self._done)

    def ended(self) -> list[Turn]:
        """Return the turns; what waits for a turn that never came belongs to the last one."""
        if not self._waiting or not self._done:
            return list(self._done)
        return [*self._done[:-1], _with(self._done[-1], self._waiting)]

    def __deepcopy__(self, _memo: object) -> Turns:
        """Return others that grow by themselves; turns and events never change."""
        copied = Turns()
        copied._done, copied._waiting = list(self._done), list(self._waiting)
        return copied

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


class Reader(ABC):
    """Takes the lines of a log in order; `bad` counts those that should tell something and do not.

    `turns` is all that is known so far: the last turn may still change, earlier ones may get the
    events that the log tells late. `ended` is the same of a log that grows no more.
    """

    form = ""

    def __init__(self) -> None:
        self.bad = 0
        self._turns = Turns()

    @property
    def turns(self) -> list[Turn]:
        return self._of().all()

    @property
    def ended(self) -> list[Turn]:
        return self._of().ended()

    def remarks(self) -> list[str]:
        """Return what could not be used."""
        if not self.bad:
            return []
        return [f"passed over, for nothing can be read there: {counted(self.bad, 'lines')}"]

    @abstractmethod
    def take(self, number: int, text: str) -> None: ...

    def _object(self, text: str) -> dict[str, Any] | None:
        """Return the JSON object of a line; one that holds something else is bad."""
        found = json_object(text)
        self.bad += found is None and bool(text.strip())
        return found

    def _of(self) -> Turns:
        """Return the turns of the conversation that is judged."""
        return self._turns


def _with(turn: Turn, events: list[TurnEvent]) -> Turn:
    return replace(turn, events=(*turn.events, *events)) if events else turn


def whole(found: Mapping[str, object], key: str) -> int:
    """Return a whole number that is not negative; 0 where there is none."""
    value = found.get(key)
    return value if type(value) is int and 0 < value < LARGEST else 0


def word(found: Mapping[str, object], key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""
