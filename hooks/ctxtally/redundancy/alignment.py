"""How much alike two stretches of words are, and where the alike part begins and ends."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    # Where an equal run begins and ends, in the first and in the other.
    _Block: TypeAlias = tuple[int, int, int, int]

# Where a passage is accepted. With 0.60 a few more copies of which a third was changed are found,
# and twice as many that are none.
ALIKE = 0.65
LEAST_WORDS = 8
LEAST_WEIGHT = 5_500
_LEAST_SHARED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
    """Two ranges of words, and how similar they are (0 to 1).

    `matched` says of each word of the later one that matches where it stands in the first.
    """

    first_start: int
    first_end: int
    again_start: int
    again_end: int
    similarity: float
    matched: Mapping[int, int]


def aligned(
    first: Sequence[int], again: Sequence[int], weights: Mapping[int, int]
) -> Aligned | None:
    """Return the best stretch in which two runs of words say the same in the same order."""
    from rapidfuzz.distance import Indel

    blocks: list[_Block] = [
        (one.src_start, one.src_end, one.dest_start, one.dest_end)
        for one in Indel.opcodes(first, again)
        if one.tag == "equal"
    ]
    if not blocks:
        return None
    before = [0, *accumulate(weights[word] for word in first)]
    after = [0, *accumulate(weights[word] for word in again)]
    stretch = _best(blocks, before, after)
    matched = {b + at: a + at for a, a_end, b, _ in stretch for at in range(a_end - a)}
    weight = sum(before[a_end] - before[a] for a, a_end, _, _ in stretch)
    a, a_end = stretch[0][0], stretch[-1][1]
    b, b_end = stretch[0][2], stretch[-1][3]
    both = before[a_end] - before[a] + after[b_end] - after[b]
    similarity = 2 * weight / both
    if len(matched) < LEAST_WORDS or weight < LEAST_WEIGHT or similarity < ALIKE:
        return None
    return Aligned(
        first_start=a,
        first_end=a_end,
        again_start=b,
        again_end=b_end,
        similarity=similarity,
        matched=matched,
    )


def _best(
    blocks: Sequence[_Block], before: Sequence[int], after: Sequence[int]
) -> Sequence[_Block]:
    """Return the blocks of the stretch that gains most by what is equal, less what is between."""
    best = score = 0
    start = begun = stop = 0
    for at, (a, a_end, b, _) in enumerate(blocks):
        if at:
            gap_a = before[a] - before[blocks[at - 1][1]]
            gap_b = after[b] - after[blocks[at - 1][3]]
            score -= max(gap_a, gap_b)
        if score <= 0:
            score, start = 0, at
        score += 2 * (before[a_end] - before[a])
        if score > best:
            best, begun, stop = score, start, at
    return blocks[begun : stop + 1]


def reordered(
    first: Sequence[int], again: Sequence[int], weights: Mapping[int, int]
) -> Aligned | None:
    """Return the two whole runs where they hold the same words in whatever order."""
    matched = paired(first, again)
    weight = sum(weights[again[at]] for at in matched)
    heavier = max(sum(weights[word] for word in first), sum(weights[word] for word in again))
    if len(matched) < _LEAST_SHARED or weight < LEAST_WEIGHT or weight < ALIKE * heavier:
        return None
    return Aligned(
        first_start=0,
        first_end=len(first),
        again_start=0,
        again_end=len(again),
        similarity=weight / heavier,
        matched=matched,
    )


def paired(first: Sequence[int], again: Sequence[int]) -> dict[int, int]:
    """Return where each word of `again` stands in `first`, each place used once."""
    places: dict[int, list[int]] = {}
    for at in range(len(first) - 1, -1, -1):
        places.setdefault(first[at], []).append(at)
    return {at: places[word].pop() for at, word in enumerate(again) if places.get(word)}
