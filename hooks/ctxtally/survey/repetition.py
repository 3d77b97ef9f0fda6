"""Judge what is repeated by the budgets of scope redundancy, also against a base."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    """What a subject and the base of its change repeat, each found when it is asked for.

    It is looked for in the load sets of `agents`, by default of all, or in what `globs` select.
    """

    def __init__(
        self,
        basis: Ground,
        meter: Meter,
        base: Revision | None,
        *,
        agents: Sequence[str] | None = None,
        globs: Sequence[str] = (),
    ) -> None:
        self._basis = basis
        self._meter = meter
        self._base = base
        self._agents = agents
        self._globs = globs

    def found(self, globs: Sequence[str] = ()) -> Redundancy:
        """Return what is repeated in what was asked for, or in what `globs` select."""
        return self._in(self._basis, self._meter, globs or self._globs)

    def before(self, globs: Sequence[str] = ()) -> Redundancy | None:
        """Return the same of the base, `None` where there is none."""
        if self._base is None:
            return None
        basis = ground(self._basis.place, self._base)
        meter = Meter(self._base, self._meter.counter, self._meter.cache)
        return self._in(basis, meter, globs or self._globs)

    def outcomes(self, budgets: Iterable[Budget], found: Redundancy) -> Iterator[Outcome]:
        """Yield what becomes of the budgets; `found` is what was asked for.

        Those with paths of their own are about other files where somebody asked for some.
        """
        chosen = self._agents is not None or bool(self._globs)
        for budget in budgets:
            if budget.scope != "redundancy" or (chosen and budget.paths):
                continue
            here = self.found(budget.paths) if budget.paths else found
            before = self.before(budget.paths) if budget.is_relative else None
            yield from judge_sets(
                budget,
                here.sets,
                None if before is None else before.sets,
                since=self._base.name if self._base else "",
                exact=here.method == "exact",
            )

    def _in(self, basis: Ground, meter: Meter, globs: Sequence[str]) -> Redundancy:
        agents = basis.settings.agents if self._agents is None else self._agents
        return redundancy(basis, meter, agents=agents, globs=globs)
