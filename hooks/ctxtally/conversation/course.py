"""The course of a conversation: where it was compressed, how it grew, what its turns say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.health import Figures, Step
from ctxtally.statistics.trends import FEWEST, trend

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.model.criteria import Criteria
    from ctxtally.model.health import Direction
    from ctxtally.model.turn import Turn
    from ctxtally.statistics.trends import Trend

_TOLD = {
    "compressed": "compressed",
    "pressure": "high pressure",
    "low-utilisation": "low utilisation",
    "over-limit": "over the limit",
    "critical": "CRITICAL",
    "failed": "the command failed",
    "timed-out": "timed out",
}


def compressions(turns: Sequence[Turn], criteria: Criteria) -> list[int]:
    """Return the places of the turns in which the context has become smaller.

    A word in the log is enough where less is used; without it the fall must be large.
    """
    found = []
    for at in range(1, len(turns)):
        before, after = turns[at - 1], turns[at]
        fall = before.used - after.used
        if fall > 0 and (
            after.has("compressed") or fall >= criteria.drop * (after.limit or before.used)
        ):
            found.append(at)
    return found


def settled(turns: Sequence[Turn], criteria: Criteria) -> int:
    """Return the place from which on the context should not build up any more."""
    # What is left must be enough for a trend, else nothing could ever be said against it.
    return max(0, min(criteria.settle, len(turns) // 2, len(turns) - FEWEST))


def settled_trend(turns: Sequence[Turn], criteria: Criteria) -> Trend | None:
    return trend([turn.used for turn in turns[settled(turns, criteria) :]])


def figures(turns: Sequence[Turn], criteria: Criteria) -> Figures | None:
    if not turns:
        return None
    top = max(turns, key=lambda turn: turn.used)
    slope = settled_trend(turns, criteria)
    return Figures(
        peak=top.used,
        peak_turn=top.number,
        mean=sum(turn.used for turn in turns) / len(turns),
        over_high=sum(turn.share >= criteria.high for turn in turns) / len(turns),
        over_near=sum(turn.share >= criteria.near for turn in turns) / len(turns),
        compressions=tuple(turns[at].number for at in compressions(turns, criteria)),
        slope=slope.slope if slope else None,
        slope_low=slope.low if slope else None,
        slope_high=slope.high if slope else None,
    )


def steps(turns: Sequence[Turn], criteria: Criteria) -> tuple[Step, ...]:
    """Return each turn beside the one before."""
    found = []
    before: Turn | None = None
    places = set(compressions(turns, criteria))
    for at, turn in enumerate(turns):
        change = None if before is None else turn.used - before.used
        step = Step(
            turn=turn,
            change=change,
            direction=_direction(change),
            compressed=at in places,
            warnings=tuple(_warnings(before, turn, criteria)),
        )
        found.append(step)
        before = turn
    return tuple(found)


def _direction(change: int | None) -> Direction:
    if change is None:
        return ""
    if change == 0:
        return "STABLE"
    return "INCREASE" if change > 0 else "DECREASE"


def _warnings(before: Turn | None, turn: Turn, criteria: Criteria) -> Iterator[str]:
    if turn.limit and turn.used > turn.limit:
        yield "above the limit"
    elif turn.share >= criteria.near:
        yield f"at or above {criteria.near:.0%}"
    elif turn.share >= criteria.high:
        yield f"at or above {criteria.high:.0%}"
    grown = turn.used - before.used if before else 0
    if before and before.used and grown > criteria.jump * before.used:
        yield f"grew by {grown / before.used:.0%}"
    if before and before.limit != turn.limit:
        yield f"the limit was {before.limit:,}" if before.limit else "the limit is new"
    for kind, told in _TOLD.items():
        if any(one.kind == kind for one in turn.events):
            yield told
    left_out = sum(one.kind == "excluded" for one in turn.events)
    if left_out:
        yield f"{left_out:,} left out"
