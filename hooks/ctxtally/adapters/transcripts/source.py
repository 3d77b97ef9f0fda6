"""What every reader of the lines of a transcript does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ctxtally.adapters.transcripts.lines import lines
from ctxtally.adapters.transcripts.values import moment
from ctxtally.model.transcript import Read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, BinaryIO

    from ctxtally.model.response import Response
    from ctxtally.model.transcript import State

    # What a line tells, as far as the reader needs it; `None` where it holds no object.
    Parse = Callable[[bytes], dict[str, Any] | None]


class LineReader(Protocol):
    """Takes the objects that the lines of a transcript hold, in their order.

    A line without any of `hints` is never parsed. `state` is what has to be remembered until the
    file is longer.
    """

    compactions: int

    @property
    def hints(self) -> tuple[bytes, ...]: ...
    @property
    def state(self) -> State: ...
    def take(
        self, found: Mapping[str, object], offset: int, moment: float
    ) -> Iterator[Response]: ...


class Lines:
    """Reads the lines of a transcript from an offset on; `read` is complete when it has ended."""

    def __init__(self, reader: LineReader, parse: Parse, offset: int, moment: float) -> None:
        self._reader = reader
        self._parse = parse
        self._moment = moment
        self._offset = offset
        self._state = reader.state
        self._bad = self._long = 0
        self._torn = False

    @property
    def read(self) -> Read:
        return Read(
            offset=self._offset,
            state=self._state,
            bad=self._bad,
            long=self._long,
            torn=self._torn,
            compactions=self._reader.compactions,
        )

    def responses(self, file: BinaryIO) -> Iterator[Response]:
        """Yield each record of a response; `file` is open for reading bytes."""
        hints = self._reader.hints
        for line in lines(file, self._offset):
            content = line.content
            if not line.whole:
                self._state = self._reader.state
                if content is not None:
                    yield from self._tail(content, line.offset)
                return
            self._offset = line.end
            if content is None:
                self._long += 1
            elif _may_tell(content, hints):
                found = self._parse(content)
                if found is None:
                    self._bad += 1
                elif found:
                    yield from self._taken(found, line.offset)
            elif not _may_be_object(content):
                self._bad += 1
        self._state = self._reader.state

    def _tail(self, content: bytes, offset: int) -> Iterator[Response]:
        """Take what stands behind the last line feed, where it is whole; it is read again later."""
        if not content.strip(b"\0 \t\r\n"):
            return
        found = self._parse(content)
        if found is None:
            self._torn = True
        else:
            yield from self._taken(found, offset)

    def _taken(self, found: Mapping[str, object], offset: int) -> Iterator[Response]:
        # A line without a time of its own was written after the line before it.
        self._moment = moment(found.get("timestamp")) or self._moment
        yield from self._reader.take(found, offset, self._moment)


def _may_tell(content: bytes, hints: tuple[bytes, ...]) -> bool:
    for hint in hints:  # noqa: SIM110 - `any` takes three times as long, and this is every line
        if hint in content:
            return True
    return False


def _may_be_object(content: bytes) -> bool:
    """Say whether a line looks like an object, or is empty: what tells nothing is not parsed."""
    bare = content.strip()
    return not bare or (bare[:1] == b"{" and bare[-1:] == b"}")
