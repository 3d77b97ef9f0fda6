"""A JSON text in which the parts of its document can be found, taken out and put back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ctxtally.text.splice import Source, Splice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxtally.model.document import Document, Plain, Steps

_DECODER = json.JSONDecoder()


class Text:
    """A JSON text in which every part of its document can be found."""

    def __init__(self, document: Document, text: str) -> None:
        self.source = Source(text)
        self.document = document

    @property
    def text(self) -> str:
        return self.source.text

    def value(self, steps: Steps) -> tuple[int, int]:
        """Return where a value begins and ends."""
        start = self.source.offset(self.document.place(steps).value)
        return start, _DECODER.raw_decode(self.text, start)[1]

    def member(self, steps: Steps) -> tuple[int, int]:
        """Return where a value begins and ends together with its key."""
        return self.source.offset(self.document.place(steps).key), self.value(steps)[1]

    def written(self, steps: Steps) -> str:
        start, end = self.value(steps)
        return self.text[start:end]


class Container:
    """A list or mapping that is not empty: its members, and what stands around and between."""

    def __init__(self, text: Text, steps: Steps) -> None:
        data = part(text.document.data, steps)
        ways = [(*steps, name) for name, _ in members(data)]
        self.members = {way: text.member(way) for way in ways}
        self.start, self.end = text.value(steps)
        spans = list(self.members.values())
        self._text = text.text
        self.lead = self._text[self.start + 1 : spans[0][0]]
        self.tail = self._text[spans[-1][1] : self.end - 1]
        # As the first two members are parted, so may all be.
        self.between = self._text[spans[0][1] : spans[1][0]] if len(spans) > 1 else ", "

    def with_members(self, members: Iterable[str], *, mapping: bool = False) -> Splice:
        """Return the change that leaves these members, texts all, in a `mapping` or as it was."""
        opening, closing = (
            ("{", "}") if mapping else (self._text[self.start], self._text[self.end - 1])
        )
        inside = self.between.join(members)
        inside = f"{self.lead}{inside}{self.tail}" if inside else ""
        return Splice(start=self.start, end=self.end, text=f"{opening}{inside}{closing}")

    def written(self, steps: Steps) -> str:
        start, end = self.members[steps]
        return self._text[start:end]


def members(data: Plain) -> list[tuple[str | int, Plain]]:
    """Return what a mapping or a list holds, with the step that leads to it."""
    if isinstance(data, dict):
        return list(data.items())
    return list(enumerate(data)) if isinstance(data, list) else []


def part(data: Plain, steps: Steps) -> Plain:
    """Return what these steps lead to, all of which are there."""
    for step in steps:
        data = dict(members(data))[step]
    return data
