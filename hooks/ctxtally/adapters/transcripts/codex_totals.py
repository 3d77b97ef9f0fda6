"""The totals that the events of a Codex rollout tell, and what was spent between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.agent_logs.reader import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FIELDS = (
    *("input_tokens", "cached_input_tokens", "cache_write_input_tokens"),
    *("output_tokens", "reasoning_output_tokens"),
)
# Input, what of it was cached, and output; the others are left out by some versions.
_JUDGED = (0, 1, 3)

Totals = tuple[int, ...]


def totals_of(lines: Iterator[Mapping[str, object]]) -> set[Totals]:
    """Return all totals that a rollout tells."""
    found = set()
    for line in lines:
        payload = line.get("payload")
        info = payload.get("info") if isinstance(payload, dict) else None
        totals = totals_in(info.get("total_token_usage")) if isinstance(info, dict) else None
        if totals is not None:
            found.add(totals)
    return found


def spent_since(totals: Totals | None, last: Totals | None, previous: Totals | None) -> Totals:
    """Return what was spent since the event before.

    Totals below those of before are of a counter that was set back: then the last request counts.
    """
    if totals is None:
        return last or ()
    if previous is None:
        return totals
    grown = [now - before for now, before in zip(totals, previous, strict=True)]
    if any(grown[at] < 0 for at in _JUDGED):
        return last if last and any(last) else totals
    return tuple(max(one, 0) for one in grown)


def totals_in(usage: object) -> Totals | None:
    """Return the numbers of a TokenUsage, `None` where there is none."""
    return tuple(whole(usage, name) for name in _FIELDS) if isinstance(usage, dict) else None
