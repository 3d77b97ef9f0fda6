"""Runs of words that an earlier text already has, and the chains that such runs form."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxtally.redundancy.scan import Scanned

# Five words: shorter grams link everything with everything, longer ones miss a tenth of the copies
# in which every tenth word was changed.
GRAM = 5
# A text of 4 MiB has fewer words.
_PLACE_BITS = 32
_NOWHERE = -1
# A chain goes on with a run that begins so many words after it, shifted by at most so many words
# against its last one, and so near to its earlier side.
_GAP, _SHIFT, _NEAR = 20, 40, 60
_MOST_OPEN = 24
# A longer copy becomes several passages: alignment takes time by the square of the length.
_LONGEST = 4_000


@dataclass(slots=True)
class Chain:
    """`first` and `again` are ranges of words of text `source` and of the later text."""

    source: int
    first_start: int
    first_end: int
    again_start: int
    again_end: int
    shift: int


def grams(words: Sequence[int]) -> array[int]:
    """Return a number for each run of five words, in eight bytes each."""
    shifted = (words[at:] for at in range(GRAM))
    return array("q", map(hash, zip(*shifted, strict=False)))


class Repeats:
    """Where each gram that occurs more than once occurs first, of the texts that were pushed."""

    def __init__(self, texts: Sequence[Scanned]) -> None:
        self._grams = [grams(text.words) for text in texts]
        # One number for a text and a place in it: a pair takes three times the memory.
        self._first = dict.fromkeys(_repeated(self._grams), _NOWHERE)
        self._added: list[array[int]] = []

    def push(self, text: int) -> Iterator[Chain]:
        """Yield the chains that lead from text `text` to those pushed before, and to itself."""
        by_source: dict[int, list[tuple[int, int, int]]] = {}
        for source, first, again, words in self._runs(text):
            by_source.setdefault(source, []).append((first, again, words))
        for source, runs in sorted(by_source.items()):
            yield from _chained(source, runs)

    def learn(self, text: int) -> None:
        """Push text `text` only for those that come after it."""
        for _ in self._runs(text):
            pass

    def pop(self) -> None:
        """Forget the text that was pushed last."""
        for gram in self._added.pop():
            self._first[gram] = _NOWHERE

    def _runs(self, text: int) -> Iterator[tuple[int, int, int, int]]:
        """Yield source, its position, ours, and the number of words of each maximal run."""
        first = self._first
        added = array("q")
        self._added.append(added)
        here = text << _PLACE_BITS
        start = begun = again = -1
        for at, gram in enumerate(self._grams[text]):
            where = first.get(gram)
            if where is None:
                continue
            if where == _NOWHERE:
                first[gram] = here + at
                added.append(gram)
            elif at == again and where == start + at - begun:
                again += 1
            elif not at - GRAM < where - here <= at:
                if start >= 0:
                    yield *_text_and_place(start), begun, again - begun + GRAM - 1
                start, begun, again = where, at, at + 1
        if start >= 0:
            yield *_text_and_place(start), begun, again - begun + GRAM - 1


def _text_and_place(where: int) -> tuple[int, int]:
    return where >> _PLACE_BITS, where & (1 << _PLACE_BITS) - 1


def _repeated(texts: Sequence[Sequence[int]]) -> set[int]:
    """Return the grams that occur more than once, and a few that do not.

    A table of bytes takes a tenth of the memory of a set of all grams.
    """
    size = 1 << max(16, (8 * sum(map(len, texts))).bit_length())
    seen = bytearray(size)
    mask = size - 1
    found: set[int] = set()
    for text in texts:
        for gram in text:
            if seen[gram & mask]:
                found.add(gram)
            else:
                seen[gram & mask] = 1
    return found


def _chained(source: int, runs: Iterable[tuple[int, int, int]]) -> Iterator[Chain]:
    """Yield chains of runs of one source; the runs come in the order of the later text."""
    chains: list[Chain] = []
    for first, again, words in runs:
        shift = again - first
        chain = next(
            (one for one in reversed(chains) if _continues(one, first, again, shift)), None
        )
        if chain is None:
            if len(chains) > _MOST_OPEN:
                yield from (one for one in chains if again - one.again_end > _GAP)
                chains = [one for one in chains if again - one.again_end <= _GAP]
            chains += _pieces(source, first, again, words)
        elif again + words - chain.again_start > _LONGEST:
            chains += _pieces(source, first, again, words)
        else:
            chain.first_start = min(chain.first_start, first)
            chain.first_end = max(chain.first_end, first + words)
            chain.again_end = max(chain.again_end, again + words)
            chain.shift = shift
    yield from chains


def _continues(chain: Chain, first: int, again: int, shift: int) -> bool:
    return (
        again - chain.again_end <= _GAP
        and abs(shift - chain.shift) <= _SHIFT
        and chain.first_start - _NEAR <= first <= chain.first_end + _NEAR
    )


def _pieces(source: int, first: int, again: int, words: int) -> Iterator[Chain]:
    for begun in range(0, words, _LONGEST):
        length = min(_LONGEST, words - begun)
        yield Chain(
            source=source,
            first_start=first + begun,
            first_end=first + begun + length,
            again_start=again + begun,
            again_end=again + begun + length,
            shift=again - first,
        )
