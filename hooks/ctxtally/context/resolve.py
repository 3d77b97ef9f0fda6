"""The tracked entries of a tree, as they are asked for while load sets are found."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from ctxtally.text.paths import place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ctxtally.model.tree import Entry
    from ctxtally.text.paths import Place


class Lookup:
    """The tracked entries, and the texts of links among them; each link is read once."""

    def __init__(self, entries: Mapping[str, Entry], links: Callable[[Entry], str | None]) -> None:
        self.entries = entries
        self._links = links
        self._texts: dict[str, str | None] = {}
        self._order: list[str] = []

    def entry(self, path: str) -> Entry | None:
        return self.entries.get(path)

    def is_directory(self, path: str) -> bool:
        return bool(self.entries if path == "." else self.below(path))

    def below(self, directory: str) -> Sequence[str]:
        """Return the tracked paths below a directory, sorted."""
        self._order = self._order or sorted(self.entries)
        start = bisect_left(self._order, f"{directory}/")
        # "0" is the character after "/".
        return self._order[start : bisect_left(self._order, f"{directory}0", start)]

    def link_text(self, path: str) -> str | None:
        if path not in self._texts:
            entry = self.entries.get(path)
            self._texts[path] = None if entry is None else self._links(entry)
        return self._texts[path]

    def place(self, path: str) -> Place:
        """Follow a normalised path, and links on the way; every step must be tracked."""
        return place(path, self)
