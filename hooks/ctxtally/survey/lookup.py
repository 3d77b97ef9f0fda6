"""What a subject tracks, asked by path, each answer asked of git once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.tree import SYMLINK
from ctxtally.text.paths import MAX_LINKS, Listing, Refused, normalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ctxtally.model.tree import Entry, Tree

# What a link leads to is the name of a file; git itself refuses longer paths than 4,096 bytes.
_LONGEST_LINK = 4_096


class Tracked:
    """The entries known so far; `gather` asks for more, and for what links among them lead to.

    `asked` are the paths that were asked for by name.
    """

    def __init__(self, tree: Tree, entries: Mapping[str, Entry]) -> None:
        self.entries = dict(entries)
        self.links: dict[str, str] = {}
        self._tree = tree
        self.asked: set[str] = set()
        self._follow(self.entries.values())

    def learn(self, entries: Mapping[str, Entry]) -> None:
        """Take in what was listed of the tree in another way."""
        fresh = [entry for path, entry in entries.items() if path not in self.entries]
        self.entries |= entries
        self._follow(fresh)

    def gather(self, paths: Iterable[str]) -> None:
        """Learn what is at or below each of `paths`, and at the end of links there."""
        missing = {path for path in paths if self._is_new(path)}
        if missing:
            self.asked |= missing
            self.learn(self._tree.find(missing))

    def gather_folders(self, paths: Iterable[str]) -> None:
        """Learn whether a folder above any of `paths` is a link, and what lies at its end.

        A folder in which anything is tracked is none. What else is asked for is listed whole, so
        name only paths at which nothing was found.
        """
        directories = self.listing().directories
        wanted = set()
        for path in paths:
            names = path.split("/")
            above = ("/".join(names[:depth]) for depth in range(1, len(names)))
            unknown = next((folder for folder in above if folder not in directories), None)
            wanted |= {unknown} if unknown else set()
        self.gather(wanted)

    def listing(self) -> Listing:
        return Listing(entries=self.entries, links=self.links)

    def link_text(self, entry: Entry) -> str | None:
        return self.links.get(entry.path)

    def _is_new(self, path: str) -> bool:
        return path not in self.asked and path not in self.entries

    def _follow(self, entries: Iterable[Entry]) -> None:
        fresh = list(entries)
        for _ in range(MAX_LINKS):
            links = [entry for entry in fresh if entry.mode == SYMLINK]
            sizes = self._tree.sizes(links)
            short = [entry for entry in links if (sizes[entry.path] or 0) <= _LONGEST_LINK]
            targets = set()
            for entry, raw in self._tree.read(short):
                text = raw.decode("utf-8", "surrogateescape")
                self.links[entry.path] = text
                target = normalised(text, entry.path.rpartition("/")[0])
                if (
                    not isinstance(target, Refused)
                    and target not in self.asked
                    and target not in self.entries
                ):
                    targets.add(target)
            if not targets:
                return
            self.asked |= targets
            found = self._tree.find(targets)
            fresh = [entry for path, entry in found.items() if path not in self.entries]
            self.entries |= found
