"""Judge what was counted, loaded and repeated by the budgets of a plan."""

from __future__ import annotations

from ctxtally.budget.judge import judge
from ctxtally.model.record import replace
from ctxtally.survey.measure import Meter
from ctxtally.tokens.counters import DEFAULT, counter

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Protocol

    from ctxtally.adapters.git import Place
    from ctxtally.model.budget import Budget
    from ctxtally.model.finding import Finding
    from ctxtally.model.loadset import AgentLoad
    from ctxtally.model.measured import ContextFile, Measured
    from ctxtally.model.module import Category, Module
    from ctxtally.model.outcome import Outcome
    from ctxtally.model.plan import Plan
    from ctxtally.model.redundancy import Redundancy
    from ctxtally.model.tree import Entry, Tree
else:
    Protocol = object


class Named(Protocol):
    """What there is to count."""

    @property
    def files(self) -> tuple[ContextFile, ...]: ...
    @property
    def modules(self) -> tuple[Module, ...]: ...
    @property
    def categories(self) -> tuple[Category, ...]: ...


class Counts:
    """What a plan names by one counter: files, and modules and categories with their counts."""

    def __init__(self, meter: Meter, plan: Named, entries: Mapping[str, Entry]) -> None:
        self.files, self.findings = meter.measure(plan.files, entries)
        self.exact = meter.counter.method == "exact"  # only now: it may have had to fall back
        tokens = {file.path: file.tokens for file in self.files}
        self.modules = tuple(replace(one, tokens=tokens.get(one.path)) for one in plan.modules)
        self.categories = tuple(counted_categories(plan.categories, self.modules))
        self._meter = meter
        self._entries = entries
        self._in_lf: tuple[Measured, ...] | None = None

    def files_of(self, budget: Budget) -> tuple[Measured, ...]:
        """Return the files as a budget measures them."""
        if not budget.is_in_lf:
            return self.files
        if self._in_lf is None:
            from ctxtally.survey.line_ends import files_in_lf

            self._in_lf = files_in_lf(self.files, self._meter, self._entries)
        return self._in_lf

    def judged(self, budgets: Iterable[Budget]) -> Iterator[Outcome]:
        """Yield what becomes of budgets of files, totals, modules and categories."""
        for one in budgets:
            files = self.files_of(one)
            yield from judge([one], files, self.modules, self.categories, exact=self.exact)


class Judgement:
    """The outcomes of one subject; each kind of budget is judged when it is asked for."""

    def __init__(
        self, place: Place, tree: Tree, plan: Plan, meter: Meter, entries: Mapping[str, Entry]
    ) -> None:
        self._place = place
        self._tree = tree
        self._plan = plan
        self._meter = meter
        self._entries = entries
        self.outcomes: list[Outcome] = []
        self._counts: dict[str, Counts] = {}

    def by_counts(self, main: Counts) -> None:
        """Judge files, totals, modules and categories; `main` are the counts of the plan."""
        for name, budgets in by_counter(self._plan.budgets, self._plan.counter).items():
            counts = main
            if name != (self._plan.counter or DEFAULT):
                meter = Meter(self._tree, counter(name), self._meter.cache)
                counts = Counts(meter, self._plan, self._entries)
            self._counts[name] = counts
            self.outcomes += counts.judged(budgets)

    def by_loads(self, *, exact: bool) -> None:
        """Judge what agents load."""
        if self._plan.agents:
            self.outcomes += judged_loads(
                self._plan.budgets, self._plan.agents, self._meter, self._entries, exact=exact
            )

    def by_repetition(self, *, thorough: bool) -> Redundancy | None:
        """Judge what is repeated, and return it; without a budget only where it is `thorough`."""
        budgets = [one for one in self._plan.budgets if one.scope == "redundancy"]
        if not budgets and not thorough:
            return None
        from ctxtally.survey.base import bases
        from ctxtally.survey.ground import ground
        from ctxtally.survey.repetition import Repetition

        relative = any(one.is_relative for one in budgets)
        there = bases(self._tree, needed=True) if relative else []
        repetition = Repetition(ground(self._place, self._tree), self._meter, there)
        found = repetition.found()
        self.outcomes += repetition.outcomes(budgets, found)
        return found

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each outcome that is not ok, compared with the base of the change."""
        if any(one.state != "ok" or one.budget.is_relative for one in self.outcomes):
            from ctxtally.adapters.pathspecs import pathspecs
            from ctxtally.survey.before import Before

            asked = pathspecs(self._plan.specs, self._plan.paths)
            before = Before(self._place, self._meter, asked)
            self.outcomes = before.told(self.outcomes, self._counts)
        if any(outcome.state != "ok" for outcome in self.outcomes):
            from ctxtally.budget.findings import findings
            from ctxtally.survey.details import details

            told = details(self._meter, self._entries, self.outcomes, self._plan.agents)
            yield from findings(self.outcomes, told, self._plan.waivers)


def judged_loads(
    budgets: Iterable[Budget],
    agents: Sequence[AgentLoad],
    meter: Meter,
    entries: Mapping[str, Entry],
    *,
    exact: bool,
) -> Iterator[Outcome]:
    """Yield what becomes of budgets of load sets."""
    from ctxtally.budget.loads import SCOPES, judge_loads

    in_lf: tuple[AgentLoad, ...] = ()
    for one in budgets:
        if one.is_in_lf and one.scope in SCOPES and not in_lf:
            from ctxtally.survey.line_ends import loads_in_lf

            in_lf = loads_in_lf(agents, meter, entries)
        yield from judge_loads([one], in_lf if one.is_in_lf else agents, exact=exact)


def by_counter(budgets: Iterable[Budget], main: str | None) -> dict[str, list[Budget]]:
    """Return budgets by the counter that each is judged in, `main` unless it names another."""
    groups: dict[str, list[Budget]] = {}
    for budget in budgets:
        groups.setdefault(budget.counter or main or DEFAULT, []).append(budget)
    return groups


def counted_categories(groups: Sequence[Category], modules: Sequence[Module]) -> Iterator[Category]:
    """Yield the groups of catalogs with what their modules measure."""
    for group in groups:
        inside = [
            module.tokens
            for module in modules
            if (module.catalog, module.category) == (group.catalog, group.name)
        ]
        yield replace(
            group,
            tokens=sum(tokens for tokens in inside if tokens is not None),
            unmeasured=inside.count(None),
        )
