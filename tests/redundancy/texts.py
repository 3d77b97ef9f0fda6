"""Texts for tests of redundancy, read and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.redundancy.passages import Text
from ctxtally.redundancy.windows import Window, compared
from ctxtally.redundancy.words import Lexicon

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.model.redundancy import Span
    from ctxtally.redundancy.passages import Found


def read(texts: Mapping[str, str], lexicon: Lexicon) -> list[Text]:
    """Return texts by path, in load order, as they are compared."""
    return [Text(path, text, lexicon) for path, text in texts.items()]


def found(texts: Mapping[str, str]) -> list[Found]:
    """Return what texts that are all loaded together repeat."""
    lexicon = Lexicon()
    texts_read = read(texts, lexicon)
    window = Window(name="", base=tuple(range(len(texts_read))))
    return [
        one
        for _, each in compared(texts_read, [window], lexicon)
        for _, repeats in each
        for one in repeats
    ]


def shown(one: Found) -> str:
    """Return where a passage is, in one line."""
    return f"{span(one.passage.again)} <- {span(one.passage.first)} {one.passage.kind}"


def span(one: Span) -> str:
    return f"{one.path}:{one.first_line}-{one.last_line}"
