"""Reads what agents give their hooks on standard input, into one form.

Fields and events that are not known are passed over: agents add some with every version. Where the
forms come from: docs/agents.md.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ctxtally.model.agent_call import AGENTS, Call
from ctxtally.model.recording import Loading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.model.agent_call import Agent, Event

# The names of events, in lower case and without separators.
_EVENTS: Mapping[str, Event] = {
    "sessionstart": "start",
    "userpromptsubmit": "prompt",
    "userpromptsubmitted": "prompt",
    "beforesubmitprompt": "prompt",
    "beforeagent": "prompt",
    "posttooluse": "tool",
    "posttoolbatch": "tool",
    "aftertool": "tool",
    "stop": "stop",
    "agentstop": "stop",
    "afteragent": "stop",
    "precompact": "compact",
    "precompress": "compact",
    "sessionend": "end",
    "instructionsloaded": "loaded",
}
# Copilot's camelCase payloads do not name their event: the field that only it has.
_TELLING_FIELDS = {
    "toolResult": "postToolUse",
    "stopReason": "agentStop",
    "trigger": "preCompact",
    "source": "sessionStart",
    "initialPrompt": "sessionStart",
    "reason": "sessionEnd",
    "prompt": "userPromptSubmitted",
}


def parse(raw: bytes, agent: str | None, environment: Mapping[str, str]) -> Call | None:
    """Return the call, `None` where there is nothing in it for us; a subagent's work is its own."""
    try:
        found = json.loads(raw.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("agent_id"):
        return None
    who = next((one for one in AGENTS if one == agent), None) or recognised(found, environment)
    name = _text(found, "hook_event_name") or _named(found)
    event = _EVENTS.get(name.replace("_", "").lower())
    if event is None:
        return None
    return Call(
        agent=who,
        event=event,
        name=name,
        session=_text(found, "conversation_id", "session_id", "sessionId"),
        directory=_directory(found),
        source=_text(found, "source"),
        transcript=_text(found, "transcript_path", "transcriptPath"),
        model=_text(found, "model"),
        tokens=_whole(found, "context_tokens"),
        window=_whole(found, "context_window_size"),
        loading=_loading(found) if event == "loaded" else None,
        memory=_text(found, "memory_type"),
    )


def recognised(found: Mapping[str, object], environment: Mapping[str, str]) -> Agent:
    """Return the agent that a payload is from, Claude Code where nothing speaks against it."""
    transcript = _text(found, "transcript_path").replace("\\", "/")
    stamped = isinstance(found.get("timestamp"), str)
    if found.get("cursor_version") or found.get("conversation_id") or "/.cursor/" in transcript:
        return "cursor"
    if isinstance(found.get("sessionId"), str) and isinstance(found.get("timestamp"), (int, float)):
        return "copilot"
    if found.get("extensionId") or "github.copilot" in transcript:
        return "copilot"
    if stamped and (environment.get("GEMINI_PROJECT_DIR") or "/.gemini/" in transcript):
        return "gemini-cli"
    if stamped and not transcript:
        return "copilot"
    starts = "model" in found and "permission_mode" in found and "source" in found
    if found.get("turn_id") or (starts and (not transcript or "/.codex/" in transcript)):
        return "codex"
    return "claude-code"


def _named(found: Mapping[str, object]) -> str:
    return next((name for field, name in _TELLING_FIELDS.items() if field in found), "")


def _directory(found: Mapping[str, object]) -> str:
    """Return where the session runs; Cursor may only tell its roots."""
    directory = _text(found, "cwd")
    roots = found.get("workspace_roots")
    if not directory and isinstance(roots, list) and roots and isinstance(roots[0], str):
        return roots[0]
    return directory


def _loading(found: Mapping[str, object]) -> Loading | None:
    path = _text(found, "file_path")
    if not path:
        return None
    return Loading(
        path=path,
        reason=_text(found, "load_reason"),
        parent=_text(found, "parent_file_path"),
    )


def _text(found: Mapping[str, object], *keys: str) -> str:
    values = (found.get(key) for key in keys)
    return next((value for value in values if isinstance(value, str) and value), "")


def _whole(found: Mapping[str, object], key: str) -> int:
    value = found.get(key)
    good = isinstance(value, (int, float)) and not isinstance(value, bool)
    return int(value) if good and 0 < value < 2**53 else 0  # type: ignore[operator, arg-type] # a number, as `good` says
