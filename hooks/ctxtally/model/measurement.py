"""How full a context window may become before somebody is told."""

from __future__ import annotations

from typing import Literal, NamedTuple

# Who told how full a window is.
Source = Literal[
    "statusline",  # the agent's own figure
    "transcript",  # the last response in the transcript of the session
    "cursor",  # Cursor's payload before it compacts
    "resume",  # Claude Code's payload when it resumes a session
    "log",  # texts that were given to `track_tokens`
]


class WindowSettings(NamedTuple):
    """What was configured; `None` where it was not.

    `limit` is the window in tokens. From the share `warn` on there is a warning, from `threshold`
    on the handoff is refreshed.
    """

    limit: int | None = None
    warn: float | None = None
    threshold: float | None = None


class Measurement(NamedTuple):
    """How full one conversation's window was `at` a moment, in seconds since 1970."""

    tokens: int
    window: int
    source: Source
    at: float
    session: str = ""
    model: str = ""

    @property
    def share(self) -> float:
        """Return the part of the window that is used; it may be above 1."""
        return self.tokens / self.window if self.window else 0.0
