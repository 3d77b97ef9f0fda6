"""Judge what is repeated by the budgets of scope redundancy, also against a base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.budget.growth import from_most
from ctxtally.budget.judge import judge_sets
from ctxtally.survey.ground import ground
from ctxtally.survey.measure import Meter
from ctxtally.survey.redundant import redundancy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxtally.adapters.trees import Revision
    from ctxtally.model.budget import Budget
    from ctxtally.model.outcome import Outcome
    from ctxtally.model.redundancy import Redundancy
    from ctxtally.survey.ground import Ground


class Repetition:
    """What a subject and the bases of its change repeat, each found when it is asked for.

    It is looked for in the load sets of `agents`, by default of all, or in what `globs` select.
    """

    def __init__(
        self,
        basis: Ground,
        meter: Meter,
        bases: Sequence[Revision],
        *,
        agents: Sequence[str] | None = None,
        globs: Sequence[str] = (),
    ) -> None:
        self._basis = basis
        self._meter = meter
        self._bases = bases
        self._agents = agents
        self._globs = globs

    def found(self, globs: Sequence[str] = ()) -> Redundancy:
        """Return what is repeated in what was asked for, or in what `globs` select."""
        return self._in(self._basis, self._meter, globs or self._globs)

    def before(self, globs: Sequence[str] = ()) -> Iterator[tuple[Revision, Redundancy]]:
        """Yield each base with the same of it."""
        for there in self._bases:
            basis = ground(self._basis.place, there)
            meter = Meter(there, self._meter.counter, self._meter.cache)
            yield there, self._in(basis, meter, globs or self._globs)

    def outcomes(self, budgets: Iterable[Budget], found: Redundancy) -> Iterator[Outcome]:
        """Yield what becomes of the budgets; `found` is what was asked for.

        Those with paths of their own are about other files where somebody asked for some.
        """
        chosen = self._agents is not None or bool(self._globs)
        for budget in budgets:
            if budget.scope != "redundancy" or (chosen and budget.paths):
                continue
            here = self.found(budget.paths) if budget.paths else found
            exact = here.method == "exact"
            compared = [
                judge_sets(budget, here.sets, then.sets, since=there.name, exact=exact)
                for there, then in (self.before(budget.paths) if budget.is_relative else ())
            ]
            alike = zip(*compared or [judge_sets(budget, here.sets, exact=exact)], strict=True)
            yield from map(from_most, alike)

    def _in(self, basis: Ground, meter: Meter, globs: Sequence[str]) -> Redundancy:
        agents = basis.settings.agents if self._agents is None else self._agents
        return redundancy(basis, meter, agents=agents, globs=globs)
