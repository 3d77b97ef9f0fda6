"""Count tokens exactly as tiktoken does, without importing it.

A text is cut into pieces, each different piece is costed once, and most pieces are one token and
found in the rank table at once. The others are merged as byte-pair encoding says: again and again
the two neighbours whose joined bytes have the lowest rank, the leftmost of equals first.
"""

from __future__ import annotations

from collections import Counter
from heapq import heapify, heappop, heappush

from ctxtally.tokens.split import Splitter, data_file
from ctxtally.tokens.table import NO_RANK, RankTable

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Mapping

# Up to this many bytes a plain scan is faster than a heap, which is near linear for longer pieces.
SHORT = 256
# From here on tiktoken's slow start costs less than the heap; it is given the piece alone.
VERY_LONG = 100_000
# Costs and ranks kept from text to text, about 100 bytes each.
REMEMBERED = 200_000


class Vocabulary:
    """The encoding `name` with its shipped data; opening it raises as `RankTable` does."""

    __slots__ = ("_costs", "_ranks", "_splitter", "name", "table")

    def __init__(self, name: str) -> None:
        self.name = name
        self.table = RankTable(data_file(f"{name}.ranks"))
        self._splitter = Splitter(name)
        self._costs: dict[str, int] = {}
        self._ranks = Ranks(self.table)

    def count(self, text: str) -> int:
        """Return the tokens of `text`; special tokens count as the text they are."""
        costs = self._costs
        if len(costs) > REMEMBERED:
            costs.clear()
        total = 0
        for piece, times in Counter(self._splitter.pieces(without_surrogates(text))).items():
            cost = costs.get(piece)
            if cost is None:
                cost = self._cost(piece)
                if len(piece) <= SHORT:
                    costs[piece] = cost
            total += cost * times
        return total

    def _cost(self, piece: str) -> int:
        if len(piece) >= VERY_LONG:
            from ctxtally.tokens.bulk import count_piece

            found = count_piece(self, piece)
            if found is not None:
                return found
        data = piece.encode()
        if len(data) == 1 or self.table.rank(data) != NO_RANK:
            return 1
        return by_scan(data, self._ranks) if len(data) <= SHORT else by_heap(data, self._ranks)


class Ranks(dict[bytes, int]):
    """What `table` says, remembered: the same few pairs are asked for over and over."""

    __slots__ = ("_table",)

    def __init__(self, table: RankTable) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, piece: bytes) -> int:
        if len(self) >= REMEMBERED:
            self.clear()
        self[piece] = rank = self._table.rank(piece)
        return rank


def without_surrogates(text: str) -> str:
    """Return `text` as tiktoken sees it: pairs joined, each lone surrogate U+FFFD."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def by_scan(piece: bytes, ranks: Mapping[bytes, int]) -> int:
    """Return how many parts are left of `piece` when nothing more can be joined."""
    parts = [piece[at : at + 1] for at in range(len(piece))]
    pairs = [ranks[piece[at : at + 2]] for at in range(len(piece) - 1)]
    while pairs:
        lowest = min(pairs)
        if lowest == NO_RANK:
            break
        at = pairs.index(lowest)
        parts[at] += parts.pop(at + 1)
        del pairs[at]
        if at < len(pairs):
            pairs[at] = ranks[parts[at] + parts[at + 1]]
        if at:
            pairs[at - 1] = ranks[parts[at - 1] + parts[at]]
    return len(parts)


def by_heap(piece: bytes, ranks: Mapping[bytes, int]) -> int:
    """Return what `by_scan` returns, in time near linear in the length of `piece`.

    A part is named by where it begins; `ends` and `before` lead to its neighbours. A candidate is
    rank * size + begin, so that the lowest rank comes first, the leftmost of equals. It is stale
    where the pair that begins there has another rank by now: equal rank means equal bytes.
    """
    size = len(piece)
    ends = list(range(1, size + 1))
    before = list(range(-1, size))
    pairs = [ranks[piece[at : at + 2]] for at in range(size - 1)]
    pairs.append(NO_RANK)
    heap = [rank * size + at for at, rank in enumerate(pairs) if rank != NO_RANK]
    heapify(heap)
    parts = size
    while heap:
        rank, at = divmod(heappop(heap), size)
        if pairs[at] != rank:
            continue
        parts -= 1
        middle = ends[at]
        end = ends[at] = ends[middle]
        pairs[middle] = NO_RANK
        before[end] = at
        pairs[at] = rank = ranks[piece[at : ends[end]]] if end < size else NO_RANK
        if rank != NO_RANK:
            heappush(heap, rank * size + at)
        left = before[at]
        if left >= 0:
            pairs[left] = rank = ranks[piece[left:end]]
            if rank != NO_RANK:
                heappush(heap, rank * size + left)
    return parts
