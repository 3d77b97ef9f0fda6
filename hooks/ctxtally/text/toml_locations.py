"""Where each key and array item of a TOML document stands, and whether it is sane enough to parse.

The parser gives values without positions, so this walks the same text (TOML 1.0, with the line
breaks and trailing commas that 1.1 allows in inline tables) in one linear pass. It stops at the
first thing that is not TOML and leaves the complaint to the parser.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import NamedTuple

from ctxtally.model.record import dataclass, field

# Settings go a handful of levels down. A deep key costs the parser quadratic time and memory, a
# deep array its stack; versions of tomli and tomllib differ in what they bound.
DEEPEST = 32

# Longer than any number or date. CPython refuses decimal integers of more than 4,300 digits with
# no position, and printing a hexadecimal one of that size fails.
LONGEST_SCALAR = 100

_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\n]+|#[^\n]*)*")
_BRACKETS = re.compile(r"\[{0,2}")
_CLOSING = re.compile(r"\]{1,2}")
_EQUALS = re.compile(r"=[ \t]*")
_PART = re.compile(r"""[A-Za-z0-9_-]+|'[^'\n]*'|"[^"\\\n]*(?:\\.[^"\\\n]*)*\"""")
_STRING = re.compile(
    r'''"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""(?:"{0,2})'''
    r"""|'''.*?'''(?:'{0,2})"""
    r"""|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\n]*'""",
    re.DOTALL,
)
_SCALAR = re.compile(r"""[^\s,\[\]{}#"'=][^,\]}#\n"']*""")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_SHORT = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}
_LAST_CODE_POINT = 0x10FFFF


class Position(NamedTuple):
    """Both count from 1; a column is a code point."""

    line: int
    column: int


class ExcessError(ValueError):
    """The text goes beyond what is worth parsing, at `position`."""

    def __init__(self, message: str, position: Position) -> None:
        super().__init__(message)
        self.position = position


def position_of(text: str, offset: int) -> Position:
    r"""Return the line and column of `text[offset]`; lines end with LF.

    >>> position_of("a = 1\nb = 2", 6)
    Position(line=2, column=1)
    """
    return Position(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


@dataclass(frozen=True, slots=True)
class Locations:
    """The places of one document's keys."""

    text: str
    root: _Place

    def find(self, *path: str | int) -> Position:
        r"""Return where the last step of `path` stands, or else its nearest ancestor.

        A key stands where its own part of a dotted key or header begins, an item of a plain array
        where its value begins, a table of an array of tables at the name in its header. Of several
        mentions the first counts.

        >>> locate("[[budget]]\nmax = 1\n[[budget]]\nmax = 2").find("budget", 1, "max")
        Position(line=4, column=1)
        """
        place = self.root
        for step in path:
            if step not in place.inside:
                break
            place = place.inside[step]
        return position_of(self.text, place.offset)


def locate(text: str) -> Locations:
    """Walk a document whose lines end with LF; raise ExcessError where it is beyond a limit."""
    walk = _Walk(text)
    with suppress(_NotTomlError):
        walk.document()
    return Locations(text, walk.root)


class _NotTomlError(Exception):
    """The parser will say so better."""


@dataclass(slots=True)
class _Place:
    """Where a key or item stands, with what is inside it: keys by name, items by index."""

    offset: int
    depth: int = 0
    items: int = 0
    inside: dict[str | int, _Place] = field(default_factory=dict)

    def current(self) -> _Place:
        """Return the latest item of an array of tables, which a header goes on with, or itself."""
        return self.inside[self.items - 1] if self.items else self


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.root = _Place(0)

    def document(self) -> None:
        table = self.root
        while self.skip(_BLANK) < len(self.text):
            brackets = self.take(_BRACKETS)
            if not brackets:
                self.pair(table)
                continue
            table = self.key(self.root)
            if brackets == "[[":
                table = self.item(table, self.last_part)
            self.take(_CLOSING)

    def pair(self, table: _Place) -> None:
        key = self.key(table)
        self.take(_EQUALS)
        self.value(key)

    def key(self, table: _Place) -> _Place:
        """Read a bare, quoted or dotted key below `table`."""
        while True:
            self.skip(_SPACE)
            self.last_part = self.at
            name = _plain(self.take(_PART))
            table = self.inside(table.current(), name, self.last_part)
            self.skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return table
            self.at += 1

    def value(self, place: _Place) -> None:
        opening = self.text[self.at : self.at + 1]
        if opening in ("[", "{"):
            self.at += 1
            while not self.closed("]" if opening == "[" else "}"):
                if opening == "{":
                    self.pair(place)
                else:
                    self.value(self.item(place, self.at))
                self.skip(_BLANK)
                self.at += self.text.startswith(",", self.at)
        elif opening in ("'", '"'):
            self.take(_STRING)
        else:
            start = self.at
            length = len(self.take(_SCALAR).rstrip())
            if length > LONGEST_SCALAR:
                message = f"a value without quotes has {length:,} characters"
                raise ExcessError(message, position_of(self.text, start))

    def closed(self, bracket: str) -> bool:
        closed = self.text.startswith(bracket, self.skip(_BLANK))
        self.at += closed
        return closed

    def item(self, array: _Place, offset: int) -> _Place:
        array.items += 1
        return self.inside(array, array.items - 1, offset)

    def inside(self, place: _Place, step: str | int, offset: int) -> _Place:
        if step not in place.inside:
            if place.depth == DEEPEST:
                message = f"keys, tables and arrays are nested more than {DEEPEST} deep"
                raise ExcessError(message, position_of(self.text, offset))
            place.inside[step] = _Place(offset, place.depth + 1)
        return place.inside[step]

    def skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at

    def take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise _NotTomlError
        self.at = found.end()
        return found[0]


def _plain(part: str) -> str:
    """Return the name that a bare or quoted part of a key stands for."""
    if part[0] == "'":
        return part[1:-1]
    return _ESCAPE.sub(_unescaped, part[1:-1]) if part[0] == '"' else part


def _unescaped(found: re.Match[str]) -> str:
    digits = found[1] or found[2] or found[3]
    if not digits:
        return _SHORT.get(found[4], found[4])
    # The parser refuses what is no code point; here it only must not fail.
    return chr(min(int(digits, 16), _LAST_CODE_POINT))
