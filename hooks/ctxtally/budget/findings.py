"""Broken budgets as findings: the number, the limit, what grew, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.budget.loads import heaviest_first, worth_telling
from ctxtally.model.finding import Finding
from ctxtally.model.record import dataclass
from ctxtally.text.figures import counted, marked, signed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ctxtally.model.budget import Scope
    from ctxtally.model.finding import Level
    from ctxtally.model.loadset import LoadedFile
    from ctxtally.model.outcome import Outcome

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
_LOADED = {
    "always": "{amount} always loaded by {agents}{where}",
    "chain": "{amount} in the files that {agents} always loads{where}",
    "listing": "{amount} in the listing of {agents}{where}",
}
# Where the sections of one file tell what to trim.
WITH_SECTIONS = ("file", "always", "chain")
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


def findings(outcomes: Sequence[Outcome], details: Mapping[str, Detail]) -> Iterator[Finding]:
    """Yield one finding per outcome that is not ok; `details` are by path.

    Agents that load the same are told of in one.
    """
    for outcome in outcomes:
        if outcome.state == "ok" or outcome.load is not None:
            continue
        detail = details.get(outcome.path)
        yield _finding(outcome, _message(outcome, detail), _help(outcome, detail))
    for outcome, agents in worth_telling(outcomes):
        detail = details.get(outcome.path)
        yield _finding(outcome, _loaded(outcome, agents, detail), _help(outcome, detail))


def _finding(outcome: Outcome, message: str, way_out: str) -> Finding:
    return Finding(
        rule=RULES[outcome.budget.scope],
        level=_level(outcome),
        path=outcome.path,
        line=outcome.line,
        message=message,
        help=way_out,
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
    if outcome.budget.scope != "file" or detail is None:
        return text
    return text + _grown(outcome, detail.before, detail.base)


def _loaded(outcome: Outcome, agents: Sequence[str], detail: Detail | None) -> str:
    directory = outcome.load.loads.dir if outcome.load else "."
    said = _LOADED[outcome.budget.scope].format(
        amount=marked(counted(outcome.actual, outcome.unit), exact=outcome.exact),
        agents=", ".join(agents),
        where="" if directory == "." else f" in {directory}",
    )
    text = f"{said}, {_distance(outcome)} ({_name(outcome)})"
    return text + _grown(outcome, outcome.before, detail.base if detail else "")


def _grown(outcome: Outcome, before: int | None, base: str) -> str:
    if before is None or not base:
        return ""
    return f"; {signed(outcome.actual - before)} since {base} ({before:,} then)"


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
    before, most = outcome.before or 0, outcome.growth or 0
    grown = f"{signed(outcome.actual - before)} since the base ({before:,} then)"
    return f"{said}, {grown}, at most {signed(most)} ({outcome.budget.name})"


def _tokens(outcome: Outcome) -> str:
    return marked(counted(outcome.actual, "tokens"), exact=outcome.exact)


def _allowed(outcome: Outcome) -> str:
    budget = outcome.budget
    bounds = [bound.text for bound in (budget.min, budget.max) if bound]
    return " to ".join(bounds) if len(bounds) > 1 else _broken(outcome)


def _help(outcome: Outcome, detail: Detail | None) -> str:
    parts = []
    if outcome.load is not None:
        files = heaviest_first(outcome.load.loads, outcome.budget.scope)
        if len(files) > 1:
            parts.append(f"heaviest files: {_files(files, outcome.budget.scope)}")
    if outcome.budget.scope in WITH_SECTIONS and detail is not None and len(detail.sections) > 1:
        parts.append(f"heaviest sections: {_heaviest(detail.sections)}")
    if outcome.budget.scope == "redundancy":
        parts.append("`ctxtally redundancy` shows the passages, and how to keep one on purpose")
    parts.append(
        outcome.budget.message or f"Trim it, or raise the limit in {outcome.budget.origin}"
    )
    return ". ".join(parts)


def _files(files: Sequence[LoadedFile], scope: Scope) -> str:
    return ", ".join(
        f"`{file.path}` {file.listing if scope == 'listing' else file.tokens:,}"
        for file in files[:HEAVIEST]
    )


def _heaviest(sections: Sequence[Section]) -> str:
    by_weight = sorted(sections, key=lambda section: (-section.tokens, section.line))
    return ", ".join(
        f"`{section.heading}` {section.tokens:,} (line {section.line})"
        for section in by_weight[:HEAVIEST]
    )
