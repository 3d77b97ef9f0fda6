"""Read Markdown as a stream of words: each with its line, beside the blocks they stand in."""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING, Literal

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.redundancy.words import Lexicon

_FENCE = re.compile(r" {0,3}(?:(?:[-*+]|\d{1,3}[.)])\s+)?(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+")
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
_LINK = re.compile(r"\[[^\]\n]*\]\([^)\n]*\)")
_ANCHOR = re.compile(r"\[[^\]\n]*\]\(#[^)\n]*\)")
_IMPORT = re.compile(r"\s*(?:[-*+]\s+)?@[^\s@]+\s*$")
_WORDY = re.compile(r"[^\W_\d]")
_LICENCE = re.compile(
    r"SPDX-License-Identifier|Copyright (?:\(c\)|\u00a9|\d{4})|Permission is hereby granted"
    r"|Licensed under the .{0,40}Licen[cs]e|THE SOFTWARE IS PROVIDED|above copyright notice",
    re.IGNORECASE,
)

Kind = Literal["paragraph", "item", "row", "heading", "code"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A leaf block: its words are `words[start:end]` of the text."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """The words of a text; `lines` and `fenced` say of each where it stands.

    Lines count from 1. `headings` are titles by line, `comments` the HTML comments that begin a
    line, by the line they begin and the line they end on.
    """

    words: list[int]
    lines: Sequence[int]
    fenced: bytes
    blocks: tuple[Block, ...]
    headings: tuple[tuple[int, str], ...]
    comments: tuple[tuple[int, int, str], ...]


def scan(lines: Sequence[str], lexicon: Lexicon) -> Scanned:
    """Read the lines of a text.

    What is never redundant has no words: front matter, comments, licence notices, imports, tables
    of contents, and lines that are only an image or a link.
    """
    scanner = _Scanner(lexicon)
    for number in range(_front_matter(lines), len(lines)):
        scanner.take(number + 1, lines[number])
    scanner.close()
    return Scanned(
        words=scanner.words,
        lines=scanner.lines,
        fenced=bytes(scanner.fenced),
        blocks=tuple(scanner.blocks),
        headings=tuple(scanner.headings),
        comments=tuple(scanner.comments),
    )


def _front_matter(lines: Sequence[str]) -> int:
    """Return how many lines belong to front matter; without an end it is text."""
    if lines[0].rstrip() != "---":
        return 0
    ends = (at for at in range(1, len(lines)) if lines[at].rstrip() in ("---", "..."))
    return next(ends, -1) + 1


class _Scanner:
    def __init__(self, lexicon: Lexicon) -> None:
        self.words: list[int] = []
        self.lines = array("I")
        self.fenced = bytearray()
        self.blocks: list[Block] = []
        self.headings: list[tuple[int, str]] = []
        self.comments: list[tuple[int, int, str]] = []
        self._read = lexicon.read
        self._kind: Kind | None = None
        self._start = 0
        self._fence = ""
        self._comment: list[str] = []
        self._comment_line = 0
        self._licence = False

    def take(self, number: int, line: str) -> None:
        stripped = line.strip()
        if self._fence:
            self._code(number, stripped)
        elif self._comment or stripped.startswith("<!--"):
            self._in_comment(number, stripped)
        elif not stripped:
            self.close()
        elif not self._opens(number, line, stripped):
            self._text(number, line)

    def close(self) -> None:
        """End the block that is open; a licence notice is forgotten."""
        if self._kind is None:
            return
        if self._licence:
            self._licence = False
            del self.words[self._start :], self.lines[self._start :], self.fenced[self._start :]
        elif len(self.words) > self._start:
            self.blocks.append(Block(kind=self._kind, start=self._start, end=len(self.words)))
        self._kind = None

    def _open(self, kind: Kind) -> None:
        self.close()
        self._kind = kind
        self._start = len(self.words)

    def _opens(self, number: int, line: str, stripped: str) -> bool:
        """Take a line that is a block of its own, or begin one that goes on."""
        head = stripped[0]
        if head == "#" and (heading := _HEADING.match(line)):
            self._open("heading")
            self.headings.append((number, heading[1]))
            self._add(number, self._read(heading[1]), fenced=0)
            self.close()
            return True
        if head in "`~-*+0123456789" and (fence := _FENCE.match(line)):
            self._open("code")
            self._fence = fence[1]
            return True
        if head == "|" and stripped[-1] == "|":
            self._open("row")
            self._text(number, line)
            self.close()
            return True
        if head in "-*+0123456789" and _ITEM.match(line):
            self._open("item")
        elif self._kind is None:
            self._open("paragraph")
        return False

    def _text(self, number: int, line: str) -> None:
        if "](" in line:
            line = _IMAGE.sub("", line)
            if not _WORDY.search(_ANCHOR.sub("", line)):
                return
            if self._kind == "paragraph" and not _WORDY.search(_LINK.sub("", line)):
                return
        if "@" in line and _IMPORT.match(line):
            return
        if self._kind == "paragraph" and _LICENCE.search(line):
            self._licence = True
        self._add(number, self._read(line), fenced=0)

    def _code(self, number: int, stripped: str) -> None:
        if stripped.startswith(self._fence) and not stripped.strip(self._fence[0]):
            self._fence = ""
            self.close()
        else:
            self._add(number, self._read(stripped), fenced=1)

    def _in_comment(self, number: int, stripped: str) -> None:
        if not self._comment:
            self.close()
            self._comment_line = number
        self._comment.append(stripped)
        if "-->" in stripped:
            self.comments.append((self._comment_line, number, " ".join(self._comment)))
            self._comment = []

    def _add(self, number: int, words: list[int], *, fenced: int) -> None:
        self.words += words
        self.lines.extend([number] * len(words))
        self.fenced.extend(bytes([fenced]) * len(words))
