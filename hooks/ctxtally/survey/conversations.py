"""How full the window of an agent's conversation is, from whoever tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import sessions, transcript_tail
from ctxtally.conversation.threshold import LIMIT
from ctxtally.model.session import Conversation
from ctxtally.model.window import Measurement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.adapters.git import Place
    from ctxtally.adapters.transcript_tail import Tail
    from ctxtally.model.agent_call import Agent, Call
    from ctxtally.model.window import WindowSettings

# Where compaction begins, where that is not the end of the window; less than the lower end is
# taken for it (https://code.claude.com/docs/en/env-vars).
_COMPACT_AT = "CLAUDE_CODE_AUTO_COMPACT_WINDOW"
_COMPACT_RANGE = (100_000, 1_000_000)


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
            window=usable(window, call.agent, environment),
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
        window=usable(window, call.agent, environment),
        source="transcript",
        at=written,
        session=call.session,
        model=model,
    )


def told(found: Measurement) -> Conversation:
    """Return a measurement as the session file tells it."""
    return Conversation(
        tokens=found.tokens, window=found.window, source=found.source, session=found.session
    )


def usable(window: int, agent: Agent, environment: Mapping[str, str]) -> int:
    """Return the part of a window that can be filled before the agent compacts it."""
    text = environment.get(_COMPACT_AT, "") if agent == "claude-code" else ""
    # It is read as a whole number up to the first other character: `500k` is 500.
    digits = text[: len(text) - len(text.lstrip("0123456789"))]
    if not digits:
        return window
    low, high = _COMPACT_RANGE
    return min(window, max(low, min(high, int(digits[:9]))))


def _window(
    call: Call, settings: WindowSettings, known: Measurement | None, model: str
) -> int:
    """Return the window where nobody tells it: as it was told before, configured, or shipped."""
    if known is not None and known.source == "statusline":
        return known.window
    if settings.limit:
        return settings.limit
    from ctxtally.adapters import shipped
    from ctxtally.context.windows import parse_windows, window_of

    windows = parse_windows(shipped.read("budgets", "models.toml"), "budgets/models.toml")
    found = (window_of(name, windows) for name in (model, call.agent) if name)
    return next((one.tokens for one in found if one), LIMIT)
