"""A parsed YAML or JSON file: plain data, and where each part of it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

# Dates and times stay the text that was written; every key is text.
Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"

# The way from the top to one part: keys of mappings and positions in lists.
Steps: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place in a text, both numbers 1-based, the column in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one part is written. For an item of a list and for the top both are the same."""

    key: Mark
    value: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`place` answers for every part that `data` holds; the first question may cost a scan."""

    path: str
    data: Plain
    place: Callable[[Steps], Place]

    def line(self, *steps: str | int) -> int:
        """Return the line on which the key, or the item of a list, begins."""
        return self.place(steps).key.line


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Why a file could not be used, with the place where that became clear."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"
