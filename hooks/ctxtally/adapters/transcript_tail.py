"""Reads how full a window is from the end of a transcript.

Only the end is read, however long the transcript is. The forms are those of Claude Code, Codex and
Gemini CLI; what is in another form tells nothing.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters.json_objects import json_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# An answer with a large tool result fits; the first is enough in nearly every case.
_STEPS = (64 << 10, 1 << 20, 4 << 20)
_USAGE = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


class Tail(NamedTuple):
    """`window` is 0 where the transcript does not tell it."""

    tokens: int
    window: int = 0
    model: str = ""


def changed(path: str) -> float | None:
    """Return when a transcript was written last, `None` where there is no such file."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    # Whoever opens a FIFO waits until somebody writes into it.
    return found.st_mtime if stat.S_ISREG(found.st_mode) else None


def read(path: str) -> Tail | None:
    """Return the last usage in a transcript, `None` where there is none near its end."""
    for size in _STEPS:
        try:
            with open(path, "rb") as file:
                end = file.seek(0, os.SEEK_END)
                file.seek(max(0, end - size))
                raw = file.read(size)
        except (OSError, ValueError):
            return None
        lines = raw.splitlines() if end <= size else raw.splitlines()[1:]
        found = _last(reversed(lines)) or (_document(raw) if end <= size else None)
        if found or end <= size:
            return found
    return None


def _last(lines: Iterator[bytes]) -> Tail | None:
    for line in lines:
        if b"tokens" not in line.lower():
            continue
        found = json_object(line)
        if found is not None:
            tail = _claude(found) or _codex(found) or _gemini(found)
            if tail is not None:
                return tail
    return None


def _claude(line: Mapping[str, object]) -> Tail | None:
    """Return the prompt of a response: what was read from the cache is in the window too."""
    metadata = line.get("compactMetadata")
    if line.get("subtype") == "compact_boundary" and isinstance(metadata, dict):
        tokens = _whole(metadata, "postTokens")
        return Tail(tokens=tokens) if tokens else None
    message = line.get("message")
    if line.get("isSidechain") or not isinstance(message, dict):
        return None
    usage, model = message.get("usage"), message.get("model")
    if not isinstance(usage, dict) or model == "<synthetic>":
        return None
    iterations = usage.get("iterations")
    for one in reversed(iterations if isinstance(iterations, list) else []):
        if isinstance(one, dict) and one.get("type") == "message":
            usage = one  # the top level is the sum over all of them
            break
    tokens = sum(_whole(usage, key) for key in _USAGE)
    return Tail(tokens=tokens, model=str(model or "")) if tokens else None


def _codex(line: Mapping[str, object]) -> Tail | None:
    payload = line.get("payload")
    info = payload.get("info") if isinstance(payload, dict) else None
    last = info.get("last_token_usage") if isinstance(info, dict) else None
    if not isinstance(last, dict) or not isinstance(info, dict):
        return None
    tokens = _whole(last, "total_tokens")
    return Tail(tokens=tokens, window=_whole(info, "model_context_window")) if tokens else None


def _gemini(line: Mapping[str, object]) -> Tail | None:
    used = line.get("tokens")
    if line.get("type") != "gemini" or not isinstance(used, dict):
        return None
    parts = ("input", "output", "thoughts", "tool")
    tokens = _whole(used, "total") or sum(_whole(used, key) for key in parts)
    return Tail(tokens=tokens, model=str(line.get("model") or "")) if tokens else None


def _document(raw: bytes) -> Tail | None:
    """Read Gemini CLI's older form: one document with a list of messages."""
    messages = (json_object(raw) or {}).get("messages")
    listed = messages if isinstance(messages, list) else []
    tails = (_gemini(one) for one in reversed(listed) if isinstance(one, dict))
    return next((tail for tail in tails if tail), None)


def _whole(found: Mapping[str, object], key: str) -> int:
    value = found.get(key)
    return value if isinstance(value, int) and 0 < value < 2**53 else 0
