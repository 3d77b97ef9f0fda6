"""Where a path leads in a tree, through links to files and to directories."""

from __future__ import annotations

from bisect import bisect_left
from posixpath import dirname, normpath
from typing import TYPE_CHECKING, Literal

from ctxtally.model.record import dataclass
from ctxtally.model.tree import SYMLINK
from ctxtally.text.paths import MAX_LINKS, Reason, Refused, normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ctxtally.model.tree import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The regular file at `path`, or the `reason` why there is none and where it was met."""

    path: str
    reason: Reason | Literal[""] = ""


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
        for _ in range(MAX_LINKS + 1):
            entry = self.entry(path)
            # Nothing above a tracked file can be a link.
            link = None if entry is not None and entry.is_file else self._link_on(path)
            if link is None:
                return self._final(path)
            target = normalised(self.link_text(link) or "", dirname(link))
            if isinstance(target, Refused):
                return Place(path=link, reason=target.reason)
            path = normpath(target + path[len(link) :])
        return Place(path=path, reason="links")

    def _final(self, path: str) -> Place:
        entry = self.entry(path)
        if entry is None:
            return Place(path=path, reason="directory" if self.is_directory(path) else "untracked")
        return Place(path=path) if entry.is_file else Place(path=path, reason="submodule")

    def _link_on(self, path: str) -> str | None:
        """Return the shortest part of `path` that is a symlink: links above come first."""
        end = path.find("/")
        while end >= 0:
            if self._is_link(path[:end]):
                return path[:end]
            end = path.find("/", end + 1)
        return path if self._is_link(path) else None

    def _is_link(self, path: str) -> bool:
        entry = self.entry(path)
        return entry is not None and entry.mode == SYMLINK
