"""How full a window is, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.json import document
from ctxtally.render.json import path as jsonable
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from ctxtally.model.status import Status

_DONE = {
    "now": "CURRENT_SESSION.md is refreshed",
    "before": "CURRENT_SESSION.md was refreshed when it was reached",
    "no": "CURRENT_SESSION.md could not be refreshed",
}


def text(status: Status) -> str:
    """Return the lines of the monitor."""
    session = f", session {printable(status.session)}" if status.session else ""
    return "\n".join(
        [
            "Token Usage Monitor",
            "",
            f"Current Usage: {status.tokens:,} tokens",
            f"Context Limit: {status.limit:,} tokens",
            f"Usage Percentage: {status.share:.1%}",
            f"Checkpoints Tracked: {status.checkpoints:,}",
            f"Source: {status.source}{session}",
            "",
            _verdict(status),
        ]
    )


def json(status: Status) -> str:
    """Return the same facts under stable keys: those of `get_token_status`, and more."""
    return document(
        "status",
        {
            "total_tokens": status.tokens,
            "limit": status.limit,
            "usage_percentage": status.share,
            "checkpoints": status.checkpoints,
            "source": status.source,
            "session": jsonable(status.session) or None,
            "level": status.level,
            "warn": status.warn,
            "threshold": status.threshold,
            "refreshed": status.refreshed,
        },
    )


def _verdict(status: Status) -> str:
    if status.level == "safe":
        return f"SAFE: below the warning at {status.warn:.0%}"
    if status.level == "warning":
        return (
            f"WARNING: at or above {status.warn:.0%}; at {status.threshold:.0%} the handoff is "
            "refreshed"
        )
    return f"CRITICAL: at or above {status.threshold:.0%}; {_DONE[status.refreshed]}"
