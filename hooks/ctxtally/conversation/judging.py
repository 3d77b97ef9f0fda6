"""What the rules on conversations share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.health import Judged

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctxtally.model.criteria import Criteria
    from ctxtally.model.health import Verdict
    from ctxtally.model.turn import Turn, TurnEvent

    Rule = Callable[[Sequence[Turn], Criteria], Judged]

# So many turns in a row are no accident; at the end of a conversation two must do.
LASTING, AT_THE_END = 3, 2
OVER = ("over-limit", "critical")
# Why something was left out for want of room, in the words of the ADK agent; its other reasons are
# limits that somebody set. A table gives no reason.
_NO_ROOM = ("Exceeds available budget", "Exceeds remaining budget", "Would exceed budget")


def held(
    rule: str,
    verdict: Verdict,
    message: str,
    *,
    actual: float | None = None,
    limit: float | None = None,
) -> Judged:
    return Judged(
        rule=rule, verdict=verdict, outcome="held", message=message, actual=actual, limit=limit
    )


def broken(  # noqa: PLR0913 - all that a broken rule tells
    rule: str,
    verdict: Verdict,
    message: str,
    *,
    found: Sequence[Turn],
    actual: float,
    limit: float | None,
    help: str,  # noqa: A002 - as everywhere in findings
    lines: Sequence[int] | None = None,
) -> Judged:
    """Return a rule that is broken in the turns found; `lines` where others show it than theirs."""
    return Judged(
        rule=rule,
        verdict=verdict,
        outcome="broken",
        message=message,
        turns=tuple(turn.number for turn in found),
        lines=tuple(turn.line for turn in found) if lines is None else tuple(lines),
        actual=actual,
        limit=limit,
        help=help,
    )


def is_over(turn: Turn) -> bool:
    return turn.has("over-limit", "critical") or bool(turn.limit and turn.used > turn.limit)


def optimised(turn: Turn) -> bool:
    return turn.has("compressed") or bool(left_out(turn))


def left_out(turn: Turn) -> list[TurnEvent]:
    return [
        one
        for one in turn.events
        if one.kind == "excluded" and (not one.reason or one.reason.startswith(_NO_ROOM))
    ]


def longest(flags: Sequence[bool]) -> range:
    """Return the places of the longest run; of two that are equally long, the later one."""
    best, start = range(0), 0
    for at, flag in enumerate([*flags, False]):
        if flag:
            continue
        if at - start >= max(len(best), 1):
            best = range(start, at)
        start = at + 1
    return best
