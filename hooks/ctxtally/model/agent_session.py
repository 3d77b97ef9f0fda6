"""What was already said and done in one session of an agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Delivery(NamedTuple):
    """How often a content was given to the session, and when last, in seconds since 1970."""

    times: int
    at: float


class AgentSession(NamedTuple):
    """`warned` and `fired` say that a level has spoken; `pending` that the agent was not told yet.

    `delivered` is by the hash of what was given to the agent. `ended` is in seconds since 1970.
    """

    id: str
    warned: bool = False
    fired: bool = False
    pending: bool = False
    delivered: Mapping[str, Delivery] = {}
    ended: float = 0.0
