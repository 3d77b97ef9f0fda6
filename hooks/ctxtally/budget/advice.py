"""What to do about a broken budget: where the weight is, what grew, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.budget.loads import heaviest_first, weight
from ctxtally.model.baseline import PATH
from ctxtally.model.record import dataclass
from ctxtally.text.commands import ours
from ctxtally.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ctxtally.model.budget import Scope
    from ctxtally.model.loadset import LoadedFile, Way
    from ctxtally.model.outcome import Outcome

# Where the sections of one file tell what to trim.
WITH_SECTIONS = ("file", "always", "chain")
_WAYS: dict[Way, str] = {
    "skill": "a skill",
    "rule": "a path-scoped rule",
    "folder": "the instructions of the folder that it is about",
}
_SHOWS: dict[Scope, str] = {
    "total": "ctxtally report",
    "module": "ctxtally catalog",
    "category": "ctxtally catalog",
}
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
class Copied:
    """Tokens of paragraphs that stand in a file again; the worst at `line` as at `first`."""

    tokens: int
    line: int
    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """What is known of the content of a file over its budget.

    `ways` are where all agents that always load it could read less of it, `None` where none does.
    """

    sections: Sequence[Section] = ()
    copied: Copied | None = None
    ways: Collection[Way] | None = None

    @property
    def can_be_split(self) -> bool:
        return self.ways is None and len(self.sections) > 1


def advice(outcome: Outcome, detail: Detail | None) -> str:
    """Return where to look and what to do."""
    if outcome.state == "inherited":
        return outcome.budget.message
    parts = _weights(outcome, detail)
    if outcome.budget.scope == "redundancy":
        parts.append("`ctxtally redundancy` shows the passages, and how to keep one on purpose")
    parts += [outcome.budget.message] if outcome.budget.message else _ways_out(outcome, detail)
    return ". ".join([*(part.removesuffix(".") for part in parts[:-1]), parts[-1]])


def _weights(outcome: Outcome, detail: Detail | None) -> list[str]:
    """Return the parts that say where the weight is; what is not used has none to lose."""
    if outcome.state in ("slack", "unrecorded"):
        return []
    found = []
    if any((one.before, one.now) != (outcome.before, outcome.actual) for one in outcome.grown):
        found.append(f"grew: {_grown(outcome)}")
    if outcome.load is not None:
        files = heaviest_first(outcome.load.loads, outcome.budget.scope)
        if len(files) > 1:
            found.append(f"heaviest files: {_files(files, outcome.budget.scope)}")
    sections = detail.sections if detail and outcome.budget.scope in WITH_SECTIONS else ()
    more = [one for one in sections if one.before is not None and one.tokens > one.before]
    if more:
        found.append(f"sections that grew: {_sections_grown(more)}")
    if detail is not None and detail.copied and outcome.budget.scope == "file":
        found.append(_copied(detail.copied))
    if len(sections) > 1:
        found.append(f"heaviest sections: {_heaviest(sections)}")
    return found


def _ways_out(outcome: Outcome, detail: Detail | None) -> Iterator[str]:
    if outcome.state in ("over", "grown", "warning"):
        ways = _ways(outcome, detail)
        if ways:
            yield f"Move what only some tasks need to {_either(ways)}"
        elif outcome.budget.scope == "file" and detail is not None and detail.can_be_split:
            yield "Split it, so that a task reads only its part"
    yield _way_out(outcome)
    shows = _shows(outcome)
    if shows:
        yield f"`{shows}` shows more"


def _ways(outcome: Outcome, detail: Detail | None) -> list[str]:
    if outcome.load is not None and outcome.budget.scope != "listing":
        return [_WAYS[way] for way in outcome.load.ways]
    if outcome.budget.scope == "file" and detail is not None:
        return [_WAYS[way] for way in detail.ways or ()]
    return []


def _either(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _shows(outcome: Outcome) -> str:
    """Return the command that shows what the number is made of."""
    if outcome.load is not None:
        loads = outcome.load.loads
        below = () if loads.dir == "." else ("--dir", loads.dir)
        return ours("explain", "--agent", loads.agent, *below)
    return _SHOWS.get(outcome.budget.scope, "")


def _way_out(outcome: Outcome) -> str:
    origin = outcome.budget.origin
    if outcome.state == "slack":
        if outcome.budget.is_recorded:
            return f"`ctxtally baseline --update` lowers the limit; then `git add {PATH}`"
        return f"Lower the limit in {origin}, so that the room is not filled again"
    if outcome.state == "unrecorded":
        return f"`ctxtally baseline --update` records what it has now; then `git add {PATH}`"
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


def _copied(found: Copied) -> str:
    copies = counted(found.tokens, "tokens")
    return f"{copies} stand in it twice: drop line {found.line}, as line {found.first}"


def _files(files: Sequence[LoadedFile], scope: Scope) -> str:
    return ", ".join(f"`{file.path}` {weight(file, scope):,}" for file in files[:HEAVIEST])


def _heaviest(sections: Sequence[Section]) -> str:
    by_weight = sorted(sections, key=lambda section: (-section.tokens, section.line))
    return ", ".join(
        f"`{section.heading}` {section.tokens:,} (line {section.line})"
        for section in by_weight[:HEAVIEST]
    )
