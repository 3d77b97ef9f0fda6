"""Reads what agents give their hooks on standard input, into one form.

Fields and events that are not known are passed over: agents add some with every version. Where the
forms come from: docs/agents.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters.json_objects import json_object
from ctxtally.model.agent_call import AGENTS, Call
from ctxtally.model.loading import Loading
from ctxtally.model.measurement import Measurement

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
# No other agent has events of these names.
_GEMINI_EVENTS = ("BeforeAgent", "AfterAgent", "AfterTool", "PreCompress")
_PROMPT = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
# More than the whole window is told where a conversation is about to fail.
_MOST_PERCENT = 1_000
# Where compaction begins, where that is not the end of the window; a number beyond the range is
# taken for its end (https://code.claude.com/docs/en/env-vars).
_COMPACT_AT = "CLAUDE_CODE_AUTO_COMPACT_WINDOW"
_COMPACT_RANGE = (100_000, 1_000_000)
_NO_LONG_WINDOW, _PLAIN_WINDOW = "CLAUDE_CODE_DISABLE_1M_CONTEXT", 200_000
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


class StatusLine(NamedTuple):
    """What Claude Code tells its status line."""

    measurement: Measurement
    directory: str


def status_line(raw: bytes, environment: Mapping[str, str], now: float) -> StatusLine | None:
    """Return how full the window is, `None` where that is not known: null is not 0.

    The share is that of the prompt (https://code.claude.com/docs/en/statusline): what was answered
    is not in it yet.
    """
    found = _object(raw)
    window = found.get("context_window")
    if not isinstance(window, dict):
        return None
    size, usage = _whole(window, "context_window_size"), window.get("current_usage")
    tokens = sum(_whole(usage, key) for key in _PROMPT) if isinstance(usage, dict) else 0
    percent = window.get("used_percentage")
    if not tokens and isinstance(percent, (int, float)) and 0 < percent <= _MOST_PERCENT:
        tokens = round(size * percent / 100)
    if not size or not tokens:
        return None
    workspace, model = found.get("workspace"), found.get("model")
    return StatusLine(
        measurement=Measurement(
            tokens=tokens,
            window=usable(size, environment),
            source="statusline",
            at=now,
            session=_text(found, "session_id"),
            model=_text(model, "id") if isinstance(model, dict) else "",
        ),
        directory=_text(found, "cwd")
        or (_text(workspace, "current_dir") if isinstance(workspace, dict) else ""),
    )


def usable(window: int, environment: Mapping[str, str]) -> int:
    """Return the part of a window that Claude Code fills before it compacts.

    >>> usable(1_000_000, {"CLAUDE_CODE_AUTO_COMPACT_WINDOW": "500000"}), usable(200_000, {})
    (500000, 200000)
    """
    if environment.get(_NO_LONG_WINDOW) == "1":
        window = min(window, _PLAIN_WINDOW)
    text = environment.get(_COMPACT_AT, "")
    # It is read as a whole number up to the first other character: `500k` is 500.
    digits = text[: len(text) - len(text.lstrip("0123456789"))]
    if not digits:
        return window
    low, high = _COMPACT_RANGE
    return min(window, max(low, min(high, int(digits[:9]))))


def parse(raw: bytes, agent: str | None, environment: Mapping[str, str]) -> Call | None:
    """Return the call, `None` where there is nothing in it for us; a subagent's work is its own."""
    found = _object(raw)
    if found.get("agent_id"):
        return None
    who = next((one for one in AGENTS if one == agent), None) or recognised(found, environment)
    name = _text(found, "hook_event_name") or (_named(found) if who == "copilot" else "")
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
    numbered = isinstance(found.get("timestamp"), (int, float))
    vs_code = bool(found.get("extensionId")) or "github.copilot" in transcript
    if (isinstance(found.get("sessionId"), str) and numbered) or vs_code:
        return "copilot"
    named = found.get("hook_event_name") in _GEMINI_EVENTS
    if named or (stamped and (environment.get("GEMINI_PROJECT_DIR") or "/.gemini/" in transcript)):
        return "gemini-cli"
    if stamped and not transcript:
        return "copilot"
    starts = all(key in found for key in ("model", "permission_mode", "source"))
    if found.get("turn_id") or (starts and (not transcript or "/.codex/" in transcript)):
        return "codex"
    return "claude-code"


def _object(raw: bytes) -> Mapping[str, object]:
    return json_object(raw.decode("utf-8-sig", "replace")) or {}


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
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 0
    return int(value) if 0 < value < 2**53 else 0
