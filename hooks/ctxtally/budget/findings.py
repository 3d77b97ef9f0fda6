"""Broken budgets as findings: the number, the limit, what grew, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.budget.advice import advice
from ctxtally.budget.loads import worth_telling
from ctxtally.budget.messages import loaded, message
from ctxtally.model.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ctxtally.budget.advice import Detail
    from ctxtally.model.finding import Level
    from ctxtally.model.outcome import Outcome
    from ctxtally.model.waiver import Waiver

RULES = {
    "file": "token-budget",
    "total": "token-budget",
    "module": "module-estimate",
    "category": "category-budget",
    "redundancy": "redundancy",
    "always": "token-budget",
    "chain": "token-budget",
    "listing": "token-budget",
}


def findings(
    outcomes: Sequence[Outcome], details: Mapping[str, Detail], waivers: Sequence[Waiver] = ()
) -> Iterator[Finding]:
    """Yield one finding per outcome that is not ok; `details` are by path.

    Agents that load the same are told of in one, and so are directories that the same of the
    `waivers` is about; none of them is applied here.
    """
    for outcome in outcomes:
        if outcome.state == "ok" or outcome.load is not None:
            continue
        yield _finding(outcome, message(outcome), advice(outcome, details.get(outcome.path)))
    under = _under(waivers) if waivers else None
    for told in worth_telling(outcomes, under):
        one = told.outcome
        yield _finding(one, loaded(told), advice(one, details.get(one.path)))


def _under(waivers: Sequence[Waiver]) -> Callable[[Outcome], Waiver | None]:
    """Return what tells the waiver that the finding about an outcome will be under."""
    from ctxtally.budget.waivers import deciding

    return lambda one: deciding(_finding(one, "", ""), waivers)


def _finding(outcome: Outcome, said: str, way_out: str) -> Finding:
    return Finding(
        rule=RULES[outcome.budget.scope],
        level=_level(outcome),
        path=outcome.path,
        line=outcome.line,
        message=said,
        help=way_out,
        budget=outcome.budget.name,
        unit=outcome.unit,
    )


def _level(outcome: Outcome) -> Level:
    if outcome.state == "inherited":
        return "note"
    return "warning" if outcome.state == "warning" else outcome.budget.level
