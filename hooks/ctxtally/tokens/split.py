r"""Cut a text into the pieces that tiktoken cuts it into, with the standard library's `re`.

`re` knows no `\p{..}`. So each character is first replaced by one ASCII character that stands for
its class, the patterns are written over those, and the text is cut where the stand-ins are.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from itertools import accumulate
from struct import Struct

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable

# The classes of data/classes.bin: one u32 per run, the first code point times 256 plus the class.
OTHER, UPPER, LOWER, LETTER, MARK, NUMBER, SPACE = range(7)
RUN = Struct("<I")

_UNCASED = "\x01"
_MARK = "\x02"
# What stands for a character of each class outside ASCII. In cl100k a mark is nothing special.
_BY_CLASS = {
    "o200k_base": ("#", "B", "b", _UNCASED, _MARK, "0", "\x0b"),
    "cl100k_base": ("#", "B", "b", _UNCASED, "#", "0", "\x0b"),
}
# The only character outside ASCII that a contraction matches when case is ignored.
_LONG_S = 0x17F

# The alternatives of tiktoken's patterns (see ctxtally.tokens.bulk) over stand-ins. `\s` is spelled
# out, since Python's has U+001C to U+001F too, which are no White_Space. Possessive marks are left
# out: Python 3.10 has none, and no match depends on them.
_O200K_CONTRACTION = "(?:'(?:[sStTmMdD]|[rRvV][eE]|[lL][lL]))?"
_TRANSLATED = {
    "o200k_base": (
        rf"[^\r\nA-Za-z\x010-9]?[A-Z\x01\x02]*[a-z\x01\x02]+{_O200K_CONTRACTION}",
        rf"[^\r\nA-Za-z\x010-9]?[A-Z\x01\x02]+[a-z\x01\x02]*{_O200K_CONTRACTION}",
        r"[0-9]{1,3}",
        r" ?[^\t\n\x0b\x0c\r A-Za-z\x010-9]+[\r\n/]*",
        r"[\t\n\x0b\x0c\r ]*[\r\n]+",
        r"[\t\n\x0b\x0c\r ]+(?![^\t\n\x0b\x0c\r ])",
        r"[\t\n\x0b\x0c\r ]+",
    ),
    "cl100k_base": (
        r"'(?:[sSdDmMtT]|[lL][lL]|[vVrR][eE])",
        r"[^\r\nA-Za-z\x010-9]?[A-Za-z\x01]+",
        r"[0-9]{1,3}",
        r" ?[^\t\n\x0b\x0c\r A-Za-z\x010-9]+[\r\n]*",
        r"[\t\n\x0b\x0c\r ]+\Z",
        r"[\t\n\x0b\x0c\r ]*[\r\n]",
        r"[\t\n\x0b\x0c\r ]+(?![^\t\n\x0b\x0c\r ])",
        r"[\t\n\x0b\x0c\r ]",
    ),
}


class StandIns(dict[int, str]):
    """For `str.translate`: what stands for each character in the encoding `name`."""

    __slots__ = ("_by_class", "_runs")

    def __init__(self, name: str) -> None:
        super().__init__()
        with open(data_file("classes.bin"), "rb") as file:
            data = file.read()
        self._runs: list[int] = [run for (run,) in RUN.iter_unpack(data)]
        self._by_class = _BY_CLASS[name]
        self.update((code, chr(code)) for code in range(0x80))
        self.update({ord(_UNCASED): "#", ord(_MARK): "#", _LONG_S: "s"})

    def __missing__(self, code: int) -> str:
        run = self._runs[bisect_right(self._runs, code << 8 | 0xFF) - 1]
        self[code] = found = self._by_class[run & 0xFF]
        return found


class Splitter:
    """Cuts texts as the encoding `name` does."""

    __slots__ = ("_find", "_name", "_stand_ins")

    def __init__(self, name: str) -> None:
        self._find = re.compile("|".join(_TRANSLATED[name])).findall
        self._name = name
        self._stand_ins: StandIns | None = None

    def pieces(self, text: str) -> Iterable[str]:
        """Return the pieces of `text`, which holds no surrogates; they add up to it."""
        find = self._find
        if text.isascii() and _UNCASED not in text and _MARK not in text:
            return find(text)
        if self._stand_ins is None:
            self._stand_ins = StandIns(self._name)
        ends = [0, *accumulate(map(len, find(text.translate(self._stand_ins))))]
        return map(text.__getitem__, map(slice, ends, ends[1:]))


def data_file(name: str) -> str:
    """Return the path of a file that ships beside this module."""
    return os.path.join(os.path.dirname(__file__), "data", name)
