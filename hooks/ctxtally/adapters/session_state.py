"""What is remembered of the session of one work tree, in its git directory."""

from __future__ import annotations

import json
import os

from ctxtally.adapters.files import replace_file
from ctxtally.model.record import asdict, dataclass
from ctxtally.model.session import Conversation, RecordedTests

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from typing import Any

    from ctxtally.adapters.git import Place

# Larger than any state that was written here.
LARGEST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a conversation said of itself, when HEAD had moved so often since the session began."""

    conversation: Conversation
    moves: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """`start` is the commit at which the session began; `moves` counts how often HEAD moved.

    `block` are the lines that were written last, for `commit` on `branch`; `told` are the warnings
    that were printed then.
    """

    start: str = ""
    commit: str = ""
    branch: str = ""
    moves: int = 0
    block: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    tests: RecordedTests | None = None
    heard: tuple[Heard, ...] = ()


def load(place: Place) -> State:
    """Return the state; one that is torn or foreign counts as none."""
    try:
        with open(_path(place), "rb") as file:
            kept = json.loads(file.read(LARGEST_BYTES))
        return _state(kept)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return State()


def keep(place: Place, state: State) -> bool:
    """Remember the state; say whether that could be done."""
    return replace_file(_path(place), json.dumps(asdict(state)).encode("ascii"))


def _path(place: Place) -> str:
    return os.path.join(place.git_dir, "ctxtally", "handoff.json")


def _state(kept: dict[str, Any]) -> State:
    return State(
        start=_text(kept["start"]),
        commit=_text(kept["commit"]),
        branch=_text(kept["branch"]),
        moves=int(kept["moves"]),
        block=tuple(map(_text, kept["block"])),
        told=tuple(map(_text, kept["told"])),
        tests=None if kept["tests"] is None else _tests(kept["tests"]),
        heard=tuple(
            Heard(conversation=_conversation(one["conversation"]), moves=int(one["moves"]))
            for one in kept["heard"]
        ),
    )


def _tests(kept: dict[str, Any]) -> RecordedTests:
    status = kept["status"]
    return RecordedTests(
        command=_text(kept["command"]),
        commit=_text(kept["commit"]),
        status=None if status is None else int(status),
    )


def _conversation(kept: dict[str, Any]) -> Conversation:
    return Conversation(
        tokens=int(kept["tokens"]),
        window=int(kept["window"]),
        source=_text(kept["source"]),
        session=_text(kept["session"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
