"""Reworded rules: list items, rows and paragraphs that share most of their words."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass
from ctxtally.redundancy.alignment import ALIKE, LEAST_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ctxtally.redundancy.scan import Block, Scanned

_LEAST_WEIGHT = 4_000
_LEAVES = ("paragraph", "item", "row")
# A word that begins so many blocks tells none of them apart.
_MOST_POSTINGS = 500
# A block is looked at closer when it has so many of the other's telling words.
_SHARED = 2


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
        self._often = Counter(
            chain.from_iterable(
                set(text.words[block.start : block.end]) for text in texts for block in leaves(text)
            )
        )
        self._known: list[tuple[int, Block, int]] = []
        self._postings: dict[int, list[int]] = {}
        self._equal: dict[frozenset[int], int] = {}
        self._pushed: list[int] = []
        self._undo: list[tuple[frozenset[int], list[int]]] = []

    def push(self, text: int) -> Iterator[Alike]:
        """Yield the best partner of each block of text `text` among those pushed before."""
        self._pushed.append(len(self._known))
        for block in leaves(self._texts[text]):
            words = frozenset(self._texts[text].words[block.start : block.end])
            weight = sum(map(self._weights.__getitem__, words))
            if weight < _LEAST_WEIGHT:
                continue
            same = self._equal.get(words)
            if same is not None:
                source, first, _ = self._known[same]
                yield Alike(source=source, first=first, again=block, similarity=1.0)
                continue
            telling = self._telling(words, weight)
            best = self._best(words, weight, telling)
            if best is not None:
                similarity, number = best
                source, first, _ = self._known[number]
                yield Alike(source=source, first=first, again=block, similarity=similarity)
            self._remember(text, block, words, weight, telling)

    def pop(self) -> None:
        """Forget the text that was pushed last."""
        for _ in range(len(self._known) - self._pushed.pop()):
            self._known.pop()
            words, posted = self._undo.pop()
            del self._equal[words]
            for word in posted:
                self._postings[word].pop()

    def _telling(self, words: frozenset[int], weight: int) -> list[int]:
        """Return the rarest words, so many that whatever is alike has two of them."""
        often, weights = self._often, self._weights
        ordered = sorted(words, key=lambda word: (often[word], word))
        enough = (1 - ALIKE) * weight + max(map(weights.__getitem__, words))
        for at, word in enumerate(ordered):
            enough -= weights[word]
            if enough < 0:
                return ordered[: at + 1]
        return ordered

    def _best(
        self, words: frozenset[int], weight: int, telling: Sequence[int]
    ) -> tuple[float, int] | None:
        hits = Counter(chain.from_iterable(self._postings.get(word, ()) for word in telling))
        best: tuple[float, int] | None = None
        for number in sorted(number for number, times in hits.items() if times >= _SHARED):
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
        self._equal[words] = number
        posted = []
        for word in telling:
            postings = self._postings.setdefault(word, [])
            if len(postings) < _MOST_POSTINGS:
                postings.append(number)
                posted.append(word)
        self._undo.append((words, posted))


def leaves(text: Scanned) -> Iterator[Block]:
    """Yield the blocks that may be a rule of their own."""
    for block in text.blocks:
        if block.kind in _LEAVES and block.end - block.start >= LEAST_WORDS:
            yield block
