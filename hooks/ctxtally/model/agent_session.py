"""What was already said and done in one session of an agent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How often a content was given to the session, and when last, in seconds since 1970."""

    count: int
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSession:
    """`warned` and `fired` say that a level has spoken; `pending` that the agent was not told yet.

    `delivered` is by the hash of what was given to the agent. `ended` is in seconds since 1970.
    """

    id: str
    warned: bool = False
    fired: bool = False
    pending: bool = False
    delivered: Mapping[str, Delivery] = field(default_factory=dict)
    ended: float = 0.0
