"""Keep what was found to be repeated, so that a change costs what it touches."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters.digest import digest
from ctxtally.adapters.sealed import seal, unseal
from ctxtally.adapters.version import fingerprint
from ctxtally.model.record import replace
from ctxtally.redundancy.packing import packed, unpacked
from ctxtally.redundancy.passages import Text
from ctxtally.redundancy.recall import recalled, remembered
from ctxtally.redundancy.windows import compared
from ctxtally.tokens.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.tree import Entry, Tree
    from ctxtally.redundancy.recall import Answer, Memory
    from ctxtally.redundancy.windows import Window
    from ctxtally.redundancy.words import Lexicon

# Some 20,000 files of a thousand words; the memory of a hundred has less than a megabyte.
_MOST_BYTES = 256 << 20


class Read(Text):
    """A text with the entry that it was read from."""

    __slots__ = ("entry",)

    def __init__(self, entry: Entry, text: str, lexicon: Lexicon) -> None:
        super().__init__(entry.path, text, lexicon)
        self.entry = entry


def recollected(
    place: Place, tree: Tree, texts: Sequence[Read], windows: Sequence[Window], lexicon: Lexicon
) -> Answer:
    """Return what the texts of each window repeat, from memory where that still holds.

    The memory is that of the last comparison of these windows in which much had changed.
    """
    paths = "\0".join(text.path for text in texts).encode("utf-8", "surrogateescape")
    shape = repr([(one.name, one.base, one.members) for one in windows])
    key = digest(fingerprint(), paths, shape.encode("utf-8", "surrogateescape"))
    path = os.path.join(place.state_dir, f"repeated-{digest(paths)[:8]}")
    oids = [text.entry.oid for text in texts]
    known = _memory(path, key)
    if known is not None:

        def former(at: int) -> Text | None:
            entry = replace(texts[at].entry, oid=known.keys[at])
            decoded = [decode(raw) for _, raw in tree.read([entry])]
            return next(
                (Text(entry.path, one, lexicon) for one in decoded if isinstance(one, str)), None
            )

        found = recalled(known, oids, texts, former, lexicon)
        if found is not None:
            return found
    answer = list(compared(texts, windows, lexicon))
    memory = remembered(oids, texts, answer, lexicon)
    if memory is not None:
        seal(path, key, packed(memory), most=_MOST_BYTES)
    return answer


def _memory(path: str, key: str) -> Memory | None:
    try:
        found, body = unseal(path, most=_MOST_BYTES)
        return unpacked(body) if found == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
