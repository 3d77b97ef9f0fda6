"""Reads one transcript, of whatever form, from where it was left."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

from ctxtally.adapters.agent_logs.lines import LONGEST
from ctxtally.adapters.json_objects import json_object, line_objects
from ctxtally.adapters.transcripts import copilot, opencode
from ctxtally.adapters.transcripts.claude import ClaudeReader
from ctxtally.adapters.transcripts.codex import CodexReader
from ctxtally.adapters.transcripts.copilot import EventsReader
from ctxtally.adapters.transcripts.exported import ExportReader
from ctxtally.adapters.transcripts.gemini import GeminiReader
from ctxtally.adapters.transcripts.source import Lines
from ctxtally.adapters.transcripts.tables import TableError, rows
from ctxtally.model.transcript import Read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from ctxtally.adapters.transcripts.families import Families
    from ctxtally.adapters.transcripts.source import LineReader, Parse
    from ctxtally.model.response import Response
    from ctxtally.model.transcript import State, Transcript

# A document is parsed as a whole; Gemini CLI writes one of some megabytes for a long session.
LARGEST_DOCUMENT = LONGEST

# Lines of some kilobytes are read in a third of the time that they take with the usual 8 KiB.
_BUFFER = 256 << 10

# A subagent's first turn begins as soon as the history of its parent was copied.
SILENT_SECONDS = 60.0


class Reading:
    """The responses of a transcript since `before`; `read` is complete once they were taken.

    `is_held` says that they are not to be taken yet. `moment` is when the file was changed.
    """

    def __init__(
        self,
        transcript: Transcript,
        before: Read,
        moment: float,
        families: Families,
        now: float = math.inf,
    ) -> None:
        self.read = before
        self._transcript = transcript
        self._moment = moment
        self._families = families
        self._is_growing = now - moment < SILENT_SECONDS
        self.is_held = False

    def responses(self, *, many: bool = False) -> Iterator[Response]:
        """Yield the records of responses; what cannot be read is told in `read.problem`.

        With `many` to be read, some MiB in all of the files, an import for their sake pays.
        """
        form = self._transcript.form
        try:
            if form.endswith("-db"):
                yield from self._table()
                return
            with open(self._transcript.path, "rb", buffering=_BUFFER) as file:
                if self._transcript.path.endswith(".json"):
                    yield from self._document(file)
                else:
                    yield from self._lines(file, self._parse(many=many))
        except (OSError, ValueError) as error:
            self._failed(getattr(error, "strerror", None) or str(error))
        except TableError as error:
            self._failed(str(error))

    def _failed(self, problem: str) -> None:
        self.read = self.read._replace(problem=problem)

    def _lines(self, file: BinaryIO, parse: Parse) -> Iterator[Response]:
        reader = self._reader(self.read.state)
        taken = Lines(reader, parse, self.read.offset, self._moment)
        yield from taken.responses(file)
        self.read = taken.read
        if isinstance(reader, CodexReader):
            self.is_held = reader.is_held
        if isinstance(reader, ExportReader):
            yield from reader.chosen()
            self.read = self.read._replace(state=reader.state)

    def _parse(self, *, many: bool) -> Parse:
        if not many or self._transcript.form != "claude-code":
            return line_objects(many=many)
        from ctxtally.adapters.transcripts.claude_lines import ClaudeLines

        return ClaudeLines().parse

    def _reader(self, state: State) -> LineReader:
        transcript, path = self._transcript, self._transcript.path
        name = os.path.basename(path).partition(".")[0]
        if transcript.form == "codex":
            return CodexReader(
                name,
                state,
                lambda parent: self._families.totals(path, parent),
                lambda: self._families.has_turn(path),
                is_growing=self._is_growing,
            )
        if transcript.form == "gemini-cli":
            return GeminiReader(name, state, transcript.owner)
        if transcript.form == "copilot-events":
            folder = os.path.basename(os.path.dirname(path))
            return EventsReader(folder if name == "events" else name, state)
        if transcript.form == "copilot-otel":
            return ExportReader(state)
        return ClaudeReader(path)

    def _document(self, file: BinaryIO) -> Iterator[Response]:
        raw = file.read(LARGEST_DOCUMENT + 1)
        if len(raw) > LARGEST_DOCUMENT:
            self.read = Read(long=1)
            return
        found = json_object(raw.decode("utf-8-sig", "replace"))
        name = os.path.basename(self._transcript.path).partition(".")[0]
        if found is None:
            self.read = Read(torn=True)
        elif self._transcript.form == "opencode-file":
            folder = os.path.basename(os.path.dirname(self._transcript.path))
            told = opencode.response(
                found, name=name, session=folder, directory="", moment=self._moment
            )
            yield from () if told is None else (told,)
            self.read = Read()
        else:
            yield from GeminiReader(name, None, self._transcript.owner).take(found, 0, self._moment)
            self.read = Read()

    def _table(self) -> Iterator[Response]:
        state = self.read.state or {}
        since, bad = state.get("since", 0), 0
        of_copilot = self._transcript.form == "copilot-db"
        module = copilot if of_copilot else opencode
        for found in rows(self._transcript.path, module.QUERIES, since):
            if of_copilot:
                told, readable = copilot.row(found, self._moment), True
            else:
                told, readable = opencode.row(found, self._moment)
            last = found.get("id" if of_copilot else "changed")
            if isinstance(last, int) and isinstance(since, int):
                since = max(since, last)
            bad += not readable
            if told is not None:
                yield told
        self.read = Read(state={"since": since}, bad=bad)
