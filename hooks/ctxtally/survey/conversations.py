"""How full the window of an agent's conversation is, from whoever tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import sessions, transcript_tail
from ctxtally.adapters.payloads import usable
from ctxtally.errors import UserError
from ctxtally.model.measurement import Measurement
from ctxtally.model.session import Conversation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ctxtally.adapters.git import Place
    from ctxtally.conversation.sessions import Step
    from ctxtally.model.agent_call import Call
    from ctxtally.model.agent_session import AgentSession
    from ctxtally.model.measurement import WindowSettings
    from ctxtally.survey.handoff import Reason


def measured(
    place: Place, call: Call, settings: WindowSettings, environment: Mapping[str, str], now: float
) -> Measurement | None:
    """Return how full the window of a call's session is, `None` where nobody tells.

    First what the call itself says, then the status line where nothing was written since, then the
    transcript, then the status line however old.
    """
    known = sessions.measurement(place, call.session)
    if call.tokens:
        window = call.window or _window(call, settings, known, call.model)
        return Measurement(
            tokens=call.tokens,
            window=_usable(window, call, environment),
            source="cursor" if call.agent == "cursor" else "resume",
            at=now,
            session=call.session,
            model=call.model,
        )
    written = transcript_tail.changed(call.transcript) if call.transcript else None
    if known is not None and known.source == "statusline" and known.at >= (written or 0.0):
        return known
    tail = transcript_tail.read(call.transcript) if written is not None else None
    if tail is None or written is None:
        return known
    model = tail.model or call.model
    window = tail.window or _window(call, settings, known, model)
    return Measurement(
        tokens=tail.tokens,
        window=_usable(window, call, environment),
        source="transcript",
        at=written,
        session=call.session,
        model=model,
    )


def stepped(place: Place, session: str, decide: Callable[[AgentSession], Step]) -> Step:
    """Decide and remember, alone: the same hook may run twice at once. Raises OSError."""
    with sessions.alone(place):
        step = decide(sessions.read(place, session))
        # What cannot be remembered would be done again at every event.
        if not sessions.write(place, step.session):
            return step._replace(refresh=False, tell=False)
    return step


def refreshed(place: Place, reason: Reason, found: Measurement | None, now: float) -> str:
    """Refresh the handoff; return why that could not be done, empty where it was."""
    from ctxtally.survey import handoff

    conversation = None
    if found is not None:
        conversation = Conversation(
            tokens=found.tokens, window=found.window, source=found.source, session=found.session
        )
    try:
        handoff.refresh(place, reason=reason, conversation=conversation, now=now)
    except UserError as error:
        handoff.log_failure(str(error))
        return f"{error}; {error.help}"
    return ""


def _usable(window: int, call: Call, environment: Mapping[str, str]) -> int:
    return usable(window, environment) if call.agent == "claude-code" else window


def _window(call: Call, settings: WindowSettings, known: Measurement | None, model: str) -> int:
    """Return the window where nobody tells it: as it was told before, configured, or shipped."""
    if known is not None and known.source == "statusline":
        return known.window
    if settings.limit:
        return settings.limit
    from ctxtally.adapters import shipped
    from ctxtally.adapters.token_usage import LIMIT
    from ctxtally.context.windows import parse_windows, window_of

    windows = parse_windows(shipped.read("budgets", "models.toml"), "budgets/models.toml")
    found = (window_of(name, windows) for name in (model, call.agent) if name)
    return next((one.tokens for one in found if one), LIMIT)
