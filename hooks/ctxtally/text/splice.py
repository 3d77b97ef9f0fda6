"""Changes of single values in a text, at the places where a parser found them.

Nothing is printed anew, so that every other byte stays: a round trip through ruamel.yaml 0.19.1
changes the indentation of all six real indexes that the tests read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxtally.model.document import Mark

_MARK = "\ufeff"
# As the digits of a number may be grouped: 1500, 1,500, 1_500.
_GROUPED = ("d", ",", "_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Splice:
    """The characters from `start` to `end` are to be `text`."""

    start: int
    end: int
    text: str


class Source:
    """A whole text, byte-order mark and line ends as they are, asked by line and column."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        # A parser does not see the mark, so its first column is the one behind it.
        self._starts[0] = len(_MARK) if text.startswith(_MARK) else 0

    def offset(self, mark: Mark) -> int:
        return self._starts[mark.line - 1] + mark.column - 1

    def rewrite(self, mark: Mark, before: int | str, after: int | str) -> Splice | None:
        """Return the change of the value at `mark`; `None` where it is not written plainly.

        Quotes stay, and a number keeps its unit and the marks between its thousands.
        """
        start = self.offset(mark)
        start += self.text[start : start + 1] in ("'", '"')
        for form in _GROUPED if isinstance(before, int) else ("",):
            old = format(before, form)
            if self.text.startswith(old, start):
                return Splice(start=start, end=start + len(old), text=format(after, form))
        return None


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """Return the text with all changes made; they do not overlap.

    >>> spliced("a: 1, b: 2", [Splice(start=9, end=10, text="20"), Splice(start=3, end=4, text="")])
    'a: , b: 20'
    """
    parts, at = [], 0
    for splice in sorted(splices, key=lambda one: one.start):
        parts += [text[at : splice.start], splice.text]
        at = splice.end
    return "".join([*parts, text[at:]])
