"""What to do about a broken budget: where the weight is, what grew, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.budget.loads import heaviest_first
from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.budget import Scope
    from ctxtally.model.loadset import LoadedFile
    from ctxtally.model.outcome import Outcome

# Where the sections of one file tell what to trim.
WITH_SECTIONS = ("file", "always", "chain")
# More than three sections no longer tell where to cut.
HEAVIEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with its own text, up to the next heading; `line` is 1-based.

    `before` is what it had at the base of the change, 0 where it is new, `None` where nobody asked.
    """

    heading: str
    line: int
    tokens: int
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """What is known of the content of a file over its budget."""

    sections: Sequence[Section] = ()


def advice(outcome: Outcome, detail: Detail | None) -> str:
    """Return where to look and what to do."""
    if outcome.state == "inherited":
        return outcome.budget.message
    parts = _weights(outcome, detail)
    if outcome.budget.scope == "redundancy":
        parts.append("`ctxtally redundancy` shows the passages, and how to keep one on purpose")
    parts.append(outcome.budget.message or _way_out(outcome))
    return ". ".join(parts)


def _weights(outcome: Outcome, detail: Detail | None) -> list[str]:
    """Return the parts that say where the weight is; what is not used has none to lose."""
    if outcome.state == "slack":
        return []
    found = []
    if outcome.grown:
        found.append(f"grew: {_grown(outcome)}")
    if outcome.load is not None:
        files = heaviest_first(outcome.load.loads, outcome.budget.scope)
        if len(files) > 1:
            found.append(f"heaviest files: {_files(files, outcome.budget.scope)}")
    sections = detail.sections if detail and outcome.budget.scope in WITH_SECTIONS else ()
    more = [one for one in sections if one.before is not None and one.tokens > one.before]
    if more:
        found.append(f"sections that grew: {_sections_grown(more)}")
    if len(sections) > 1:
        found.append(f"heaviest sections: {_heaviest(sections)}")
    return found


def _way_out(outcome: Outcome) -> str:
    origin = outcome.budget.origin
    if outcome.state == "slack":
        if outcome.budget.is_recorded:
            return "`ctxtally baseline --update` takes what is used for the limit"
        return f"Lower the limit in {origin}, so that the room is not filled again"
    if outcome.state == "unrecorded":
        return "`ctxtally baseline --update` records what it has now"
    if outcome.state == "grown":
        return f"Trim what was added, or raise `growth` in {origin}"
    if outcome.budget.is_recorded:
        return "Trim it; `ctxtally baseline --update` raises the limit, on purpose"
    return f"Trim it, or raise the limit in {origin}"


def _grown(outcome: Outcome) -> str:
    return ", ".join(
        f"`{one.path}` {one.before:,} to {one.now:,}" for one in outcome.grown[:HEAVIEST]
    )


def _sections_grown(found: Sequence[Section]) -> str:
    by_growth = sorted(found, key=lambda one: ((one.before or 0) - one.tokens, one.line))
    return ", ".join(
        f"`{one.heading}` {one.before or 0:,} to {one.tokens:,} (line {one.line})"
        for one in by_growth[:HEAVIEST]
    )


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
