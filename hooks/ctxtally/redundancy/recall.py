"""What was found before, and which of it a change can touch: the rest need not be found again.

Two texts touch each other where they share five words in a row, or enough telling words of a block.
Whatever touches a changed text is compared anew, with all that touch it, so the answer is the one
that a comparison of everything would give.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass
from ctxtally.redundancy.alignment import ALIKE
from ctxtally.redundancy.items import MOST_POSTINGS, SHARED, heavy_leaves, often, telling
from ctxtally.redundancy.runs import grams
from ctxtally.redundancy.windows import Window, compared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ctxtally.redundancy.passages import Found, Text
    from ctxtally.redundancy.scan import Scanned
    from ctxtally.redundancy.words import Lexicon

    Each = list[tuple[int, list[Found]]]
    Answer = list[tuple[Window, Each]]

# 40 bits of a gram or of a word, then the number of a text or of a block. Two grams with the same
# bits only make more texts be compared than had to be.
_NUMBER_BITS = 24
_HASH = (1 << 40) - 1
_SHORT = (1 << 32) - 1
# A larger change is compared as a whole.
MOST_CHANGED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """An answer, the keys of its texts, and sorted: in which of them a gram or telling word is.

    `often` are words with the number of blocks they were in, which is the order that tells blocks
    apart. Of each block there is the text in `owners`, its weight in `heavy`, and the end of its
    words in `ends`, which are 32 bits each in `words`.
    """

    keys: tuple[str, ...]
    answer: Answer
    grams: array[int]
    telling: array[int]
    owners: array[int]
    heavy: array[int]
    ends: array[int]
    words: array[int]
    often: Mapping[int, int]

    def touched_by(self, text: Scanned, weights: Mapping[int, int]) -> set[int]:
        """Return the numbers of the texts that a text touches."""
        found = {at for gram in set(grams(text.words)) for at in _numbers(self.grams, gram)}
        for _, words, weight in heavy_leaves(text, weights):
            hits = Counter(
                block
                for word in telling(words, weight, self.often, weights)
                for block in _numbers(self.telling, word)
            )
            ours = {word & _SHORT: weights[word] for word in words}
            found.update(
                self.owners[block]
                for block, times in hits.items()
                if times >= SHARED and self._is_alike(block, ours, weight)
            )
        return found

    def _is_alike(self, block: int, words: Mapping[int, int], weight: int) -> bool:
        """Say whether a block shares as much with `words`, given with their weights, as counts."""
        other = self.heavy[block]
        if not ALIKE * weight <= other <= weight / ALIKE:
            return False
        start = self.ends[block - 1] if block else 0
        theirs = self.words[start : self.ends[block]]
        common = sum(words.get(word, 0) for word in theirs)
        return common >= ALIKE * (weight + other - common)


def remembered(
    keys: Sequence[str], texts: Sequence[Text], answer: Answer, lexicon: Lexicon
) -> Memory | None:
    """Return what to keep of an answer, `None` where too much is in it."""
    scanned = [text.scanned for text in texts]
    frequencies = often(scanned)
    owners, heavy, ends, short = (array("I") for _ in range(4))
    in_texts: set[int] = set()
    in_blocks: list[int] = []
    posted: Counter[int] = Counter()
    for at, text in enumerate(scanned):
        in_texts.update((gram & _HASH) << _NUMBER_BITS | at for gram in grams(text.words))
        for _, words, weight in heavy_leaves(text, lexicon.weights):
            told = telling(words, weight, frequencies, lexicon.weights)
            in_blocks += [(word & _HASH) << _NUMBER_BITS | len(owners) for word in told]
            posted.update(told)
            owners.append(at)
            heavy.append(weight)
            short.extend(word & _SHORT for word in words)
            ends.append(len(short))
    crowded = max(posted.values(), default=0) > MOST_POSTINGS
    if crowded or max(len(texts), len(owners)) >> _NUMBER_BITS:
        return None  # there the others decide which blocks a block is compared with
    return Memory(
        keys=tuple(keys),
        answer=answer,
        grams=array("Q", sorted(in_texts)),
        telling=array("Q", sorted(in_blocks)),
        owners=owners,
        heavy=heavy,
        ends=ends,
        words=short,
        often=frequencies,
    )


def recalled(
    memory: Memory,
    keys: Sequence[str],
    texts: Sequence[Text],
    former: Callable[[int], Text | None],
    lexicon: Lexicon,
) -> Answer | None:
    """Return the answer for texts of which some have changed, `None` where it has to be made anew.

    The windows are those of the memory; `former` returns what a text was there.
    """
    changed = [
        at for at, pair in enumerate(zip(keys, memory.keys, strict=True)) if len({*pair}) > 1
    ]
    if not changed:
        return memory.answer
    before = [former(at) for at in changed]
    if len(changed) > MOST_CHANGED or None in before:
        return None
    touched = set(changed)
    for text in (*(texts[at] for at in changed), *before):
        touched |= memory.touched_by(text.scanned, lexicon.weights) if text else set()
    needed = touched.union(
        *(memory.touched_by(texts[at].scanned, lexicon.weights) for at in touched)
    )
    return _merged(memory.answer, texts, touched, sorted(needed), lexicon)


def _merged(
    answer: Answer, texts: Sequence[Text], touched: set[int], needed: list[int], lexicon: Lexicon
) -> Answer:
    """Return the answer with what the `touched` texts repeat, found anew among those `needed`."""
    number = {at: n for n, at in enumerate(needed)}
    few = [
        Window(
            name=window.name,
            base=tuple(number[at] for at in window.base if at in number),
            members=tuple(number[at] for at in window.members if at in number),
        )
        for window, _ in answer
    ]
    wanted = {number[at] for at in touched}
    fresh = {
        window: {needed[n]: repeats for n, repeats in each}
        for window, each in compared([texts[at] for at in needed], few, lexicon, wanted)
    }
    return [
        (
            window,
            [(at, fresh[small][at] if at in touched else repeats) for at, repeats in each],
        )
        for (window, each), small in zip(answer, few, strict=True)
    ]


def _numbers(keys: array[int], value: int) -> Iterator[int]:
    """Yield the numbers that stand behind a hash in sorted keys."""
    low = (value & _HASH) << _NUMBER_BITS
    at = bisect_left(keys, low)
    while at < len(keys) and keys[at] >> _NUMBER_BITS == low >> _NUMBER_BITS:
        yield keys[at] - low
        at += 1
