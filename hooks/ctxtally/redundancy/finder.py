"""Find the passages that say again what an earlier text of the same set has said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass
from ctxtally.redundancy.alignment import Aligned, aligned, paired, reordered
from ctxtally.redundancy.items import Leaves
from ctxtally.redundancy.runs import Repeats

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ctxtally.redundancy.runs import Chain
    from ctxtally.redundancy.scan import Scanned

# A copy may begin and end so many words beyond its outermost runs.
_ROOM = 15
# Of commands, only what is long and almost the same: near matches of commands are mostly templates.
_MOSTLY_CODE, _LEAST_CODE_WORDS, _ALIKE_CODE = 0.6, 20, 0.9
# A passage stays while so much of it is not taken by a better one.
_LEAST_FREE, _LEAST_FREE_WORDS = 0.5, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Words `again` of one text that say what words `first` of text `source` have said.

    `matched` says where each word that both have stands in the source.
    """

    source: int
    first_start: int
    first_end: int
    again_start: int
    again_end: int
    similarity: float
    matched: Mapping[int, int]

    @property
    def rank(self) -> tuple[float, int, int, int]:
        return -self.similarity * len(self.matched), self.again_start, self.source, self.first_start


class Finder:
    """Compares texts with those that were pushed before them."""

    def __init__(self, texts: Sequence[Scanned], weights: Mapping[int, int]) -> None:
        self._texts = texts
        self._weights = weights
        self._runs = Repeats(texts)
        self._leaves = Leaves(texts, weights)

    def push(self, at: int) -> list[Repeat]:
        """Return what text `at` repeats of those pushed before and of itself, in its order."""
        candidates = [*self._by_runs(at), *self._by_words(at)]
        return _attributed(self._texts[at], candidates)

    def learn(self, at: int) -> None:
        """Push text `at` only for those that come after it."""
        self._runs.learn(at)
        self._leaves.learn(at)

    def pop(self) -> None:
        """Forget the text that was pushed last."""
        self._runs.pop()
        self._leaves.pop()

    def _by_runs(self, at: int) -> Iterator[Repeat]:
        ours = self._texts[at].words
        for chain in self._runs.push(at):
            theirs = self._texts[chain.source].words
            window = _widened(chain, len(theirs), len(ours), same=chain.source == at)
            if window is None:
                continue
            a, a_end, b, b_end = window
            found = aligned(theirs[a:a_end], ours[b:b_end], self._weights)
            if found is None:
                a, b = chain.first_start, chain.again_start
                found = reordered(
                    theirs[a : chain.first_end], ours[b : chain.again_end], self._weights
                )
            if found is not None:
                yield _placed(found, chain.source, a, b)

    def _by_words(self, at: int) -> Iterator[Repeat]:
        ours = self._texts[at].words
        for one in self._leaves.push(at):
            a, b = one.first, one.again
            theirs = self._texts[one.source].words
            whole = Aligned(
                first_start=0,
                first_end=a.end - a.start,
                again_start=0,
                again_end=b.end - b.start,
                similarity=one.similarity,
                matched=paired(theirs[a.start : a.end], ours[b.start : b.end]),
            )
            yield _placed(whole, one.source, a.start, b.start)


def _widened(
    chain: Chain, theirs: int, ours: int, *, same: bool
) -> tuple[int, int, int, int] | None:
    """Return the windows to align, `None` where the two sides of one text overlap."""
    a, a_end, b, b_end = chain.first_start, chain.first_end, chain.again_start, chain.again_end
    if same and a_end > b:
        return None
    between = min(_ROOM, (b - a_end) // 2) if same else _ROOM
    return (
        max(0, a - _ROOM),
        min(theirs, a_end + between),
        max(0, b - between),
        min(ours, b_end + _ROOM),
    )


def _placed(found: Aligned, source: int, a: int, b: int) -> Repeat:
    return Repeat(
        source=source,
        first_start=a + found.first_start,
        first_end=a + found.first_end,
        again_start=b + found.again_start,
        again_end=b + found.again_end,
        similarity=found.similarity,
        matched={b + ours: a + theirs for ours, theirs in found.matched.items()},
    )


def _attributed(text: Scanned, candidates: Sequence[Repeat]) -> list[Repeat]:
    """Give each word to its best earlier place; return the passages that keep enough of theirs."""
    taken = bytearray(len(text.words))
    kept = []
    for one in sorted(candidates, key=lambda one: one.rank):
        length = one.again_end - one.again_start
        free = length - sum(taken[one.again_start : one.again_end])
        if free < max(_LEAST_FREE * length, _LEAST_FREE_WORDS) or _is_template(text, one):
            continue
        taken[one.again_start : one.again_end] = bytes([1]) * length
        kept.append(one)
    return sorted(kept, key=lambda one: (one.again_start, one.source, one.first_start))


def _is_template(text: Scanned, one: Repeat) -> bool:
    length = one.again_end - one.again_start
    if sum(text.fenced[one.again_start : one.again_end]) <= _MOSTLY_CODE * length:
        return False
    return length < _LEAST_CODE_WORDS or one.similarity < _ALIKE_CODE
