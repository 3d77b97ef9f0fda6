"""Where the parts of a parsed text are written, and the error that names such a place."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ctxtally.model.document import Mark, Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctxtally.model.document import Plain, Steps

# Real catalogs nest 8 deep; CPython's json and ruamel.yaml give up at some hundreds.
MAX_DEPTH = 64
# CPython converts no longer ones (sys.int_info.default_max_str_digits).
MAX_DIGITS = 4_300

_SHOWN = 80

# Same shape as the data. A scalar in a list is its bare offset, so that a list of a million
# numbers costs little more than the numbers.
Inside: TypeAlias = "dict[str, Spot] | list[int | Spot] | None"


class Spot(NamedTuple):
    """Offsets of the key (of the item, in a list) and of the value of one part."""

    key: int
    value: int
    inside: Inside


class Parsed(NamedTuple):
    data: Plain
    outline: Callable[[], Spot]


class DocumentError(Exception):
    """A text cannot be used; `offset` is where in it that became clear."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


def too_deep(offset: int) -> DocumentError:
    return DocumentError(f"nested more than {MAX_DEPTH} levels deep", offset)


def duplicate(key: str, offset: int) -> DocumentError:
    return DocumentError(f"duplicate key `{shown(key)}`", offset)


def shown(text: str) -> str:
    """Return a part of somebody's text short enough for a message."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def placer(text: str, outline: Callable[[], Spot]) -> Callable[[Steps], Place]:
    """Return the function that finds parts; the outline is made when it is first needed."""
    known: list[tuple[Spot, list[int]]] = []

    def place(steps: Steps) -> Place:
        if not known:
            known.append((outline(), _line_ends(text)))
        spot, line_ends = known[0]
        for step in steps:
            spot = _step(spot, step)
        return Place(key=_mark(spot.key, line_ends), value=_mark(spot.value, line_ends))

    return place


def mark(text: str, offset: int) -> Mark:
    return _mark(offset, _line_ends(text))


def _step(spot: Spot, step: str | int) -> Spot:
    if isinstance(spot.inside, dict) and isinstance(step, str):
        part: Spot = spot.inside[step]
        return part
    if isinstance(spot.inside, list) and isinstance(step, int):
        found: int | Spot = spot.inside[step]
        return Spot(found, found, None) if isinstance(found, int) else found
    raise KeyError(step)


def _line_ends(text: str) -> list[int]:
    return [found.start() for found in re.finditer("\n", text)]


def _mark(offset: int, line_ends: list[int]) -> Mark:
    above = bisect_left(line_ends, offset)
    start = line_ends[above - 1] + 1 if above else 0
    return Mark(line=above + 1, column=offset - start + 1)
