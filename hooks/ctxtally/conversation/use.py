"""The rules on how much of its limit a conversation uses."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from ctxtally.conversation.course import compressions, settled
from ctxtally.conversation.judging import AT_THE_END, LASTING, broken, held, is_over, optimised
from ctxtally.statistics.trends import trend
from ctxtally.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.criteria import Criteria
    from ctxtally.model.health import Judged
    from ctxtally.model.turn import Turn

# Peaks that a slope through them says something about.
_PEAKS = 4
# Turns that have a middle, and how much of its pace growth keeps that does not level off.
_QUARTER, _PACE = 2, 0.25


def growth(turns: Sequence[Turn], criteria: Criteria) -> Judged:
    """Judge whether use rises throughout, to be high at twice the turns."""
    part = _to_judge(turns, criteria)
    found = trend([used for _, used in part])
    if found is None:
        return held("growth", "failing", "it was compressed, and has not grown past that")
    length = part[-1][0] - part[0][0]
    per_turn = found.slope * (len(part) - 1) / length
    gained = per_turn * length
    limit = turns[-1].limit or 1
    ahead = part[-1][1] + per_turn * len(turns)
    rises = found.low > 0 and gained >= criteria.growth * limit
    if rises and ahead >= criteria.high * limit and _goes_on(part, per_turn):
        first, last = turns[part[0][0]], turns[part[-1][0]]
        return broken(
            "growth",
            "failing",
            f"it grows by {per_turn:,.0f} tokens a turn from turn {first.number} to turn "
            f"{last.number}, and does not level off",
            found=(first, last),
            actual=per_turn / limit,
            limit=None,
            help="look at what is carried over from turn to turn: tool results, whole files",
        )
    return held("growth", "failing", f"it changes by {per_turn:+,.0f} tokens a turn once settled")


def _goes_on(part: Sequence[tuple[int, int]], per_turn: float) -> bool:
    """Say whether use still rises in the last quarter, beside the one before: not much slower."""
    quarter = len(part) // 4
    if quarter < _QUARTER:
        return True
    (before, earlier), (after, later) = (
        (median(at for at, _ in some), median(used for _, used in some))
        for some in (part[-2 * quarter : -quarter], part[-quarter:])
    )
    return later - earlier >= _PACE * per_turn * (after - before)


def high_use(turns: Sequence[Turn], criteria: Criteria) -> Judged:
    """Judge how many turns are at the high line or above it."""
    found = [turn for turn in turns if turn.share >= criteria.high]
    part = len(found) / len(turns)
    told = f"{len(found):,} of {len(turns):,} turns ({part:.0%}) at or above {criteria.high:.0%}"
    if part <= criteria.high_turns:
        return held("high-use", "failing", told, actual=part, limit=criteria.high_turns)
    return broken(
        "high-use",
        "failing",
        f"{told} of the limit; {criteria.high_turns:.0%} may be",
        found=found,
        actual=part,
        limit=criteria.high_turns,
        help="compress earlier, or load less: `ctxtally recommend` ranks what costs most",
    )


def compression(turns: Sequence[Turn], criteria: Criteria) -> Judged:
    """Judge whether compression answers high use, and before the limit is reached."""
    first = next((at for at, turn in enumerate(turns) if turn.share >= criteria.high), None)
    if first is None:
        return held("compression", "failing", f"use stays below {criteria.high:.0%}")
    over = next((at for at, turn in enumerate(turns) if is_over(turn)), len(turns))
    places = [at for at in compressions(turns, criteria) if at > first]
    places += [at for at, turn in enumerate(turns) if at >= first and optimised(turn)]
    places += [at for at in range(first) if optimised(turns[at])]
    answered = min(places, default=None)
    if answered is not None and answered <= over:
        number = turns[answered].number
        return held("compression", "failing", f"the context was cut in turn {number}, in time")
    after = len(turns) - 1 - first
    if answered is None and after < AT_THE_END and over == len(turns):
        told = f"use reached {criteria.high:.0%} only at the end, in turn {turns[first].number}"
        return held("compression", "failing", told)
    when = "never cut" if answered is None else f"cut only in turn {turns[answered].number}"
    cause = f"use was at {turns[first].share:.0%} in turn {turns[first].number}"
    return broken(
        "compression",
        "failing",
        f"the context was {when}, although {cause}",
        found=turns[first : first + 1],
        actual=turns[first].share,
        limit=criteria.high,
        help="switch compression on, or let it begin earlier",
    )


def near_limit(turns: Sequence[Turn], criteria: Criteria) -> Judged:
    """Judge whether a smaller context follows each turn near the limit."""
    places = set(compressions(turns, criteria))
    found = [
        turn
        for at, turn in enumerate(turns)
        if turn.share >= criteria.near and not places.intersection(range(at + 1, at + 1 + LASTING))
    ]
    told = f"{counted(len(found), 'turns')} at or above {criteria.near:.0%}, no compression after"
    if not found:
        return held("near-limit", "failing", told, actual=0.0, limit=0.0)
    return broken(
        "near-limit",
        "failing",
        told,
        found=found,
        actual=len(found) / len(turns),
        limit=0.0,
        help="the next large answer or tool result will not fit; compress before this point",
    )


def relief(turns: Sequence[Turn], criteria: Criteria) -> Judged:
    """Judge whether use comes down again once it was near the limit."""
    first = next((at for at, turn in enumerate(turns) if turn.share >= criteria.near), None)
    if first is None:
        return held("relief", "critical", f"use stays below {criteria.near:.0%}")
    after = turns[first:]
    pairs = pairwise(after)
    if len(after) <= LASTING or any(later.used < earlier.used for earlier, later in pairs):
        return held("relief", "critical", "use comes down again, or it is too early to tell")
    return broken(
        "relief",
        "critical",
        f"use never comes down in the {len(after) - 1:,} turns after turn "
        f"{after[0].number}, which was at {after[0].share:.0%}",
        found=after,
        actual=after[0].share,
        limit=criteria.near,
        help="compression does not work under load",
    )


def _to_judge(turns: Sequence[Turn], criteria: Criteria) -> list[tuple[int, int]]:
    """Return the places and figures whose slope counts.

    Between compressions use rises, as it should: then its peaks count, once they have come to be
    high. Only what has gone on twice as long as ever before, and beyond every peak, counts by
    itself.
    """
    used = [(at, turn.used) for at, turn in enumerate(turns)]
    places = compressions(turns, criteria)
    if not places:
        return used[settled(turns, criteria) :]
    longest_before = max(
        after - before for before, after in zip([0, *places], places, strict=False)
    )
    peaks = [used[at - 1] for at in places]
    since = used[places[-1] :]
    beyond = used[-1][1] - max(figure for _, figure in peaks)
    if len(since) > 2 * longest_before and beyond > 0:
        return since
    reached = peaks[-1][1] >= criteria.high * (turns[-1].limit or 1)
    return peaks if reached and len(peaks) >= _PEAKS else []
