"""Keep count of a conversation from Python; the handoff is refreshed before its window is full.

from ctxtally.tracker import track_tokens, get_token_status

track_tokens(prompt, "User prompt")
print(f"{get_token_status()['usage_percentage']:.1%}")
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, TypedDict

from ctxtally.adapters import git, ledger
from ctxtally.adapters.append import LogError
from ctxtally.adapters.clock import seconds
from ctxtally.errors import UserError
from ctxtally.survey import tracking
from ctxtally.survey.basics import basics
from ctxtally.tokens.counters import DEFAULT, counter
from ctxtally.usage.events import usage_event

if TYPE_CHECKING:
    from ctxtally.adapters.git import Place
    from ctxtally.model.basics import Basics


class TokenStatus(TypedDict):
    """`usage_percentage` is a fraction, `checkpoints` how many texts were counted."""

    total_tokens: int
    limit: int
    usage_percentage: float
    checkpoints: int


def track_tokens(text: str, description: str = "") -> float:
    """Count a text of the conversation, and return which fraction of the window is used.

    The first time that it is at the threshold the handoff is refreshed. What cannot be written is a
    RuntimeWarning: it must not stop the agent that asks.
    """
    place, settings = _here()
    tokens = counter(settings.counter or DEFAULT).count(text.encode("utf-8", "replace").decode())
    try:
        found, fires = tracking.add(place, settings.window, tokens, description, seconds())
    except UserError as error:
        warnings.warn(f"ctxtally: {error}; {error.help}", RuntimeWarning, stacklevel=2)
        return tracking.share_with(place, settings.window, tokens)
    if found.remark:
        warnings.warn(f"ctxtally: {found.remark}", RuntimeWarning, stacklevel=2)
    if fires:
        try:
            manual_handoff_update()
        except UserError as error:
            warnings.warn(f"ctxtally: {error}; {error.help}", RuntimeWarning, stacklevel=2)
    return found.share


def get_token_status() -> TokenStatus:
    """Return where the count stands."""
    place, settings = _here()
    found = tracking.standing(place, settings.window)
    return {
        "total_tokens": found.usage.total,
        "limit": found.limit,
        "usage_percentage": found.share,
        "checkpoints": len(found.usage.checkpoints),
    }


def manual_handoff_update() -> None:
    """Refresh the handoff now; raises UserError where it must not or cannot be written."""
    place, settings = _here()
    for note in tracking.refresh(place, settings.window, seconds()):
        warnings.warn(f"ctxtally: {note}", RuntimeWarning, stacklevel=2)


def log_token_usage(operation: str, tokens: int, session: str | None = None) -> None:
    """Write an operation and its tokens into the usage log, for a session where one is named."""
    if type(tokens) is not int or tokens < 0:
        raise ValueError(f"tokens must be a whole number from 0 on, not {tokens!r}")
    if not operation.strip():
        raise ValueError("an operation needs a name, such as `read MANIFEST.json`")
    place, settings = _here()
    log = ledger.locate(place, settings.ledger)
    event = usage_event(operation, tokens=tokens, session=session)
    try:
        ledger.append(log, [event], seconds())
    except LogError as error:
        warnings.warn(f"ctxtally: {error}", RuntimeWarning, stacklevel=2)


def _here() -> tuple[Place, Basics]:
    place = git.place()
    return place, basics(place)
