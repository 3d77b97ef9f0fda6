"""The verdict on a driven conversation, phase by phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.conversation.verdict import RULES, health, judged, verdict
from ctxtally.model.health import Judged
from ctxtally.model.record import replace
from ctxtally.model.scenario import PhaseResult, RunResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxtally.model.criteria import Criteria
    from ctxtally.model.health import Verdict
    from ctxtally.model.scenario import Driven, Scenario
    from ctxtally.model.turn import AgentLog, Turn

# What a phase may expect beside the rules: that the context builds up in it.
RISES = "rises"
EXPECTATIONS = (*RULES, RISES)
_TWO = 2  # turns that show a change
_FINE = "every command ended well"


def turns_of(driven: Iterable[Driven]) -> tuple[Turn, ...]:
    """Return all turns of a run, numbered from 1."""
    found = [turn for one in driven for turn in one.turns]
    return tuple(replace(turn, number=number) for number, turn in enumerate(found, start=1))


def result(
    scenario: Scenario, driven: Sequence[Driven], log: AgentLog, criteria: Criteria
) -> RunResult:
    """Return the verdicts; the turns of `log` are those of `driven`, in their order."""
    whole = health(log, criteria)
    rules = tuple(_with_crashes(whole.rules, driven))
    phases, first, upto = [], 0, 0
    for phase in scenario.phases:
        mine = [one for one in driven if one.phase == phase.name]
        upto += sum(len(one.turns) for one in mine)
        phases.append(
            PhaseResult(
                name=phase.name,
                given=len(mine),
                prompts=len(phase.prompts),
                turns=upto - first,
                rules=tuple(_expected(phase.expect, log.turns, first, upto, mine, criteria)),
                verdict="not-enough-turns",
            )
        )
        first = upto
    return RunResult(
        scenario=scenario.name,
        driven=tuple(driven),
        phases=tuple(replace(one, verdict=_verdict(one)) for one in phases),
        health=replace(whole, rules=rules, verdict=verdict(rules)),
    )


def _verdict(phase: PhaseResult) -> Verdict:
    if not phase.turns and not any(one.outcome == "broken" for one in phase.rules):
        return "not-enough-turns"
    return verdict(phase.rules)


def _expected(  # noqa: PLR0913, PLR0917 - a phase is seen beside all before it
    expect: Sequence[str],
    turns: Sequence[Turn],
    first: int,
    upto: int,
    mine: Sequence[Driven],
    criteria: Criteria,
) -> Iterable[Judged]:
    known = {one.rule: one for one in _with_crashes(judged(turns[:upto], criteria), mine)}
    for name in expect:
        yield _rises(turns[first:upto]) if name == RISES else known[name]


def _rises(turns: Sequence[Turn]) -> Judged:
    """Judge whether the context builds up: an agent that keeps nothing shows nothing."""
    change = turns[-1].used - turns[0].used if turns else 0
    return Judged(
        rule=RISES,
        verdict="failing",
        outcome="not-judged" if len(turns) < _TWO else "held" if change > 0 else "broken",
        message=f"use changes by {change:+,} tokens in the phase",
        turns=tuple(turn.number for turn in turns[:1]),
        lines=tuple(turn.line for turn in turns[:1]),
        actual=float(change),
        help="look whether the agent keeps the conversation at all",
    )


def _with_crashes(rules: Iterable[Judged], driven: Sequence[Driven]) -> Iterable[Judged]:
    """Put what became of the commands in place of what the log says of crashes."""
    bad = [one for one in driven if one.end != "ended"]
    for rule in rules:
        if rule.rule != "crash" or not driven:
            yield rule
        elif not bad:
            yield replace(rule, outcome="held", verdict="critical", message=_FINE)
        else:
            hung = sum(one.end == "timed-out" for one in bad)
            yield Judged(
                rule="crash",
                verdict="critical",
                outcome="broken",
                message=f"did not end well: {len(bad):,} of {len(driven):,} commands, {hung:,} of "
                "them for taking too long",
                turns=tuple(one.number for one in bad),
                actual=float(len(bad)),
                limit=0.0,
                help="run the command with that prompt by itself and read what it prints",
            )
