"""Reworded rules: list items, rows and paragraphs that share most of their words."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass
from ctxtally.redundancy.alignment import ALIKE, LEAST_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ctxtally.redundancy.scan import Block, Scanned

_LEAST_WEIGHT = 4_000
_LEAVES = ("paragraph", "item", "row")
# A word that begins so many blocks tells none of them apart.
MOST_POSTINGS = 500
# A word is a number of so many bits.
_WORD_BITS = 64
# A block is looked at closer when it has so many of the other's telling words; see `_twice`.
SHARED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Block `first` of text `source` and a later block share most of their words."""

    source: int
    first: Block
    again: Block
    similarity: float


class Leaves:
    """The blocks of texts, compared with those of the texts that were pushed before."""

    def __init__(self, texts: Sequence[Scanned], weights: Mapping[int, int]) -> None:
        self._texts = texts
        self._weights = weights
        self._order = Order(often(texts))
        self._known: list[tuple[int, Block, int]] = []
        self._postings: dict[int, list[int]] = {}
        # By the hash of their words: the words themselves would take half of all memory.
        self._equal: dict[int, int] = {}
        self._pushed: list[int] = []

    def push(self, text: int) -> Iterator[Alike]:
        """Yield the best partner of each block of text `text` among those pushed before."""
        self._pushed.append(len(self._known))
        for block, words, weight in heavy_leaves(self._texts[text], self._weights):
            same = self._same(words)
            if same is not None:
                source, first, _ = self._known[same]
                yield Alike(source=source, first=first, again=block, similarity=1.0)
                continue
            told = telling(words, weight, self._order, self._weights)
            best = self._best(words, weight, told)
            if best is not None:
                similarity, number = best
                source, first, _ = self._known[number]
                yield Alike(source=source, first=first, again=block, similarity=similarity)
            self._remember(text, block, words, weight, told)

    def learn(self, text: int) -> None:
        """Push text `text` only for those that come after it."""
        self._pushed.append(len(self._known))
        for block, words, weight in heavy_leaves(self._texts[text], self._weights):
            if self._same(words) is None:
                told = telling(words, weight, self._order, self._weights)
                self._remember(text, block, words, weight, told)

    def pop(self) -> None:
        """Forget the text that was pushed last."""
        pushed = self._pushed.pop()
        while len(self._known) > pushed:
            number = len(self._known) - 1
            words = self._words(number)
            weight = self._known.pop()[2]
            if self._equal.get(hash(words)) == number:
                del self._equal[hash(words)]
            for word in telling(words, weight, self._order, self._weights):
                if self._postings[word][-1:] == [number]:
                    self._postings[word].pop()

    def _same(self, words: frozenset[int]) -> int | None:
        """Return the first block with just these words."""
        number = self._equal.get(hash(words))
        return number if number is not None and self._words(number) == words else None

    def _words(self, number: int) -> frozenset[int]:
        source, block, _ = self._known[number]
        return frozenset(self._texts[source].words[block.start : block.end])

    def _best(
        self, words: frozenset[int], weight: int, telling: Sequence[int]
    ) -> tuple[float, int] | None:
        best: tuple[float, int] | None = None
        for number in sorted(_twice(self._postings.get(word, ()) for word in telling)):
            source, block, other = self._known[number]
            if not ALIKE * weight <= other <= weight / ALIKE:
                continue
            shared = words.intersection(self._texts[source].words[block.start : block.end])
            common = sum(map(self._weights.__getitem__, shared))
            similarity = common / (weight + other - common)
            if similarity >= ALIKE and (best is None or similarity > best[0]):
                best = similarity, number
        return best

    def _remember(
        self,
        text: int,
        block: Block,
        words: frozenset[int],
        weight: int,
        telling: Sequence[int],
    ) -> None:
        number = len(self._known)
        self._known.append((text, block, weight))
        self._equal.setdefault(hash(words), number)
        for word in telling:
            postings = self._postings.setdefault(word, [])
            if len(postings) < MOST_POSTINGS:
                postings.append(number)


def _twice(postings: Iterable[Sequence[int]]) -> set[int]:
    """Return what is in at least `SHARED` of these; sets take half the time of counting."""
    once: set[int] = set()
    twice: set[int] = set()
    last: Sequence[int] = ()
    for numbers in postings:
        # The longest list comes at the end, and need never be put in.
        once.update(last)
        twice.update(once.intersection(numbers))
        last = numbers
    return twice


def leaves(text: Scanned) -> Iterator[tuple[Block, frozenset[int]]]:
    """Yield the blocks that may be a rule of their own, with their words."""
    for block in text.blocks:
        if block.kind in _LEAVES and block.end - block.start >= LEAST_WORDS:
            yield block, frozenset(text.words[block.start : block.end])


def heavy_leaves(
    text: Scanned, weights: Mapping[int, int]
) -> Iterator[tuple[Block, frozenset[int], int]]:
    """Yield those that say enough to be compared, with their words and the weight of these."""
    for block, words in leaves(text):
        weight = sum(map(weights.__getitem__, words))
        if weight >= _LEAST_WEIGHT:
            yield block, words, weight


def often(texts: Iterable[Scanned]) -> dict[int, int]:
    """Return in how many blocks each word is."""
    return Counter(chain.from_iterable(words for text in texts for _, words in leaves(text)))


class Order(dict[int, int]):
    """A key for each word that sorts the rarest first; `often` says in how many blocks they are."""

    def __init__(self, often: Mapping[int, int]) -> None:
        super().__init__({word: blocks << _WORD_BITS | word for word, blocks in often.items()})

    def __missing__(self, word: int) -> int:
        return word

    @property
    def often(self) -> Iterator[int]:
        """Yield in how many blocks each word is."""
        return (key >> _WORD_BITS for key in self.values())


def telling(
    words: frozenset[int], weight: int, order: Order, weights: Mapping[int, int]
) -> list[int]:
    """Return the rarest words, so many that whatever is alike has two of them."""
    ordered = sorted(words, key=order.__getitem__)
    enough = (1 - ALIKE) * weight + max(map(weights.__getitem__, words))
    for at, word in enumerate(ordered):
        enough -= weights[word]
        if enough < 0:
            return ordered[: at + 1]
    return ordered
