"""What a hook answers its agent, in that agent's own form."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.model.agent_call import Agent, Call

# At which events, by the agent's own names, an answer reaches the model. Where these come from:
# docs/agents.md.
_TELLING: Mapping[Agent, frozenset[str]] = {
    "claude-code": frozenset({"SessionStart", "UserPromptSubmit", "PostToolUse", "PostToolBatch"}),
    "codex": frozenset({"SessionStart", "UserPromptSubmit", "PostToolUse"}),
    "gemini-cli": frozenset({"SessionStart", "BeforeAgent", "AfterTool"}),
    "cursor": frozenset({"sessionStart"}),
    "copilot": frozenset({"sessionStart", "SessionStart", "postToolUse", "PostToolUse"}),
    "continue": frozenset({"SessionStart", "UserPromptSubmit", "PostToolUse"}),
}


def can_tell(call: Call) -> bool:
    """Say whether an answer to this call reaches the model."""
    return call.name in _TELLING[call.agent]


def answer(call: Call, text: str) -> str:
    """Return the answer that puts `text` before the model, with that agent's fields only."""
    if call.agent == "cursor":
        return dumps({"additional_context": text})
    if call.agent == "copilot":
        return dumps({"additionalContext": text})
    return dumps({"hookSpecificOutput": {"hookEventName": call.name, "additionalContext": text}})
