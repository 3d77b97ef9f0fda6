"""A subject as the load model sees it: entries, content and counts, each asked for once."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import dirname
from typing import TYPE_CHECKING

from ctxtally.adapters.blobs import blob_id
from ctxtally.model.tree import SYMLINK
from ctxtally.survey.measure import LARGEST_BYTES
from ctxtally.text.globs import selected
from ctxtally.tokens.cache import cache_key
from ctxtally.tokens.counters import count_texts
from ctxtally.tokens.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxtally.model.count import Counter
    from ctxtally.model.tree import Entry, Tree
    from ctxtally.survey.lookup import Tracked
    from ctxtally.tokens.cache import CountCache

# So much content is read at once; the rest is read file by file.
_AHEAD_BYTES = 32 << 20


class View(Mapping[str, "Entry"]):
    """The tracked entries; what is asked for in vain is noted, and asked of git by `learn`.

    Excluded files are not listed, and can be looked up: an import may still name one.
    """

    def __init__(self, tracked: Tracked, exclude: Sequence[str]) -> None:
        self._tracked = tracked
        self._exclude = exclude
        self._missed: set[str] = set()
        self._listed: list[str] = []
        self._directories: set[str] = set()
        self._refresh()

    def __getitem__(self, path: str) -> Entry:
        entry = self._tracked.entries.get(path)
        if entry is None:
            if path != "." and path not in self._directories and path not in self._tracked.asked:
                self._missed.add(path)
            raise KeyError(path)
        return entry

    def __iter__(self) -> Iterator[str]:
        return iter(self._listed)

    def __len__(self) -> int:
        return len(self._listed)

    def learn(self) -> bool:
        """Ask for what was missed; say whether there is more to see now.

        A directory is asked for only where nothing is known below it, so that naming one file does
        not list all that lie beside it.
        """
        before = len(self._tracked.entries)
        wanted, self._missed = self._missed, set()
        while wanted:
            above = {one for path in wanted for one in _above(path)}
            self._tracked.gather(wanted - above)
            self._refresh()
            wanted = (wanted & above) - self._directories
        return len(self._tracked.entries) > before

    def _refresh(self) -> None:
        paths = self._tracked.entries
        self._listed = [path for path in paths if not selected(path, self._exclude)]
        self._directories = {one for path in paths for one in _above(path)}


class Content:
    """What tracked files hold; `used` are the paths that were asked for."""

    def __init__(self, tree: Tree, tracked: Tracked) -> None:
        self._tree = tree
        self._tracked = tracked
        self._known: dict[str, bytes | None] = {}
        self.sizes: dict[str, int | None] = {}
        self.used: set[str] = set()

    def __call__(self, path: str) -> bytes | None:
        """Return the blob at a path, of a link its target; `None` where it cannot be had."""
        entry = self._tracked.entries.get(path)
        if entry is None:
            return None
        if entry.mode == SYMLINK:
            text = self._tracked.links.get(path)
            return None if text is None else text.encode("utf-8", "surrogateescape")
        self.used.add(path)
        if path not in self._known:
            self.expect([path])
            self._read([path])
        return self._known[path]

    def is_too_large(self, path: str) -> bool:
        return (self.sizes.get(path) or 0) > LARGEST_BYTES

    def read_ahead(self, paths: Iterable[str]) -> None:
        """Read files that are likely to be asked for, in one go as far as there is room."""
        wanted = [path for path in paths if path not in self._known]
        self.expect(wanted)
        room, batch = _AHEAD_BYTES, []
        for path in wanted:
            room -= self.sizes[path] or 0
            if room >= 0:
                batch.append(path)
        self._read(batch)

    def expect(self, paths: Iterable[str]) -> None:
        """Learn the sizes of files."""
        entries = self._tracked.entries
        self.sizes.update(self._tree.sizes([entries[path] for path in paths]))

    def _read(self, paths: Iterable[str]) -> None:
        fit = [path for path in paths if not self.is_too_large(path)]
        self._known.update(dict.fromkeys(paths))
        for entry, raw in self._tree.read([self._tracked.entries[path] for path in fit]):
            self._known[entry.path] = raw


class Counts:
    """Counts texts, and remembers them as it does blobs of the same content.

    Until `settle` is called, texts that were never seen before are only collected and count 0: much
    text is counted faster in one go.
    """

    def __init__(self, counter: Counter, cache: CountCache, object_format: str) -> None:
        self._counter = counter
        self._cache = cache
        self._format = object_format
        self._known: dict[str, int] = {}
        self._waiting: dict[str, str] | None = {}

    def __call__(self, text: str) -> int:
        # A name that is not UTF-8 may stand in the line of a listing.
        text = text.encode("utf-8", "replace").decode("utf-8")
        if text in self._known:
            return self._known[text]
        oid = self._id(text)
        found = self._cache.find(cache_key(self._counter), [oid]).get(oid)
        if found is not None:
            self._known[text] = found
        elif self._waiting is not None:
            self._waiting[text] = oid
        else:
            self._count({text: oid})
        return self._known.get(text, 0)

    def settle(self) -> bool:
        """Count what was collected, from now on count at once; say whether anything was."""
        waiting, self._waiting = self._waiting, None
        if waiting:
            self._count(waiting)
        return bool(waiting)

    def _count(self, texts: Mapping[str, str]) -> None:
        counts = dict(zip(texts, count_texts(self._counter, list(texts)), strict=True))
        self._known |= counts
        self._cache.add(
            cache_key(self._counter),
            {texts[text]: number for text, number in counts.items() if texts[text]},
        )

    def _id(self, text: str) -> str:
        """Return the id of a blob that has this text, empty where none reads like it."""
        raw = text.encode()
        return blob_id(raw, self._format) if decode(raw) == text else ""


def _above(path: str) -> Iterator[str]:
    """Yield the directories above a path."""
    path = dirname(path)
    while path:
        yield path
        path = dirname(path)
