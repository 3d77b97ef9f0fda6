"""One response counts once, whoever told it and however often."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ctxtally.model.tally import Tally
    from ctxtally.model.usage import Usage

# Who knows better what a response took, the best first; whoever is not named knows least.
_SOURCES = ("transcript", "capture", "otel", "manual")


def once(
    usages: Iterable[Usage], is_repeated: Callable[[str], bool], tally: Tally
) -> Iterator[Usage]:
    """Yield each event once, and of the events of one response the best.

    `is_repeated` says whether an id or a key may come more than once; what may not is passed on at
    once.
    """
    seen = Once(is_repeated, tally)
    yield from (usage for usage in usages if seen.passes(usage))
    yield from seen.best()


class Once:
    """Lets each event pass once, and keeps the best of the events of one response.

    Of events of one response that of the best source is taken. Of those from transcripts the last
    one that tells tokens holds: it is written where a reader of transcripts knows better than
    before. Of others it is the one that tells the most tokens, for an answer is told again while it
    grows, then the first.
    """

    def __init__(self, is_repeated: Callable[[str], bool], tally: Tally) -> None:
        self._is_repeated = is_repeated
        self._tally = tally
        self._seen: set[str] = set()
        self._best: dict[tuple[str, str], Usage] = {}

    def passes(self, usage: Usage) -> bool:
        """Say whether to take an event now; of what may come again the best is kept."""
        if usage.id and self._is_repeated(usage.id):
            if usage.id in self._seen:
                self._tally.duplicates += 1
                return False
            self._seen.add(usage.id)
        if usage.kind != "usage" or not usage.key or not self._is_repeated(usage.key):
            return True
        response = (usage.provider, usage.key)
        other = self._best.get(response)
        self._tally.duplicates += other is not None
        if other is None or _is_better(usage, other):
            self._best[response] = usage
        return False

    def best(self) -> Iterator[Usage]:
        """Yield what was kept, after everything was seen."""
        yield from self._best.values()


def _is_better(usage: Usage, other: Usage) -> bool:
    if usage.source == other.source == _SOURCES[0]:
        return usage.total is not None or other.total is None
    return _worth(usage) > _worth(other)


def _worth(usage: Usage) -> tuple[int, int]:
    known = usage.source in _SOURCES
    rank = len(_SOURCES) - _SOURCES.index(usage.source) if known else 0
    return rank, -1 if usage.total is None else usage.total
