"""Reads the log of the ADK DevOps agent (BlueCentre/adk-agents), in both revisions.

A record is `2026-11-20 17:16:28,813 - INFO - devops_agent.py:1585 -   Total Used: 2,060 / 6,000`
(LOGGING_FORMAT of google/adk-python); lines without that prefix continue the record before. Only
the start of a message counts, for the previews of messages repeat every word that is logged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from ctxtally.adapters.agent_logs.reader import Reader
from ctxtally.model.turn import Turn, TurnEvent
from ctxtally.text.figures import LARGEST

if TYPE_CHECKING:
    from ctxtally.model.turn import Happening

RECORD = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) - (?P<level>[A-Z]{1,10}) - "
    r"[^\s:]{1,100}:\d{1,7} - ?(?P<message>.*)",
    re.DOTALL,
)
# The mark before a message may be lost to an encoding: any one word that is not ASCII stands for
# it, and so do the question marks or the escape that a terminal without the character writes.
_MARK = r"\s*(?:(?:[^\x00-\x7f]{1,24}|\?{1,8}|\\U[0-9a-f]{8}|\\u[0-9a-f]{4}(?:\\ufe0f)?)\s+)?"
_NUMBER = r"(\d[\d,]{0,20})"
_TOKENS = r"(?P<tokens>\d[\d,]{0,20})"
_PART = rf"(?P<what>[^()]{{1,200}}?) \({_TOKENS} tokens\)"

# What a message tells, at which level, and how it begins.
_TOLD = tuple(
    (kind, levels, re.compile(_MARK + pattern))
    for kind, levels, pattern in (
        ("base", "INFO", rf"Base Prompt Tokens: {_NUMBER}\s*$"),
        ("context", "INFO", rf"Total Context Tokens: {_NUMBER}\s*$"),
        ("turn", "INFO", rf"Total Used: {_NUMBER} / {_NUMBER}\s*$"),
        ("included", "INFO", rf"INCLUDED: {_PART}"),
        ("excluded", "INFO WARNING", rf"EXCLUDED: {_PART}(?: - (?P<reason>[^\n]{{1,200}}))?"),
        ("pressure", "WARNING", r"HIGH TOKEN PRESSURE"),
        ("low-utilisation", "WARNING", r"LOW UTILIZATION: Only using ([\d.]{1,6}%)"),
        ("compressed", "INFO WARNING", r"(Agent optimization level \d\+?)[: ]"),
        ("compressed", "INFO WARNING", r"(Applied minimal context optimization)"),
        ("compressed", "WARNING", r"(EMERGENCY OPTIMIZATION):"),
        ("critical", "ERROR CRITICAL", rf"CRITICAL: Final prompt \({_TOKENS} tokens\) exceeds"),
        ("over-limit", "ERROR CRITICAL", rf"Base prompt \({_TOKENS} tokens\) already exceeds"),
    )
)


class AdkReader(Reader):
    """A turn is the n-th record `Total Used`."""

    form = "adk"

    def __init__(self) -> None:
        super().__init__()
        self._parts: dict[str, int] = {}
        # A record whose message begins on the next line.
        self._open: re.Match[str] | None = None

    def take(self, number: int, text: str) -> None:
        found = RECORD.fullmatch(text)
        if found is not None:
            self._open = None if found["message"].strip() else found
            self._message(number, found, found["message"])
        elif self._open is not None and text.strip():
            self._message(number, self._open, text)
            self._open = None

    def _message(self, number: int, record: re.Match[str], message: str) -> None:
        for kind, levels, pattern in _TOLD:
            found = pattern.match(message) if record["level"] in levels.split() else None
            if found is not None:
                self._told(kind, number, record["time"], found)
                return

    def _told(self, kind: str, number: int, time: str, found: re.Match[str]) -> None:
        if kind in ("base", "context"):
            self._parts[kind] = _amount(found[1])
        elif kind == "turn":
            turn = Turn(
                number=len(self._turns) + 1,
                used=_amount(found[1]),
                limit=_amount(found[2]) or None,
                line=number,
                time=time,
                base=self._parts.get("base"),
                context=self._parts.get("context"),
            )
            self._turns.add(turn)
            self._parts = {}
        else:
            self._event(kind, number, found)

    def _event(self, kind: str, number: int, found: re.Match[str]) -> None:
        named = found.groupdict()
        event = TurnEvent(
            kind=cast("Happening", kind),
            line=number,
            what=named.get("what") or (found[1] if kind in _WORDS else ""),
            tokens=None if kind in _WORDS or kind == "pressure" else _amount(found["tokens"]),
            reason=(named.get("reason") or "").strip(),
        )
        # What is found wrong with a prompt is told after the record of its turn.
        if kind in ("critical", "low-utilisation"):
            self._turns.after(event)
        else:
            self._turns.before(event)


_WORDS = ("compressed", "low-utilisation")


def _amount(digits: str) -> int:
    """Return a number with thousands separators; one that is too long is as large as can be."""
    return min(int(digits.replace(",", "")[:17]), LARGEST)
