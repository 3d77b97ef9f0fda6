"""What a hook of an agent does at an event, and what the session remembers of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ctxtally.conversation.threshold import crossed, still_fired
from ctxtally.model.agent_session import AgentSession, Delivery

if TYPE_CHECKING:
    from ctxtally.conversation.threshold import Levels

# The same hook may run twice for one event: from a plugin and from the settings. Later than this
# it is another event.
DOUBLE_SECONDS = 30.0
# After these a window begins without what it was given before.
ANEW = ("clear", "compact")


class Step(NamedTuple):
    """The session afterwards, and what is to be done: `refresh` the handoff, `tell` the agent."""

    session: AgentSession
    refresh: bool = False
    tell: bool = False


def measured(session: AgentSession, share: float, levels: Levels, *, telling: bool) -> Step:
    """Take in how full the window is.

    Each level speaks once until it is armed again. The lower one is only noted in the handoff; at
    the threshold the agent is told, now or at the next event at which it can be (`telling`).
    """
    warns = crossed(share, levels.warn, fired=session.warned)
    fires = crossed(share, levels.threshold, fired=session.fired)
    fired = still_fired(share, levels.threshold, fired=session.fired)
    pending = fired and (session.pending or fires)
    after = session._replace(
        warned=still_fired(share, levels.warn, fired=session.warned),
        fired=fired,
        pending=pending and not telling,
    )
    return Step(session=after, refresh=warns or fires, tell=pending and telling)


def delivered(session: AgentSession, content: str, source: str, moment: float) -> Step:
    """Give the agent a content, by its hash, unless the window has it already."""
    before = session.delivered.get(content, Delivery(times=0, at=0.0))
    again = source in ANEW and not 0 <= moment - before.at < DOUBLE_SECONDS
    if before.times and not again:
        return Step(session=session)
    # A handoff that changes at every commit would leave a hash each.
    latest = {content: Delivery(times=before.times + 1, at=moment)}
    return Step(session=session._replace(delivered=latest), tell=True)


def armed(session: AgentSession) -> AgentSession:
    """Return the session as it is once its window was emptied."""
    return session._replace(warned=False, fired=False, pending=False)
