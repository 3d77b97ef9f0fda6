"""What was found before, and which of it a change can touch: the rest need not be found again.

A text is touched by another one where they share five words in a row, or enough telling words of a
block. Whatever is touched is compared anew with all that touch it, so the answer is the one that a
comparison of everything would give.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass
from ctxtally.model.redundancy import Passage, Span
from ctxtally.redundancy.items import SHARED, Leaves, leaves
from ctxtally.redundancy.passages import Found
from ctxtally.redundancy.runs import grams
from ctxtally.redundancy.windows import Window, compared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from ctxtally.redundancy.passages import Text
    from ctxtally.redundancy.scan import Scanned
    from ctxtally.redundancy.words import Lexicon

    Answer = list[tuple[Window, list[tuple[int, list[Found]]]]]

# A key is 40 bits of a gram or word, then the number of a text or block.
_NUMBER_BITS = 24
_HASH = (1 << 40) - 1
# A larger change is compared as a whole, and so is a set with more texts or blocks.
_MOST_CHANGED = 20
_MOST = 1 << _NUMBER_BITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """An answer, the keys of its texts, and which texts share what.

    `often` are words with the number of blocks they are in: the order in which words tell blocks
    apart. `owners` is the text of each block.
    """

    keys: list[str]
    answer: Answer
    grams: array[int]
    telling: array[int]
    owners: array[int]
    often: dict[int, int]


def remembered(
    keys: Sequence[str], texts: Sequence[Text], answer: Answer, lexicon: Lexicon
) -> Memory | None:
    """Return what to keep of an answer, `None` where too much is in it."""
    scanned = [text.scanned for text in texts]
    blocks = Leaves(scanned, lexicon.weights)
    owners = array("I")
    shared: set[int] = set()
    telling: list[int] = []
    for at, text in enumerate(scanned):
        shared.update((gram & _HASH) << _NUMBER_BITS | at for gram in grams(text.words))
        for block in leaves(text):
            for word in blocks.telling_of(frozenset(text.words[block.start : block.end])):
                telling.append((word & _HASH) << _NUMBER_BITS | len(owners))
            owners.append(at)
    if len(texts) >= _MOST or len(owners) >= _MOST or blocks.is_crowded(telling_words(telling)):
        return None
    return Memory(
        keys=list(keys),
        answer=answer,
        grams=array("Q", sorted(shared)),
        telling=array("Q", sorted(telling)),
        owners=owners,
        often=dict(blocks.often),
    )
