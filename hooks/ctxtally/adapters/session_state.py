"""What is remembered of the session of one work tree, in its git directory."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from ctxtally.adapters.files import replace_file
from ctxtally.model.session import Conversation, RecordedTests

if TYPE_CHECKING:
    from ctxtally.adapters.git import Place

# Larger than any state that was written here.
LARGEST_BYTES = 1 << 20


class Heard(NamedTuple):
    """What a conversation said of itself, when HEAD had moved so often since the session began."""

    conversation: Conversation
    moves: int


class State(NamedTuple):
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
    return replace_file(_path(place), json.dumps(state).encode("ascii"))


def _path(place: Place) -> str:
    return os.path.join(place.git_dir, "ctxtally", "handoff.json")


def _state(kept: list[Any]) -> State:
    start, commit, branch, moves, block, told, tests, heard = kept
    return State(
        start=_text(start),
        commit=_text(commit),
        branch=_text(branch),
        moves=int(moves),
        block=tuple(map(_text, block)),
        told=tuple(map(_text, told)),
        tests=None if tests is None else _tests(tests),
        heard=tuple(
            Heard(conversation=_conversation(conversation), moves=int(moves))
            for conversation, moves in heard
        ),
    )


def _tests(kept: list[Any]) -> RecordedTests:
    command, commit, status, _ = kept
    return RecordedTests(
        command=_text(command),
        commit=_text(commit),
        status=None if status is None else int(status),
    )


def _conversation(kept: list[Any]) -> Conversation:
    tokens, window, source, session = kept
    return Conversation(
        tokens=int(tokens), window=int(window), source=_text(source), session=_text(session)
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
