"""Reads the log of an agent, whatever its form: the first line that is of one decides."""

from __future__ import annotations

import os
from copy import deepcopy
from typing import TYPE_CHECKING

from ctxtally.adapters.agent_logs.adk import RECORD, AdkReader
from ctxtally.adapters.agent_logs.claude import ClaudeReader
from ctxtally.adapters.agent_logs.codex import TYPES, CodexReader
from ctxtally.adapters.agent_logs.lines import Lines
from ctxtally.adapters.agent_logs.table import CsvReader, JsonLinesReader, is_csv, is_row
from ctxtally.adapters.json_objects import json_object
from ctxtally.errors import UserError
from ctxtally.model.turn import AgentLog
from ctxtally.text.figures import counted
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from ctxtally.adapters.agent_logs.reader import Reader
    from ctxtally.model.turn import Turn

# What a Claude Code transcript has beside a message, some of it; other agents have messages too.
_ENVELOPE = ("sessionId", "uuid", "parentUuid", "isSidechain")


class Log:
    """A log that can be read again and again, each time only what is new."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._lines = Lines(path)
        self._reader: Reader | None = None

    def read(self) -> None:
        """Take what came since; a log that is not there yet, or not readable, is a UserError."""
        for number, text in self._lines.new():
            if self._reader is None:
                self._reader = _reader(text)
            if self._reader is not None:
                self._reader.take(number, text)

    @property
    def form(self) -> str:
        return self._reader.form if self._reader else ""

    @property
    def turns(self) -> list[Turn]:
        return self._reader.turns if self._reader else []

    def whole(self) -> AgentLog:
        """Return everything, as of a log that grows no more; it may be read on all the same."""
        reader, torn = self.ended()
        if reader is None:
            if not os.path.exists(self.path):
                raise UserError(
                    f"{printable(self.path)} is not there",
                    help="name the log file that the agent writes",
                )
            raise UserError(
                f"{printable(self.path)} is no log of a form that is known here",
                help="give the log of the ADK agent, a transcript of Claude Code or Codex, or a "
                "table of turns: CSV with the header `turn,tokens,limit`, or such JSON lines",
            )
        remarks = reader.remarks()
        if self._lines.long:
            remarks.append(f"passed over, for its length: {counted(self._lines.long, 'lines')}")
        if torn:
            remarks.append("the last line is cut off, so it is not read")
        return AgentLog(
            path=self.path, form=reader.form, turns=tuple(reader.ended), remarks=tuple(remarks)
        )

    def ended(self) -> tuple[Reader | None, bool]:
        """Return a reader that took what stands behind the last line feed too, where it is whole.

        And whether it is not. The log itself is read on as if that had not been seen: what stands
        there now may become a longer line.
        """
        rest = self._lines.rest
        if rest is None:
            return self._reader, False
        number, text = rest
        reader = deepcopy(self._reader) or _reader(text)
        # A logger ends each of its lines; a number that was cut off would be taken for another.
        if reader is None or reader.form == "adk":
            return reader, reader is not None
        if text.lstrip().startswith("{") and _parsed(text) is None:
            return reader, True
        reader.take(number, text)
        return reader, False


def read(path: str) -> AgentLog:
    """Read a whole log."""
    log = Log(path)
    log.read()
    return log.whole()


def _reader(text: str) -> Reader | None:
    """Return the reader of the form that a line is in, `None` where it is in none."""
    if RECORD.fullmatch(text):
        return AdkReader()
    if is_csv(text):
        return CsvReader(text)
    found = _parsed(text)
    if found is None:
        return None
    if is_row(found):
        return JsonLinesReader()
    if found.get("type") in TYPES and isinstance(found.get("payload"), dict):
        return CodexReader()
    return ClaudeReader() if _is_claude(found) else None


def _is_claude(found: dict[str, object]) -> bool:
    message = found.get("message")
    if not isinstance(message, dict):
        # What stands there before the first message: a title, or a word of the program itself.
        return "leafUuid" in found or (found.get("type") == "system" and "parentUuid" in found)
    usage = message.get("usage")
    told = isinstance(usage, dict) and "input_tokens" in usage
    speaks = found.get("type") in {"user", "assistant"}
    return told or speaks or any(key in found for key in _ENVELOPE)


def _parsed(text: str) -> dict[str, object] | None:
    return json_object(text) if text.lstrip().startswith("{") else None
