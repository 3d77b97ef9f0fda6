"""What budgets say of one base of a change, and how a subject stands to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ctxtally.adapters.renames import renames
from ctxtally.budget.growth import came_from, grown
from ctxtally.budget.judge import summed
from ctxtally.budget.loads import SCOPES, parts, subject_of
from ctxtally.model.record import dataclass, replace
from ctxtally.survey.ground import ground
from ctxtally.survey.groundwork import context_files
from ctxtally.survey.judgement import Counts, by_counter, judged_loads
from ctxtally.survey.loads import load_sets
from ctxtally.survey.measure import Meter
from ctxtally.tokens.counters import DEFAULT, counter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ctxtally.adapters.trees import Revision
    from ctxtally.model.budget import Budget
    from ctxtally.model.measured import Measured
    from ctxtally.model.module import Module
    from ctxtally.model.outcome import Grown, Outcome
    from ctxtally.survey.ground import Ground

_Key = tuple[str, str, str, str]


class Counted(Protocol):
    """The files and modules that one counter counted."""

    def files_of(self, budget: Budget) -> Sequence[Measured]: ...
    @property
    def modules(self) -> Sequence[Module]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The outcomes of budgets at a base.

    `name` is that of the base, `counts` are by the name of the counter, and `main` is that of the
    configuration. `moved` says where files were, by their paths of now, and `came_from` the same
    of directories that were not there.
    """

    name: str
    main: str
    outcomes: Mapping[_Key, Outcome]
    counts: Mapping[str, Counted]
    moved: Mapping[str, str]
    came_from: Mapping[str, str]

    def compared(self, now: Outcome, counts: Mapping[str, Counted]) -> Outcome:
        """Return an outcome with what it was here, and which of its files have grown."""
        before = self.outcomes.get(_key(now, self._subject(now)))
        if before is None:
            return replace(now, since=self.name)
        more = self._grown(before, now, counts)
        told = replace(now, before=before.actual, since=self.name, grown=more)
        charged = told.state == "grown" or (told.state == "over" and now.budget.shrink_only)
        if more and charged and now.line is None:
            told = replace(told, path=more[0].path)  # what grew is where to look
        return replace(told, moved=self.moved.get(told.path, ""))

    def _subject(self, now: Outcome) -> str:
        """Return the name that the subject of an outcome had here."""
        if now.load is None:
            return self.moved.get(now.subject, now.subject)
        loads = now.load.loads
        return subject_of(loads.agent, self.came_from.get(loads.dir, loads.dir))

    def _grown(
        self, before: Outcome, now: Outcome, counts: Mapping[str, Counted]
    ) -> tuple[Grown, ...]:
        scope, unit = now.budget.scope, now.unit
        if now.load is not None and before.load is not None:
            held = parts(before.load.loads, scope, unit)
            return grown(held, parts(now.load.loads, scope, unit), self.moved)
        if scope not in ("total", "category"):
            return ()
        name = now.budget.counter or self.main
        then = _parts(before, self.counts[name])
        return grown(then, _parts(now, counts[name]), self.moved)


def past(basis: Ground, there: Revision, subject: Meter, asked: Sequence[Outcome]) -> Past:
    """Return what becomes of the budgets that were `asked` for, by the configuration of `basis`.

    `subject` counts what is compared with the base.
    """
    main = basis.settings.config.counter or DEFAULT
    known = ground(basis.place, there, like=basis)
    budgets = list({id(one.budget): one.budget for one in asked}.values())
    meter = Meter(there, subject.counter, subject.cache)
    loaded = [one.load.loads for one in asked if one.load]
    dirs = {one.dir for one in loaded}
    fresh = {one for one in dirs if one != "." and not there.holds(one)}
    files = (one.subject for one in asked if one.budget.scope == "file")
    is_moved = fresh or not all(there.holds(one) for one in files)
    moved = renames(there.commit, subject.tree) if is_moved else {}
    old = came_from(fresh, moved)
    counts = dict(_counted(known, meter, budgets, main))
    found: list[Outcome] = []
    for name, some in by_counter(budgets, main).items():
        if name in counts:
            found += counts[name].judged(some)
    if loaded:
        agents = {one.agent for one in loaded}
        loads = load_sets(known, meter, agents, sorted({old.get(one, one) for one in dirs}))
        found += judged_loads(budgets, loads.agents, meter, loads.tracked.entries, exact=True)
    return Past(
        name=there.name,
        main=main,
        outcomes={_key(one, one.subject): one for one in found},
        counts=counts,
        moved=moved,
        came_from=old,
    )


def _counted(
    known: Ground, meter: Meter, budgets: Sequence[Budget], main: str
) -> Iterator[tuple[str, Counts]]:
    """Yield the counts of the base that budgets need, which those of load sets do not."""
    if all(one.scope in SCOPES for one in budgets):
        return
    named = context_files(known, meter.tree, budgets, registries=False)
    for name in by_counter(budgets, main):
        own = meter if name == main else Meter(meter.tree, counter(name), meter.cache)
        yield name, Counts(own, named, known.tracked.entries)


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
