"""Reads the turns of a Claude Code transcript: one response of the API each.

Formats and rules: a response is several lines with one `message.id`, and its usage is repeated; the
prompt is the sum of the three input fields; a `compact_boundary` stands where the conversation was
compacted. Lines of subagents are not of this conversation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.agent_logs.reader import Reader, Turns, whole, word
from ctxtally.model.record import replace
from ctxtally.model.turn import Turn, TurnEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

_USAGE = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
# What Claude Code 2 writes, without asking again, where the API refuses a prompt for its size.
_REFUSED = "prompt is too long"


class ClaudeReader(Reader):
    """A file that holds nothing but a subagent's lines is the conversation of that subagent."""

    form = "claude-code"

    def __init__(self) -> None:
        super().__init__()
        self._side = Turns()
        self._known: dict[tuple[bool, str], int] = {}

    def take(self, number: int, text: str) -> None:
        found = self._object(text)
        if found is None:
            return
        side = found.get("isSidechain") is True
        turns = self._side if side else self._turns
        metadata = found.get("compactMetadata")
        if found.get("subtype") == "compact_boundary":
            before = whole(metadata, "preTokens") if isinstance(metadata, dict) else 0
            turns.before(TurnEvent(kind="compressed", line=number, tokens=before or None))
        message = found.get("message")
        if not isinstance(message, dict):
            return
        if found.get("isApiErrorMessage") is True and _REFUSED in _said(message).lower():
            turns.after(TurnEvent(kind="over-limit", line=number, what="prompt is too long"))
        usage = message.get("usage")
        if isinstance(usage, dict) and message.get("model") != "<synthetic>":
            self._response(number, found, message, usage)

    def _of(self) -> Turns:
        return self._turns if len(self._turns) else self._side

    def _response(
        self,
        number: int,
        found: Mapping[str, object],
        message: Mapping[str, object],
        usage: Mapping[str, object],
    ) -> None:
        used = _prompt(usage)
        if not used:
            return
        side = found.get("isSidechain") is True
        turns = self._side if side else self._turns
        name = word(message, "id") or word(found, "uuid") or f"line {number}"
        at = self._known.setdefault((side, name), len(turns))
        if at < len(turns):
            known = turns[at]
            turns.replace(at, replace(known, used=max(known.used, used)))
            return
        turns.add(
            Turn(
                number=len(turns) + 1,
                used=used,
                line=number,
                time=word(found, "timestamp"),
                model=word(message, "model"),
            )
        )


def _prompt(usage: Mapping[str, object]) -> int:
    iterations = usage.get("iterations")
    for one in reversed(iterations if isinstance(iterations, list) else []):
        if isinstance(one, dict) and one.get("type") == "message":
            usage = one  # the top level is the sum over all of them
            break
    return sum(whole(usage, key) for key in _USAGE)


def _said(message: Mapping[str, object]) -> str:
    """Return the text at the start of a message."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    first = content[0] if isinstance(content, list) and content else None
    return word(first, "text") if isinstance(first, dict) else ""
