"""A subject with some of its files changed: what it will be once a change is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.blobs import blob_id
from ctxtally.model.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ctxtally.model.tree import Base, Entry, Tree


class Overlay:
    """`tree` with other content at the paths in `changed`, all of which it holds."""

    def __init__(self, tree: Tree, changed: Mapping[str, bytes], object_format: str) -> None:
        self._tree = tree
        self.since: Base | None = tree.since
        self._changed = changed
        self._ids = {path: blob_id(raw, object_format) for path, raw in changed.items()}

    @property
    def subject(self) -> str:
        return self._tree.subject

    @property
    def torn(self) -> bool:
        return self._tree.torn

    def listed(self, specs: Sequence[str], paths: Iterable[str] = ()) -> dict[str, Entry]:
        return self._seen(self._tree.listed(specs, paths))

    def find(self, paths: Iterable[str]) -> dict[str, Entry]:
        return self._seen(self._tree.find(paths))

    def sizes(self, entries: Iterable[Entry]) -> dict[str, int | None]:
        kept, changed = self._split(entries)
        own = {entry.path: len(self._changed[entry.path]) for entry in changed}
        return {**self._tree.sizes(kept), **own}

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        kept, changed = self._split(entries)
        yield from self._tree.read(kept)
        yield from ((entry, self._changed[entry.path]) for entry in changed)

    def _seen(self, entries: Mapping[str, Entry]) -> dict[str, Entry]:
        return {
            path: replace(entry, oid=self._ids[path]) if path in self._ids else entry
            for path, entry in entries.items()
        }

    def _split(self, entries: Iterable[Entry]) -> tuple[list[Entry], list[Entry]]:
        kept: list[Entry] = []
        changed: list[Entry] = []
        for entry in entries:
            (changed if entry.path in self._changed else kept).append(entry)
        return kept, changed
