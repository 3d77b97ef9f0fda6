"""The inline structure of Markdown: which characters of a paragraph are plain text.

Simplified from CommonMark 0.31.2: emphasis marks are paired as they come, by kind and not by
length, and reference links are text. Linear in the length of the paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_left

# Stands for each character that is not plain text.
HIDDEN = "\0"

# CommonMark allows implementations to limit nested parentheses in a link target; 32 is its example.
_MAX_PARENTHESES = 32

_MARK = re.compile(r"\\.|`+|<|\[|\](?:\()?|\*+|_+|~+", re.DOTALL)
_TAG = re.compile(r"<(?:[A-Za-z/?!][^<>]*|[^\s<>@]+@[^\s<>]+)>")
_TARGET = re.compile(r"[()\\\s]")
_TITLE = re.compile(r"""\s+(?:(?:"[^"]*"|'[^']*'|\([^()]*\))\s*)?\)""")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def plain(paragraph: str) -> str:
    """Return a mask of `paragraph`: HIDDEN for code, links, HTML and emphasis marks.

    >>> plain("**a** `b` [c](d)").replace(HIDDEN, ".")
    '..a.. ... ......'
    """
    return _Inline(paragraph).masked()


def hidden(text: str) -> str:
    return "\n".join(HIDDEN * len(line) for line in text.split("\n"))


class _Inline:
    def __init__(self, text: str) -> None:
        self._text = text
        self._pieces: list[str] = []
        self._brackets: list[int] = []
        self._marks: dict[str, list[int]] = {}
        self._runs: dict[int, list[int]] = {}
        self._comment_open = True
        for run in re.finditer("`+", text):
            self._runs.setdefault(run.end() - run.start(), []).append(run.start())

    def masked(self) -> str:
        text = self._text
        at = 0
        found = _MARK.search(text)
        while found is not None:
            self._pieces.append(text[at : found.start()])
            at = self._take(found[0], found.start(), found.end())
            found = _MARK.search(text, at)
        return "".join([*self._pieces, text[at:]])

    def _take(self, mark: str, start: int, end: int) -> int:
        """Take one mark and return where the next may begin."""
        close = end
        if mark[0] == "`":
            close = self._code_end(len(mark), end)
        elif mark == "<":
            close = self._tag_end(start, end)
        elif mark == "](" and self._brackets:
            return self._link(start, end)
        elif mark == "[":
            self._brackets.append(len(self._pieces))
        elif mark[0] == "]" and self._brackets:
            self._brackets.pop()
        elif mark[0] in "*_~":
            self._emphasis(mark, start, end)
            return end
        piece = self._text[start:close]
        self._pieces.append(piece if close == end else hidden(piece))
        return close

    def _code_end(self, length: int, end: int) -> int:
        starts = self._runs[length]
        at = bisect_left(starts, end)
        return starts[at] + length if at < len(starts) else end

    def _tag_end(self, start: int, end: int) -> int:
        if self._text.startswith("<!--", start):
            if self._comment_open:
                closing = self._text.find("-->", end)
                if closing >= 0:
                    return closing + 3
                self._comment_open = False
            return end
        tag = _TAG.match(self._text, start)
        return tag.end() if tag else end

    def _link(self, start: int, end: int) -> int:
        opening = self._brackets.pop()
        close = self._target_end(end)
        if close < 0:
            self._pieces.append(self._text[start:end])
            return end
        inside = "".join(self._pieces[opening:])
        del self._pieces[opening:]
        for opened in self._marks.values():
            while opened and opened[-1] >= opening:
                opened.pop()
        self._pieces.append(hidden(inside + self._text[start:close]))
        return close

    def _target_end(self, at: int) -> int:
        """Return where a link target with its title ends, -1 where there is none."""
        text = self._text
        open_now = 1
        while (special := _TARGET.search(text, at)) is not None:
            char = special[0]
            at = special.end()
            if char == "\\":
                at += 1
            elif char == ")":
                open_now -= 1
                if not open_now:
                    return at
            elif char == "(":
                open_now += 1
                if open_now > _MAX_PARENTHESES:
                    return -1
            else:
                title = _TITLE.match(text, special.start())
                return title.end() if title and open_now == 1 else -1
        return -1

    def _emphasis(self, mark: str, start: int, end: int) -> None:
        before = self._text[start - 1 : start] or " "
        after = self._text[end : end + 1] or " "
        left = not after.isspace() and (
            after not in _PUNCTUATION or before.isspace() or before in _PUNCTUATION
        )
        right = not before.isspace() and (
            before not in _PUNCTUATION or after.isspace() or after in _PUNCTUATION
        )
        if mark[0] == "_":
            left, right = (
                left and (not right or before in _PUNCTUATION),
                right and (not left or after in _PUNCTUATION),
            )
        opened = self._marks.setdefault(mark[0], [])
        if right and opened:
            opening = opened.pop()
            self._pieces[opening] = HIDDEN * len(self._pieces[opening])
            self._pieces.append(HIDDEN * len(mark))
            return
        if left:
            opened.append(len(self._pieces))
        self._pieces.append(mark)
