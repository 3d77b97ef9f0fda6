"""The content of tracked files, from git's objects."""

from __future__ import annotations

from ctxtally.adapters.blobs import blob_sizes, blobs

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ctxtally.model.tree import Base, Entry


class Objects:
    """Content from git's objects; `torn` once any of it was not there.

    What was read last is held: a file that has changed is counted, then asked how it loads.
    """

    torn = False
    since: Base | None = None

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}

    def sizes(self, entries: Iterable[Entry]) -> Mapping[str, int | None]:
        found = blob_sizes(entries)
        self.torn |= None in found.values()
        return found

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        wanted = list(entries)
        if any(entry.oid not in self._held for entry in wanted):
            self._held = {}  # before as much again is read
            self._held = {entry.oid: raw for entry, raw in blobs(wanted)}
        found = [(entry, self._held[entry.oid]) for entry in wanted if entry.oid in self._held]
        self.torn |= len(found) < len(wanted)
        return iter(found)
