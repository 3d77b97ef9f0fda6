"""In which texts a run of five words or a telling word is, so that few are looked at."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass
from ctxtally.redundancy.alignment import ALIKE
from ctxtally.redundancy.items import MOST_POSTINGS, SHARED, Order, heavy_leaves, often, telling
from ctxtally.redundancy.runs import grams

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ctxtally.redundancy.scan import Scanned

# 40 bits of a gram or of a word, then the number of a text or of a block. Two grams with the same
# bits only make more texts be compared than had to be.
_NUMBER_BITS = 24
_NUMBERS = 1 << _NUMBER_BITS
_HASH = (1 << 40) - 1
_SHORT = (1 << 32) - 1
# Sorted apart by so many of their first bits, numbers are objects for a short time only.
_PART_BITS = 6
_BATCH = 1 << 17


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Sorted: in which of some texts a gram or telling word is.

    `order` is that in which words tell blocks apart. Of each block there is the text in `owners`,
    its weight in `heavy`, and the end of its words in `ends`, which are 32 bits each in `words`.
    """

    grams: Sequence[int]
    telling: Sequence[int]
    owners: Sequence[int]
    heavy: Sequence[int]
    ends: Sequence[int]
    words: Sequence[int]
    order: Order

    def touched(self, texts: Sequence[Scanned], weights: Mapping[int, int]) -> set[int]:
        """Return the numbers of the texts that some texts touch."""
        found: set[int] = set()
        for gram in {gram for text in texts for gram in grams(text.words)}:
            found.update(_numbers(self.grams, gram))
        blocks: dict[int, tuple[int, ...]] = {}
        for text in texts:
            for _, words, weight in heavy_leaves(text, weights):
                found.update(self._alike(words, weight, weights, blocks))
        return found

    def _alike(
        self,
        words: frozenset[int],
        weight: int,
        weights: Mapping[int, int],
        blocks: dict[int, tuple[int, ...]],
    ) -> Iterator[int]:
        """Yield the texts with a block like this one; `blocks` remembers where words are."""
        hits: Counter[int] = Counter()
        for word in telling(words, weight, self.order, weights):
            if word not in blocks:
                blocks[word] = tuple(_numbers(self.telling, word))
            hits.update(blocks[word])
        ours = {word & _SHORT: weights[word] for word in words}
        for block, times in hits.items():
            if times >= SHARED and self._is_alike(block, ours, weight):
                yield self.owners[block]

    def _is_alike(self, block: int, words: Mapping[int, int], weight: int) -> bool:
        """Say whether a block shares as much with `words`, given with their weights, as counts."""
        other = self.heavy[block]
        if not ALIKE * weight <= other <= weight / ALIKE:
            return False
        start = self.ends[block - 1] if block else 0
        theirs = self.words[start : self.ends[block]]
        common = sum(words.get(word, 0) for word in theirs)
        return common >= ALIKE * (weight + other - common)


def indexed(texts: Sequence[Scanned], weights: Mapping[int, int]) -> Index | None:
    """Return the index of some texts, `None` where too much is in them."""
    order = Order(often(texts))
    owners, heavy, ends, short = (array("I") for _ in range(4))
    in_blocks = array("Q")
    posted: Counter[int] = Counter()
    for at, text in enumerate(texts):
        for _, words, weight in heavy_leaves(text, weights):
            told = telling(words, weight, order, weights)
            in_blocks.extend((word & _HASH) << _NUMBER_BITS | len(owners) for word in told)
            posted.update(told)
            owners.append(at)
            heavy.append(weight)
            short.extend(word & _SHORT for word in words)
            ends.append(len(short))
    crowded = max(posted.values(), default=0) > MOST_POSTINGS
    if crowded or max(len(texts), len(owners)) >= _NUMBERS:
        return None  # there the others decide which blocks a block is compared with
    return Index(
        grams=_sorted(
            key
            for at, text in enumerate(texts)
            for key in {(gram & _HASH) << _NUMBER_BITS | at for gram in grams(text.words)}
        ),
        telling=_sorted(in_blocks),
        owners=owners,
        heavy=heavy,
        ends=ends,
        words=short,
        order=order,
    )


def _sorted(keys: Iterable[int]) -> array[int]:
    """Return 64-bit numbers in order; few of them are objects at a time."""
    parts = [array("Q") for _ in range(1 << _PART_BITS)]
    keys = iter(keys)
    while batch := sorted(islice(keys, _BATCH)):
        start = 0
        for at, part in enumerate(parts, 1):
            end = bisect_left(batch, at << 64 - _PART_BITS, start)
            part.extend(batch[start:end])
            start = end
    whole = array("Q")
    while parts:
        whole.extend(sorted(parts.pop(0)))
    return whole


def _numbers(keys: Sequence[int], value: int) -> Iterator[int]:
    """Yield the numbers that stand behind a hash in sorted keys."""
    low = (value & _HASH) << _NUMBER_BITS
    at = bisect_left(keys, low)
    while at < len(keys) and (number := keys[at] - low) < _NUMBERS:
        yield number
        at += 1
