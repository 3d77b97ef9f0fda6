"""What would save tokens in one subject, from every feature that can tell."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from ctxtally.budget import savings as budgets
from ctxtally.catalog import savings as catalogs
from ctxtally.model.record import replace
from ctxtally.model.saving import Recommended
from ctxtally.redundancy import savings as repetition
from ctxtally.survey.audit import examine
from ctxtally.survey.details import details
from ctxtally.survey.forms import forms
from ctxtally.survey.look import look
from ctxtally.survey.redundant import redundancy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ctxtally.adapters.git import Place
    from ctxtally.model.loadset import AgentLoad
    from ctxtally.model.saving import Saving
    from ctxtally.model.survey import Survey
    from ctxtally.model.tree import Tree
    from ctxtally.survey.audit import Examined

# The list of an index that says what every session begins with.
_ALWAYS = "always_load"


def recommended(place: Place, tree: Tree) -> Recommended:
    """Return the savings, ranked."""
    survey = look(place, tree, thorough=True)
    seen = examine(place, tree)
    read_by = readers(survey.agents, seen)
    return Recommended(
        subject=survey.subject,
        counter=survey.counter,
        exact=survey.exact,
        savings=tuple(ranked(_savings(survey, seen), read_by)),
        remarks=survey.remarks,
    )


def _savings(survey: Survey, seen: Examined) -> Iterator[Saving]:
    yield from catalogs.savings(forms(seen))
    # What a waiver allows on purpose is a note.
    allowed = {(one.budget, one.path) for one in survey.findings if one.level == "note"}
    broken = [one for one in survey.outcomes if (one.budget.name, one.path) not in allowed]
    known = details(seen.meter, seen.ground.tracked.entries, broken)
    yield from budgets.savings(broken, known)
    agents = seen.ground.settings.agents
    yield from repetition.savings(redundancy(seen.ground, seen.meter, agents=agents))


def ranked(savings: Iterable[Saving], readers: Mapping[str, tuple[str, ...]]) -> list[Saving]:
    """Return the savings with who reads their files at every start, the greatest there first.

    Of several goals for one file the furthest stands, with what the other savings leave of it.
    """
    found = [replace(one, readers=one.readers or readers.get(one.path, ())) for one in savings]
    stand = [one for one in found if not one.goal]
    reached = Counter[str]()
    for one in stand:
        reached[one.path] += one.tokens
    goals = {one.path: one for one in sorted(found, key=lambda one: one.tokens) if one.goal}
    stand += [
        replace(one, tokens=one.tokens - reached[one.path])
        for one in goals.values()
        if one.tokens > reached[one.path]
    ]
    return sorted(stand, key=lambda one: (-one.at_start, -one.tokens, one.path, one.line or 0))


def readers(agents: Iterable[AgentLoad], seen: Examined) -> dict[str, tuple[str, ...]]:
    """Return by path the agents, and the indexes, that have a file read at every start."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for agent in agents:
        for file in agent.loads.files:
            if file.load == "always":
                found[file.path][agent.loads.agent] = None
    for one, _ in seen.listed:
        always = {
            word.text
            for selection in one.catalog.selections
            if (selection.kind, selection.name) == ("load", _ALWAYS)
            for word in selection.references
        }
        for resolved in one.resolved:
            if always & {resolved.entry.name, resolved.entry.qualified}:
                found[resolved.path][one.catalog.path] = None
    return {path: tuple(names) for path, names in found.items()}
