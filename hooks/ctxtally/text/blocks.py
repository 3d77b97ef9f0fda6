"""The block structure of Markdown, line by line, as CommonMark 0.31.2 describes it."""

from __future__ import annotations

import re
from functools import cache

from ctxtally.model.record import dataclass

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    Kind = Literal["prose", "heading", "underline", "code", "comment", "html", "other", "blank"]

# Deeper nesting is read as prose, so that a line of `>` costs no more than any other.
_MAX_DEPTH = 32
_CODE_INDENT = 4
_QUOTE = -1

_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}(?:\s+|$)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)\s*$")
_BREAK = re.compile(r" {0,3}([-*_])(?:\s*\1){2,}\s*$")
_ITEM = re.compile(r"(?:[-+*]|(\d{1,9})[.)])(?= |$)")
_DEFINITION = re.compile(r" {0,3}\[(?:[^\[\]\\]|\\.)+\]:")
_COMMENT_END = re.compile("-->")
_ANY_TAG = r" {0,3}</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>\s*$"


@cache
def _html_starts() -> tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...]:
    """Return how an HTML block begins and what ends it; without an end, the next blank line does.

    Section 4.6, without comments. Most texts hold none, and these take long to compile.
    """
    named = (
        "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details"
        "|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head"
        "|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p"
        "|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul"
    )
    verbatim = "script|pre|style|textarea"
    return (
        (
            re.compile(rf" {{0,3}}<(?:{verbatim})(?=[\s>]|$)", re.IGNORECASE),
            re.compile(rf"</(?:{verbatim})>", re.IGNORECASE),
        ),
        (re.compile(r" {0,3}<\?"), re.compile(r"\?>")),
        (re.compile(r" {0,3}<![A-Za-z]"), re.compile(">")),
        (re.compile(r" {0,3}<!\[CDATA\["), re.compile(r"\]\]>")),
        (re.compile(rf" {{0,3}}</?(?:{named})(?=[\s>]|/>|$)", re.IGNORECASE), None),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text: `text[start:end]`, its content from `content` on, `depth` containers."""

    kind: Kind
    start: int
    end: int
    content: int
    depth: int


def block_lines(text: str) -> Iterator[Line]:
    """Yield each line of a text with LF line ends, with what it is part of."""
    blocks = _Blocks()
    start = 0
    for line in text.split("\n"):
        kind, column = blocks.take(line.expandtabs(4) if "\t" in line else line)
        yield Line(kind, start, start + len(line), start + _offset(line, column), blocks.depth)
        start += len(line) + 1


def _offset(line: str, column: int) -> int:
    """Return where `column` lies in a line whose tabs reach to the next multiple of four."""
    if "\t" not in line[:column]:
        return min(column, len(line))
    at = width = 0
    while width < column and at < len(line):
        width += 4 - width % 4 if line[at] == "\t" else 1
        at += 1
    return at


class _Blocks:
    """What is open while the lines are taken one after the other.

    A container is `_QUOTE`, or the columns by which the content of a list item is indented.
    """

    def __init__(self) -> None:
        self._containers: list[int] = []
        self._in_paragraph = False
        self._fence = ""
        self._html_kind: Kind | None = None
        self._html_end: re.Pattern[str] | None = None

    @property
    def depth(self) -> int:
        return len(self._containers)

    def take(self, line: str) -> tuple[Kind, int]:
        """Return what the next line is and the column where its content begins."""
        at, matched = self._continued(line)
        if matched < len(self._containers) and (self._fence or self._html_kind):
            self._fence, self._html_kind = "", None
        if self._fence:
            return self._in_fence(line[at:]), at
        if self._html_kind:
            return self._in_html(line[at:]), at
        at, opened = self._opened(line, at, matched)
        rest = line[at:]
        # A paragraph goes on without the marks of its containers (5.1, laziness).
        lazy = self._in_paragraph and not opened and matched < len(self._containers)
        kind = self._leaf(rest)
        if not (lazy and kind == "prose"):
            if lazy and kind == "underline":
                kind = "other"
            del self._containers[opened or matched :]
        self._in_paragraph = kind == "prose"
        heading = _HEADING.match(rest) if kind == "heading" else None
        return kind, at + (heading.end() if heading else len(rest) - len(rest.lstrip()))

    def _continued(self, line: str) -> tuple[int, int]:
        """Return the column after the marks of the open containers, and how many go on."""
        at = 0
        for number, container in enumerate(self._containers):
            rest = line[at:]
            indent = len(rest) - len(rest.lstrip(" "))
            if container == _QUOTE:
                if indent >= _CODE_INDENT or rest[indent : indent + 1] != ">":
                    return at, number
                at += indent + 1 + (rest[indent + 1 : indent + 2] == " ")
            elif rest.strip():
                if indent < container:
                    return at, number
                at += container
        return at, len(self._containers)

    def _opened(self, line: str, at: int, matched: int) -> tuple[int, int]:
        """Open the containers that begin on this line; return the column and the new depth."""
        opened = 0
        while (opened or matched) < _MAX_DEPTH:
            rest = line[at:]
            indent = len(rest) - len(rest.lstrip(" "))
            if indent >= _CODE_INDENT:
                break
            if rest[indent : indent + 1] == ">":
                container = _QUOTE
                width = indent + 1 + (rest[indent + 1 : indent + 2] == " ")
            else:
                container = width = self._item_width(rest, indent, new=not opened)
            if not width:
                break
            del self._containers[opened or matched :]
            self._containers.append(container)
            opened = len(self._containers)
            self._in_paragraph = False
            at += width
        return at, opened

    def _item_width(self, rest: str, indent: int, *, new: bool) -> int:
        """Return the columns up to the content of a list item, 0 where none begins."""
        item = _ITEM.match(rest, indent)
        if item is None or _BREAK.match(rest):
            return 0
        content = rest[item.end() :]
        if new and self._in_paragraph and (not content.strip() or item[1] not in (None, "1")):
            return 0
        spaces = len(content) - len(content.lstrip(" "))
        if not content.strip() or spaces > _CODE_INDENT:
            spaces = 1
        return item.end() + spaces

    def _leaf(self, rest: str) -> Kind:
        fence = _FENCE.match(rest)
        kind: Kind
        if not rest.strip():
            kind = "blank"
        elif rest.startswith(" " * _CODE_INDENT):
            kind = "prose" if self._in_paragraph else "code"
        elif fence is not None:
            self._fence = fence[1]
            kind = "code"
        elif _HEADING.match(rest):
            kind = "heading"
        elif self._in_paragraph and _UNDERLINE.match(rest):
            kind = "underline"
        elif _BREAK.match(rest) or (not self._in_paragraph and _DEFINITION.match(rest)):
            kind = "other"
        else:
            kind = self._html(rest)
        return kind

    def _html(self, rest: str) -> Kind:
        tag = rest.lstrip(" ")
        if not tag.startswith("<"):
            return "prose"
        if tag.startswith("<!--"):
            self._html_kind, self._html_end = "comment", _COMMENT_END
            return self._in_html(tag[1:])
        for start, end in _html_starts():
            if start.match(rest):
                self._html_kind, self._html_end = "html", end
                return self._in_html(tag[1:])
        if not self._in_paragraph and re.match(_ANY_TAG, rest):
            self._html_kind, self._html_end = "html", None
            return "html"
        return "prose"

    def _in_html(self, rest: str) -> Kind:
        kind = self._html_kind or "html"
        if self._html_end is None:
            if not rest.strip():
                self._html_kind = None
                return "blank"
        elif self._html_end.search(rest):
            self._html_kind = None
        return kind

    def _in_fence(self, rest: str) -> Kind:
        run = rest.strip()
        closes = run.startswith(self._fence) and not run.strip(self._fence[0])
        if closes and not rest.startswith(" " * _CODE_INDENT):
            self._fence = ""
        return "code"
