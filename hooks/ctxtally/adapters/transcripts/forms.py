"""Tells from its content how a transcript is read that lies anywhere."""

from __future__ import annotations

import os
from itertools import islice
from typing import TYPE_CHECKING

from ctxtally.adapters.agent_logs.codex import TYPES
from ctxtally.adapters.files import opened
from ctxtally.adapters.json_objects import json_object
from ctxtally.adapters.transcripts.lines import lines

if TYPE_CHECKING:
    from collections.abc import Mapping

# Real transcripts start with up to 16 lines that only name them; the first line of a rollout may
# have 20 kB.
_LINES = 64
_LONGEST = 4 << 20
_HEAD = 64 << 10
ENDINGS = (".jsonl", ".json", ".db")
# Which agent a form belongs to.
AGENT_OF = {
    "claude-code": "claude-code",
    "codex": "codex",
    "gemini-cli": "gemini-cli",
    "opencode-db": "opencode",
    "opencode-file": "opencode",
    "copilot-otel": "copilot",
    "copilot-db": "copilot",
    "copilot-events": "copilot",
}


def form(path: str) -> str:
    """Return the form of a file, empty where it is none of a transcript; raises OSError."""
    with opened(path) as file:
        if path.endswith(".db"):
            is_database = file.read(16) == b"SQLite format 3\0"
            named = os.path.basename(path).startswith("session-store")
            return ("copilot-db" if named else "opencode-db") if is_database else ""
        if path.endswith(".json"):
            return _of_document(file.read(_HEAD))
        for line in islice(lines(file, 0, _LONGEST), _LINES):
            found = json_object((line.content or b"").decode("utf-8", "replace"))
            told = _of_line(found) if found is not None else ""
            if told:
                return told
    return ""


def _of_document(head: bytes) -> str:
    if b'"messages"' in head and b'"sessionId"' in head:
        return "gemini-cli"
    return "opencode-file" if b'"role"' in head and b'"sessionID"' in head else ""


def _of_line(found: Mapping[str, object]) -> str:
    kind = str(found.get("type"))
    if isinstance(found.get("payload"), dict) and kind in (*TYPES, "token_usage_record"):
        return "codex"
    if isinstance(found.get("data"), dict) and kind.startswith(("session.", "user.", "assistant.")):
        return "copilot-events"
    if "projectHash" in found or "$set" in found or kind == "gemini":
        return "gemini-cli"
    if any(name in found for name in ("resourceSpans", "resourceLogs", "attributes")):
        return "copilot-otel"
    if isinstance(found.get("message"), dict) or "parentUuid" in found or "leafUuid" in found:
        return "claude-code"
    return ""
