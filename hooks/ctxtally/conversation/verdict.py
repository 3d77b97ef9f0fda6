"""The verdict on a conversation: every rule, and the worst that one of them says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.conversation import losses, use
from ctxtally.conversation.course import figures, steps
from ctxtally.model.health import ORDER, Health, Judged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.conversation.judging import Rule
    from ctxtally.model.criteria import Criteria
    from ctxtally.model.health import Verdict
    from ctxtally.model.turn import AgentLog, Turn

# One turn is enough for these.
SINGLE: dict[str, Rule] = {"limit-error": losses.limit_error, "crash": losses.ended}
LASTING: dict[str, Rule] = {
    "relief": use.relief,
    "growth": use.growth,
    "high-use": use.high_use,
    "near-limit": use.near_limit,
    "compression": use.compression,
    "exclusions": losses.exclusions,
    "stripped": losses.stripped,
}
RULES = {**SINGLE, **LASTING}


def health(log: AgentLog, criteria: Criteria) -> Health:
    """Return the verdict on a log all of whose turns have a limit."""
    rules = tuple(judged(log.turns, criteria))
    return Health(
        path=log.path,
        form=log.form,
        verdict=verdict(rules),
        steps=steps(log.turns, criteria),
        rules=rules,
        figures=figures(log.turns, criteria),
        high=criteria.high,
        remarks=log.remarks,
    )


def verdict(rules: Sequence[Judged]) -> Verdict:
    """Return the worst of what the rules say; without enough turns nothing is called healthy."""
    broken = [one.verdict for one in rules if one.outcome == "broken"]
    if broken:
        return max(broken, key=ORDER.index)
    early = any(one.outcome == "not-judged" for one in rules)
    return "not-enough-turns" if early else "healthy"


def judged(turns: Sequence[Turn], criteria: Criteria) -> Iterator[Judged]:
    for name, rule in RULES.items():
        if len(turns) >= criteria.turns or (turns and name in SINGLE):
            yield rule(turns, criteria)
        else:
            yield Judged(
                rule=name,
                verdict="not-enough-turns",
                outcome="not-judged",
                message=f"{len(turns):,} turns are not enough: it takes {criteria.turns:,}",
            )
