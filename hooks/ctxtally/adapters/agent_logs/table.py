"""Reads the turns of a plain table: CSV with a header, or JSON objects, one to a line."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from ctxtally.adapters.agent_logs.reader import Reader
from ctxtally.model.turn import Turn, TurnEvent
from ctxtally.text.figures import LARGEST, counted
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxtally.model.turn import Happening

# What others call the tokens of a turn.
_TOKENS = ("tokens", "used", "total_tokens")
_SEPARATORS = (",", ";", "\t")
_WHOLE = re.compile(r"\d{1,16}|\d{1,3}(?:[,_]\d{3}){1,5}")
# What a cell `event` may say, one or several of them, beside nothing.
EVENTS: tuple[Happening, ...] = (
    "compressed",
    "pressure",
    "low-utilisation",
    "included",
    "excluded",
    "over-limit",
    "critical",
)
_BETWEEN = re.compile(r"[;\s]+")


class _Rows(Reader):
    """Rows are turns in the order in which they stand; their own numbers are kept."""

    form = "table"

    def __init__(self) -> None:
        super().__init__()
        self._unknown, self._first_unknown = 0, ""

    def remarks(self) -> list[str]:
        found = super().remarks()
        if self._unknown:
            many = counted(self._unknown, "words")
            found.append(
                f"passed over in `event`: {many}, the first is {shown(self._first_unknown)}; "
                f"known are {', '.join(EVENTS)}"
            )
        return found

    def row(self, number: int, cells: Mapping[str, object]) -> None:
        used = next((_amount(cells[key]) for key in _TOKENS if key in cells), None)
        if used is None:
            self.bad += 1
            return
        number_told = _amount(cells.get("turn"))
        self._turns.add(
            Turn(
                number=len(self._turns) + 1 if number_told is None else number_told,
                used=used,
                limit=_amount(cells.get("limit")) or None,
                base=_amount(cells.get("base")),
                context=_amount(cells.get("context")),
                time=_text(cells, "time"),
                line=number,
                events=tuple(self._events(number, cells.get("event"))),
            )
        )

    def _events(self, number: int, said: object) -> Iterator[TurnEvent]:
        words = said if isinstance(said, list) else [said]
        for word in (part for one in words for part in _BETWEEN.split(str(one or ""))):
            kind = next((one for one in EVENTS if one == word.lower()), None)
            if kind is not None:
                yield TurnEvent(kind=kind, line=number)
            elif word:
                self._unknown += 1
                self._first_unknown = self._first_unknown or word


class CsvReader(_Rows):
    """The header names the columns; what else they may be called is in `_TOKENS`."""

    def __init__(self, header: str) -> None:
        super().__init__()
        self._separator = next(one for one in _SEPARATORS if _is_header(header, one))
        self._names = _names(header, self._separator)

    def take(self, number: int, text: str) -> None:
        if not text.strip():
            return
        try:
            cells = next(csv.reader([text.replace("\0", "")], delimiter=self._separator), [])
        except csv.Error:  # a cell beyond its limit, or a line end within one
            self.bad += 1
            return
        if [cell.strip().lower() for cell in cells] == self._names:  # again, in a rotated log
            return
        if len(cells) != len(self._names):
            self.bad += 1
            return
        self.row(number, dict(zip(self._names, cells, strict=True)))


class JsonLinesReader(_Rows):
    def take(self, number: int, text: str) -> None:
        found = self._object(text)
        if found is not None:
            self.row(number, found)


def is_csv(header: str) -> bool:
    return any(_is_header(header, one) for one in _SEPARATORS)


def is_row(found: Mapping[str, object]) -> bool:
    return any(_amount(found.get(key)) is not None for key in _TOKENS)


def _is_header(header: str, separator: str) -> bool:
    names = _names(header, separator)
    return any(name in names for name in _TOKENS) and len(names) > 1


def _names(header: str, separator: str) -> list[str]:
    return [name.strip().strip('"').lower() for name in header.split(separator)]


def _text(cells: Mapping[str, object], key: str) -> str:
    value = cells.get(key)
    return value.strip() if isinstance(value, str) else ""


def _amount(value: object) -> int | None:
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        value = int(value.strip().replace(",", "").replace("_", ""))
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < LARGEST:
        return None
    return value
