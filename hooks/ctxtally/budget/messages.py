"""What a broken budget says: the number, the limit, and what was there before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.text.figures import counted, marked, signed

if TYPE_CHECKING:
    from ctxtally.budget.loads import Told
    from ctxtally.model.outcome import Outcome

_LOADED = {
    "always": "{amount} always loaded by {agents}{where}",
    "chain": "{amount} in the files that {agents} always loads{where}",
    "listing": "{amount} in the listing of {agents}{where}",
}


def message(outcome: Outcome) -> str:
    """Return what to say of a subject that is no load set."""
    if outcome.budget.scope == "module":
        return _module(outcome)
    if outcome.budget.scope == "redundancy":
        share = outcome.actual / outcome.base if outcome.base else 0.0
        said = f"{_amount(outcome)} of {outcome.base:,} ({share:.1%}) in `{outcome.subject}`"
        return f"{said} are repeated, {_judged(outcome)}"
    return f"{_actual(outcome)}, {_judged(outcome)}"


def loaded(told: Told) -> str:
    """Return what to say of what agents load."""
    outcome = told.outcome
    directory = outcome.load.loads.dir if outcome.load else "."
    said = _LOADED[outcome.budget.scope].format(
        amount=_amount(outcome),
        agents=", ".join(told.agents),
        where="" if directory == "." else f" in {directory}",
    )
    more = counted(told.elsewhere, "more directories")
    if told.elsewhere == 1:
        more = "1 more directory"
    elsewhere = f", and so in {more}" if told.elsewhere else ""
    return f"{said}, {_judged(outcome)}{elsewhere}"


def _amount(outcome: Outcome) -> str:
    return marked(counted(outcome.actual, outcome.unit), exact=outcome.exact)


def _actual(outcome: Outcome) -> str:
    if outcome.budget.scope == "total":
        return f"{_amount(outcome)} in `{outcome.subject}`"
    if outcome.budget.scope == "category":
        return f"category `{outcome.subject}` measures {_amount(outcome)}"
    return _amount(outcome)


def _module(outcome: Outcome) -> str:
    measured = f"`{outcome.subject}` measures {_amount(outcome)}"
    if not outcome.base or outcome.state not in ("over", "under", "warning"):
        return f"{measured}, {_judged(outcome)}"
    ratio = outcome.actual / outcome.base
    said = f"{measured}, stated {outcome.base:,} ({ratio:.2f}x; allowed {_allowed(outcome)})"
    return said + _since(outcome)


def _allowed(outcome: Outcome) -> str:
    budget = outcome.budget
    bounds = [bound.text for bound in (budget.min, budget.max) if bound]
    return " to ".join(bounds) if len(bounds) > 1 else _broken(outcome)


def _judged(outcome: Outcome) -> str:
    """Return how a number stands to its limit, by which budget, and to what was before."""
    name = _name(outcome)
    if outcome.state == "grown":
        return f"{_change(outcome)}, at most {signed(outcome.growth or 0)} ({name})"
    if outcome.state == "slack":
        return f"{_distance(outcome)} ({name})"
    if outcome.state == "unrecorded":
        return f"not in the baseline ({name})"
    if outcome.state == "inherited":
        before = f"{outcome.before or 0:,} at {outcome.since}"
        return f"{_distance(outcome)} ({name}); {before}, and it may only shrink"
    told = f"{_distance(outcome)} ({name}){_since(outcome)}"
    if outcome.state == "over" and outcome.budget.shrink_only and outcome.before is not None:
        return f"{told}, and what is over may only shrink"
    return told


def _since(outcome: Outcome) -> str:
    if outcome.before is None or not outcome.since:
        return ""
    if outcome.before == outcome.actual:
        return f"; the same at {outcome.since}{_place_then(outcome)}"
    return f"; {_change(outcome)}"


def _change(outcome: Outcome) -> str:
    before = outcome.before or 0
    then = f"{before:,} then{_place_then(outcome)}"
    return f"{signed(outcome.actual - before)} since {outcome.since or 'the base'} ({then})"


def _place_then(outcome: Outcome) -> str:
    is_named = outcome.moved and outcome.budget.scope == "file"
    return f", as {outcome.moved}" if is_named else ""


def _distance(outcome: Outcome) -> str:
    limit = outcome.max or 0
    if outcome.state in ("over", "inherited"):
        return f"{outcome.actual - limit:,} over its budget of {limit:,}"
    if outcome.state == "under" and outcome.min is not None:
        return f"{outcome.min - outcome.actual:,} under its least of {outcome.min:,}"
    if outcome.state == "slack":
        unused = f"{limit - outcome.actual:,} of its budget of {limit:,} are unused"
        return f"{unused}, at most {outcome.slack or 0:,}"
    warn = outcome.warn or 0
    line = f"{outcome.actual - warn:,} over its warning line of {warn:,}"
    return line if outcome.max is None else f"{line}, limit {outcome.max:,}"


def _name(outcome: Outcome) -> str:
    """Return the budget's name, with its limit as it was written where that says more."""
    text = _broken(outcome)
    if text.replace(",", "").isdecimal():
        return outcome.budget.name
    return f"{outcome.budget.name}: {text}"


def _broken(outcome: Outcome) -> str:
    budget = outcome.budget
    bound = {
        "over": budget.max,
        "inherited": budget.max,
        "unrecorded": budget.max,
        "under": budget.min,
        "grown": budget.growth,
        "slack": budget.slack,
    }.get(outcome.state, budget.warn)
    return bound.text if bound else ""
