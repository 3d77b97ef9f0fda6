"""The rules on what a conversation loses: parts of its context, a prompt, a whole turn."""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING

from ctxtally.conversation.judging import (
    AT_THE_END,
    LASTING,
    OVER,
    broken,
    held,
    is_over,
    left_out,
    longest,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.criteria import Criteria
    from ctxtally.model.health import Judged
    from ctxtally.model.turn import Turn
# Of the limit: less is hardly a context.
_MUCH = 0.02


def exclusions(turns: Sequence[Turn], criteria: Criteria) -> Judged:
    """Judge what is left out turn after turn for want of room."""
    run = longest([bool(left_out(turn)) for turn in turns])
    told = f"something was left out for want of room in {len(run):,} turns in a row"
    if len(run) < criteria.exclusions:
        return held("exclusions", "failing", told, actual=len(run), limit=criteria.exclusions)
    found = [turns[at] for at in run]
    events = [event for turn in found for event in left_out(turn)]
    parts = sorted({event.what.rstrip("0123456789 ") for event in events} - {""})
    return broken(
        "exclusions",
        "failing",
        f"{told}: {', '.join(parts)}" if parts else told,
        found=found,
        lines=[event.line for event in events],
        actual=len(run),
        limit=criteria.exclusions,
        help="shorten what is left out, or give it more room: the base prompt takes it now",
    )


def stripped(turns: Sequence[Turn], criteria: Criteria) -> Judged:
    """Judge whether the context is emptied for good."""
    run = longest(_is_stripped(turns, criteria))
    at_the_end = bool(run) and run[-1] == len(turns) - 1
    if len(run) < (AT_THE_END if at_the_end else LASTING):
        told = "the context was emptied once and came back" if run else "the context is kept"
        return held("stripped", "failing", told)
    found = [turns[at] for at in run]
    return broken(
        "stripped",
        "failing",
        f"from turn {found[0].number} to turn {found[-1].number} at most "
        f"{criteria.stripped:.0%} of the context before is left",
        found=found,
        actual=len(run),
        limit=criteria.stripped,
        help="compression that throws everything away makes the agent begin anew",
    )


def limit_error(turns: Sequence[Turn], _criteria: Criteria) -> Judged:
    """Judge whether a prompt was larger than the limit."""
    found = [turn for turn in turns if is_over(turn)]
    if not found:
        return held("limit-error", "critical", "no prompt was over the limit")
    lines = [
        next((one.line for one in turn.events if one.kind in OVER), turn.line) for turn in found
    ]
    return broken(
        "limit-error",
        "critical",
        f"over the limit: {len(found):,} of {len(turns):,} prompts",
        found=found,
        lines=lines,
        actual=len(found),
        limit=0.0,
        help="such a request fails or loses its beginning; leave a margin below the limit",
    )


def ended(turns: Sequence[Turn], _criteria: Criteria) -> Judged:
    """Judge whether a turn crashed or hung."""
    found = [turn for turn in turns if turn.has("failed", "timed-out")]
    if not found:
        return held("crash", "critical", "no turn crashed or hung")
    return broken(
        "crash",
        "critical",
        f"crashed or hung: {len(found):,} of {len(turns):,} turns",
        found=found,
        actual=len(found),
        limit=0.0,
        help="run the command of the turn by itself and read what it prints",
    )


def _is_stripped(turns: Sequence[Turn], criteria: Criteria) -> list[bool]:
    """Say of each turn whether little is left of the context that there was before.

    Where the log does not tell the base, only all that is used can be compared; then a compression
    that the log names is taken at its word.
    """
    flags, contexts, peak = [], list[int](), 0
    for turn in turns:
        context = _context(turn)
        if context is None:
            peak = turn.used if turn.has("compressed") else max(peak, turn.used)
            flags.append(peak > 0 and turn.used <= criteria.stripped * peak)
            continue
        usual = contexts[len(contexts) // 2] if contexts else 0
        # What was never much cannot be lost.
        much = usual >= _MUCH * (turn.limit or 1)
        flags.append(much and context <= criteria.stripped * usual)
        if not flags[-1]:
            insort(contexts, context)
    return flags


def _context(turn: Turn) -> int | None:
    if turn.context is None and turn.base is None:
        return None
    return turn.context if turn.base is None else max(0, turn.used - turn.base)
