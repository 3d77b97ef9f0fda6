"""What budgets would have said of the base of a change, and what has grown since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ctxtally.adapters.git import is_shallow
from ctxtally.adapters.renames import renames
from ctxtally.adapters.trees import Index
from ctxtally.adapters.verdict import since_head
from ctxtally.budget.growth import grown
from ctxtally.budget.judge import summed
from ctxtally.budget.loads import SCOPES, parts
from ctxtally.model.record import replace
from ctxtally.survey.base import base
from ctxtally.survey.ground import ground
from ctxtally.survey.groundwork import context_files
from ctxtally.survey.judgement import Counts, by_counter, judged_loads
from ctxtally.survey.loads import load_sets
from ctxtally.survey.measure import Meter
from ctxtally.tokens.counters import DEFAULT, counter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.adapters.trees import Revision
    from ctxtally.model.budget import Budget
    from ctxtally.model.measured import Measured
    from ctxtally.model.module import Module
    from ctxtally.model.outcome import Grown, Outcome
    from ctxtally.survey.ground import Ground

_NO_PARENT = (
    "{}: what was before is not in this shallow clone, so growth is not judged; fetch more of the "
    "history, as with `fetch-depth: 2`"
)

_Key = tuple[str, str, str, str]


class Counted(Protocol):
    """The files and modules that one counter counted."""

    def files_of(self, budget: Budget) -> Sequence[Measured]: ...
    @property
    def modules(self) -> Sequence[Module]: ...


class Before:
    """The base of the change that a subject is, judged by the configuration of the subject."""

    def __init__(self, place: Place, meter: Meter, asked: Iterable[str]) -> None:
        self._place = place
        self._meter = meter
        self._asked = asked
        self.remarks: tuple[str, ...] = ()

    def told(self, outcomes: Sequence[Outcome], counts: Mapping[str, Counted]) -> list[Outcome]:
        """Return the outcomes, those that are broken or relative with what was before.

        `counts` are those of the subject, by the name of the counter. What is repeated knows its
        base already.
        """
        asked = [one for one in outcomes if is_asked(one)]
        there = base(self._meter.tree) if asked else None
        if there is None:
            if any(one.budget.is_relative for one in asked) and is_shallow():
                self.remarks = (_NO_PARENT.format(self._meter.tree.subject),)
            return list(outcomes)
        if self._is_same():
            known = [replace(one, before=one.actual, since=there.name) for one in asked]
        else:
            known = self._compared(there, asked, counts)
        compared = iter(known)
        return [next(compared) if is_asked(one) else one for one in outcomes]

    def _is_same(self) -> bool:
        """Say whether nothing has changed of what the index was asked for; git knows it quickly."""
        tree = self._meter.tree
        if not isinstance(tree, Index) or tree.since is not None:
            return False
        return not since_head(tuple(self._asked))

    def _compared(
        self, there: Revision, asked: Sequence[Outcome], counts: Mapping[str, Counted]
    ) -> list[Outcome]:
        tree = self._meter.tree
        found = _There(ground(self._place, tree), there, self._meter, asked)
        moved: Mapping[str, str] = {}
        if any(one.budget.scope == "file" and found.at(one, one.subject) is None for one in asked):
            moved = renames(there.commit, tree)
        return [found.compared(one, moved.get(one.subject, one.subject), counts) for one in asked]


def is_asked(one: Outcome) -> bool:
    """Say whether it matters what an outcome was before."""
    if one.budget.scope == "redundancy":
        return False
    return one.state != "ok" or one.budget.is_relative


class _There:
    """The outcomes of some budgets at the base."""

    def __init__(
        self, basis: Ground, there: Revision, meter: Meter, asked: Sequence[Outcome]
    ) -> None:
        self._name = there.name
        self._main = basis.settings.config.counter or DEFAULT
        known = ground(basis.place, there, like=basis)
        unique = {id(one.budget): one.budget for one in asked}
        budgets = list(unique.values())
        meter = Meter(there, meter.counter, meter.cache)
        self._counts: dict[str, Counts] = {}
        found: list[Outcome] = []
        if any(one.scope not in SCOPES for one in budgets):
            named = context_files(known, there, budgets, registries=False)
            for name, some in by_counter(budgets, self._main).items():
                one = meter if name == self._main else Meter(there, counter(name), meter.cache)
                counts = Counts(one, named, known.tracked.entries)
                self._counts[name] = counts
                found += counts.judged(some)
        loaded = [one.load.loads for one in asked if one.load]
        if loaded:
            agents = {one.agent for one in loaded}
            loads = load_sets(known, meter, agents, sorted({one.dir for one in loaded}))
            entries = loads.tracked.entries
            found += judged_loads(budgets, loads.agents, meter, entries, exact=True)
        self._found = {_key(one, one.subject): one for one in found}

    def at(self, one: Outcome, subject: str) -> Outcome | None:
        """Return what became of the budget of an outcome, in `subject`."""
        return self._found.get(_key(one, subject))

    def compared(self, one: Outcome, subject: str, counts: Mapping[str, Counted]) -> Outcome:
        """Return an outcome with what it was in `subject`, and which of its files have grown."""
        before = self.at(one, subject)
        if before is None:
            return replace(one, since=self._name)
        more = self._grown(before, one, counts)
        moved = subject if subject != one.subject else ""
        told = replace(one, before=before.actual, since=self._name, grown=more, moved=moved)
        charged = told.state == "grown" or (told.state == "over" and one.budget.shrink_only)
        if not more or not charged or one.line is not None:
            return told
        return replace(told, path=more[0].path)  # what grew is where to look

    def _grown(
        self, before: Outcome, one: Outcome, counts: Mapping[str, Counted]
    ) -> tuple[Grown, ...]:
        scope, unit = one.budget.scope, one.unit
        if one.load is not None and before.load is not None:
            then = parts(before.load.loads, scope, unit)
            return grown(then, parts(one.load.loads, scope, unit))
        if scope not in ("total", "category"):
            return ()
        name = one.budget.counter or self._main
        return grown(_parts(before, self._counts[name]), _parts(one, counts[name]))


def _key(one: Outcome, subject: str) -> _Key:
    listed = one.path if one.budget.scope in ("module", "category") else ""
    return one.budget.name, one.unit, subject, listed


def _parts(one: Outcome, counts: Counted) -> Mapping[str, int]:
    """Return what a sum is made up of, by path."""
    if one.budget.scope == "total":
        return summed(one.budget, counts.files_of(one.budget))
    inside = (one.path, one.subject)
    modules = (each for each in counts.modules if (each.catalog, each.category) == inside)
    return {each.path: each.tokens or 0 for each in modules}
