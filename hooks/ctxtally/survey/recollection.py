"""Keep what was found to be repeated, so that a change costs what it touches."""

from __future__ import annotations

import json
import os
from functools import partial
from typing import TYPE_CHECKING

from ctxtally.adapters.digest import digest
from ctxtally.adapters.sealed import seal, unseal
from ctxtally.adapters.sections import Sections, write_sections
from ctxtally.adapters.version import fingerprint
from ctxtally.errors import GitError
from ctxtally.redundancy.packing import packed, unpacked
from ctxtally.redundancy.passages import Text
from ctxtally.redundancy.recall import recalled
from ctxtally.redundancy.windows import compared
from ctxtally.text.shown import shown
from ctxtally.tokens.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.tree import Entry, Tree
    from ctxtally.redundancy.recall import Answer, Memory
    from ctxtally.redundancy.windows import Window
    from ctxtally.redundancy.words import Lexicon

# Some 100,000 passages; what was found in a thousand files takes a tenth of a megabyte.
_MOST_BYTES = 32 << 20
# Some 20,000 files of a thousand words.
_MOST_IN_PARTS = 384 << 20
# So many calls of git cost about as much as one that reads a thousand files.
_ALONE = 8


class Read(Text):
    """A text with the entry that it is read from."""

    __slots__ = ("entry",)

    def __init__(
        self,
        entry: Entry,
        text: str | Callable[[], str],
        lexicon: Lexicon,
        *,
        plain: bool = False,
    ) -> None:
        super().__init__(entry.path, text, lexicon, plain=plain)
        self.entry = entry


class Recollection:
    """The last comparison of windows of some names in which much had changed."""

    def __init__(self, place: Place, names: Sequence[str]) -> None:
        told = "\0".join(names).encode("utf-8", "surrogateescape")
        self._path = os.path.join(place.state_dir, f"repeated-{digest(told)[:8]}")
        self._key = digest(fingerprint(), told)
        self._memory = self._read()
        known = self._memory
        self._contents = _Contents()
        self._numbers = {path: at for at, path in enumerate(known.paths)} if known else {}

    def text(self, entry: Entry, tree: Tree, lexicon: Lexicon) -> Read | None:
        """Return the text of an entry without reading it, `None` where it was another or none."""
        at = self._numbers.get(entry.path)
        if self._memory is None or at is None or self._memory.keys[at] != entry.oid:
            return None
        return self._contents.text(tree, entry, lexicon, plain=at not in self._memory.marked)

    def answer(self, texts: Sequence[Read], windows: Sequence[Window], lexicon: Lexicon) -> Answer:
        """Return what the texts of each window repeat, from memory where that still holds."""
        oids = [text.entry.oid for text in texts]
        if self._memory is not None:
            try:
                found = recalled(self._memory, oids, texts, windows, lexicon)
            except (OSError, ValueError, KeyError, TypeError):
                found = None
            if found is not None:
                return found
        answer = list(compared(texts, windows, lexicon))
        kept = packed(oids, texts, answer, lexicon)
        if kept is not None and sum(map(len, kept.sections)) <= _MOST_IN_PARTS:
            table = write_sections(f"{self._path}.parts", kept.sections)
            head = json.dumps(kept.head | {"table": table}).encode("ascii")
            seal(self._path, self._key, head, most=_MOST_BYTES)
        return answer

    def _read(self) -> Memory | None:
        try:
            found, body = unseal(self._path, most=_MOST_BYTES)
            if found != self._key:
                return None
            table = json.loads(body)["table"]
            return unpacked(body, Sections(f"{self._path}.parts", table))
        except (OSError, ValueError, KeyError, TypeError):
            return None


class _Contents:
    """What files hold that were read before: the first few are read alone, then all of them."""

    def __init__(self) -> None:
        self._waiting: dict[str, Entry] = {}
        self._texts: dict[str, str] = {}
        self._asked = 0

    def text(self, tree: Tree, entry: Entry, lexicon: Lexicon, *, plain: bool) -> Read:
        self._waiting[entry.path] = entry
        return Read(entry, partial(self._content, tree, entry.path), lexicon, plain=plain)

    def _content(self, tree: Tree, path: str) -> str:
        if path in self._waiting:
            self._asked += 1
            wanted = [path] if self._asked <= _ALONE else [*self._waiting]
            for entry, raw in tree.read([self._waiting.pop(one) for one in wanted]):
                text = decode(raw)
                if isinstance(text, str):
                    self._texts[entry.path] = text
        if path not in self._texts:
            raise GitError(
                f"{shown(path)}: git had the content of this file before, and has it no more",
                help="`git fsck` tells what is missing",
            )
        return self._texts.pop(path)
