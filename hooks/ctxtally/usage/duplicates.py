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
    once. Of events of one response that of the best source is taken. Of those from transcripts the
    last one that tells tokens holds: it is written where a reader of transcripts knows better than
    before. Of others it is the one that tells the most tokens, for an answer is told again while it
    grows, then the first.
    """
    seen: set[str] = set()
    best: dict[tuple[str, str], Usage] = {}
    for usage in usages:
        if usage.id and is_repeated(usage.id):
            if usage.id in seen:
                tally.duplicates += 1
                continue
            seen.add(usage.id)
        if usage.kind != "usage" or not usage.key or not is_repeated(usage.key):
            yield usage
            continue
        response = (usage.provider, usage.key)
        other = best.get(response)
        tally.duplicates += other is not None
        if other is None or _is_better(usage, other):
            best[response] = usage
    yield from best.values()


def _is_better(usage: Usage, other: Usage) -> bool:
    if usage.source == other.source == _SOURCES[0]:
        return usage.total is not None or other.total is None
    return _worth(usage) > _worth(other)


def _worth(usage: Usage) -> tuple[int, int]:
    known = usage.source in _SOURCES
    rank = len(_SOURCES) - _SOURCES.index(usage.source) if known else 0
    return rank, -1 if usage.total is None else usage.total
