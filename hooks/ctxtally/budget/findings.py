"""Broken budgets as findings: the number, the limit, what grew, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.finding import Finding
from ctxtally.model.record import dataclass
from ctxtally.text.figures import counted, marked, signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ctxtally.model.finding import Level
    from ctxtally.model.outcome import Outcome

RULES = {
    "file": "token-budget",
    "total": "token-budget",
    "module": "module-estimate",
    "category": "category-budget",
    "redundancy": "redundancy",
}
# More than three sections no longer tell where to cut.
HEAVIEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with its own text, up to the next heading; `line` is 1-based."""

    heading: str
    line: int
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """What is known of a file over its budget: its size at the base, its heaviest sections.

    `before` is in the unit of the budget, `None` where the file is new or there is no base.
    """

    base: str
    before: int | None
    sections: Sequence[Section] = ()


def findings(outcomes: Iterable[Outcome], details: Mapping[str, Detail]) -> Iterator[Finding]:
    """Yield one finding per outcome that is not ok; `details` are by path."""
    for outcome in outcomes:
        if outcome.state == "ok":
            continue
        yield Finding(
            rule=RULES[outcome.budget.scope],
            level=_level(outcome),
            path=outcome.path,
            line=outcome.line,
            message=_message(outcome, details.get(outcome.path)),
            help=_help(outcome, details.get(outcome.path)),
            budget=outcome.budget.name,
        )


def _level(outcome: Outcome) -> Level:
    return "warning" if outcome.state == "warning" else outcome.budget.level


def _message(outcome: Outcome, detail: Detail | None) -> str:
    if outcome.budget.scope == "module":
        return _module(outcome)
    if outcome.budget.scope == "redundancy":
        return _redundancy(outcome)
    text = f"{_actual(outcome)}, {_distance(outcome)} ({_name(outcome)})"
    if outcome.budget.scope == "file" and detail is not None and detail.before is not None:
        grown = outcome.actual - detail.before
        text += f"; {signed(grown)} since {detail.base} ({detail.before:,} then)"
    return text


def _actual(outcome: Outcome) -> str:
    actual = marked(counted(outcome.actual, outcome.unit), exact=outcome.exact)
    if outcome.budget.scope == "total":
        return f"{actual} in `{outcome.subject}`"
    if outcome.budget.scope == "category":
        return f"category `{outcome.subject}` measures {actual}"
    return actual


def _distance(outcome: Outcome) -> str:
    if outcome.state == "over" and outcome.max is not None:
        return f"{outcome.actual - outcome.max:,} over its budget of {outcome.max:,}"
    if outcome.state == "under" and outcome.min is not None:
        return f"{outcome.min - outcome.actual:,} under its least of {outcome.min:,}"
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
    bound = {"over": budget.max, "under": budget.min}.get(outcome.state, budget.warn)
    return bound.text if bound else ""


def _module(outcome: Outcome) -> str:
    measured = f"`{outcome.subject}` measures {_tokens(outcome)}"
    if not outcome.base:
        return f"{measured}, {_distance(outcome)} ({_name(outcome)})"
    ratio = outcome.actual / outcome.base
    return f"{measured}, stated {outcome.base:,} ({ratio:.2f}x; allowed {_allowed(outcome)})"


def _redundancy(outcome: Outcome) -> str:
    ratio = outcome.actual / outcome.base if outcome.base else 0.0
    said = (
        f"{_tokens(outcome)} of {outcome.base:,} ({ratio:.1%}) in `{outcome.subject}` are repeated"
    )
    if outcome.state != "grown":
        return f"{said}, {_distance(outcome)} ({_name(outcome)})"
    grown, most = outcome.actual - (outcome.before or 0), outcome.growth or 0
    return f"{said}, {signed(grown)} since the base, at most {signed(most)} ({outcome.budget.name})"


def _tokens(outcome: Outcome) -> str:
    return marked(counted(outcome.actual, "tokens"), exact=outcome.exact)


def _allowed(outcome: Outcome) -> str:
    budget = outcome.budget
    bounds = [bound.text for bound in (budget.min, budget.max) if bound]
    return " to ".join(bounds) if len(bounds) > 1 else _broken(outcome)


def _help(outcome: Outcome, detail: Detail | None) -> str:
    parts = []
    if outcome.budget.scope == "file" and detail is not None and len(detail.sections) > 1:
        parts.append(f"heaviest sections: {_heaviest(detail.sections)}")
    if outcome.budget.scope == "redundancy":
        parts.append("`ctxtally redundancy` shows the passages, and how to keep one on purpose")
    parts.append(
        outcome.budget.message or f"Trim it, or raise the limit in {outcome.budget.origin}"
    )
    return ". ".join(parts)


def _heaviest(sections: Sequence[Section]) -> str:
    by_weight = sorted(sections, key=lambda section: (-section.tokens, section.line))
    return ", ".join(
        f"`{section.heading}` {section.tokens:,} (line {section.line})"
        for section in by_weight[:HEAVIEST]
    )
