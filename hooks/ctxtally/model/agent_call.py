"""What an agent tells its hook, whatever the agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from ctxtally.model.loading import Loading

Agent = Literal["claude-code", "codex", "gemini-cli", "cursor", "copilot", "continue"]
AGENTS: tuple[Agent, ...] = ("claude-code", "codex", "gemini-cli", "cursor", "copilot", "continue")

Event = Literal[
    "start",  # a session begins, goes on, or begins anew after compaction
    "prompt",  # somebody asked for something
    "tool",  # a tool was run
    "stop",  # the agent has answered
    "compact",  # the conversation is about to be compacted
    "end",  # the session ends
    "loaded",  # a file of instructions was loaded
]


class Call(NamedTuple):
    """One call of a hook. `name` is the agent's own name of the event, as its answer repeats it.

    `source` says how a session starts, `directory` where it runs and `transcript` where it is
    written down, each empty where the agent does not tell; `tokens` and `window` are how full the
    window is, 0 where it does not tell.
    """

    agent: Agent
    event: Event
    name: str
    session: str = ""
    directory: str = ""
    source: str = ""
    transcript: str = ""
    model: str = ""
    tokens: int = 0
    window: int = 0
    loading: Loading | None = None
    memory: str = ""
