"""Remembers what was driven, so that a conversation can go on where it was interrupted."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from ctxtally.adapters.files import swap
from ctxtally.errors import UserError
from ctxtally.model.record import asdict
from ctxtally.model.scenario import Driven
from ctxtally.model.turn import Turn, TurnEvent
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.adapters.git import Place

_VERSION = 1


def path(place: Place, digest: str) -> str:
    return os.path.join(place.state_dir, "conversations", f"{digest}.json")


def write(where: str, session: str, driven: Sequence[Driven]) -> None:
    """Replace the state; raises UserError where that cannot be done."""
    facts = {"v": _VERSION, "session": session, "driven": [asdict(one) for one in driven]}
    try:
        os.makedirs(os.path.dirname(where), exist_ok=True)
        swap(where, json.dumps(facts).encode("ascii"))
    except OSError as error:
        raise UserError(
            f"{printable(where)} cannot be written: {error.strerror}",
            help="make room there, for a run could not be resumed",
        ) from error


def read(where: str) -> tuple[str, list[Driven]]:
    """Return the session and what was driven in it; nothing to resume is a UserError."""
    try:
        with open(where, "rb") as file:
            facts = json.loads(file.read())
        if facts["v"] == _VERSION:
            return str(facts["session"]), [_driven(one) for one in facts["driven"]]
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(
            f"{printable(where)} cannot be read: {error}", help="run it without --resume"
        ) from error
    raise UserError(
        "there is no run of this scenario to resume here", help="run it without --resume"
    )


def _driven(facts: dict[str, Any]) -> Driven:
    turns = []
    for turn in facts.pop("turns"):
        events = tuple(TurnEvent(**event) for event in turn.pop("events"))
        turns.append(Turn(**turn, events=events))
    return Driven(**facts, turns=tuple(turns))
