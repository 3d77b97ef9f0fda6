"""What became of a budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from ctxtally.model.budget import Budget, Unit
    from ctxtally.model.loadset import AgentLoad

State = Literal["ok", "warning", "over", "under", "grown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One budget applied to one subject: a path, `category/name`, a total, a set, or an agent.

    `path` and `line` are where a finding about it belongs. `base` is what a bound that is a share
    is a share of: the stated estimate of a module, the `token_budget` of a category, all tokens of
    a set. `before` is what it was at the base of the change, `None` where there is none or nobody
    asked. `load` is the load set that was judged. `exact` is false where `actual` is an estimate.
    """

    budget: Budget
    subject: str
    path: str
    actual: int
    unit: Unit
    line: int | None = None
    base: int = 0
    before: int | None = None
    exact: bool = True
    load: AgentLoad | None = None

    @property
    def max(self) -> int | None:
        return self.budget.max.highest(self.base) if self.budget.max else None

    @property
    def min(self) -> int | None:
        return self.budget.min.lowest(self.base) if self.budget.min else None

    @property
    def growth(self) -> int | None:
        return self.budget.growth.highest(self.base) if self.budget.growth else None

    @property
    def warn(self) -> int | None:
        """The warning line; a share of `max` is taken of the resolved limit."""
        bound = self.budget.warn
        if bound is None:
            return None
        return bound.highest((self.max or 0) if bound.of == "max" else self.base)

    @property
    def _grown(self) -> int:
        return 0 if self.before is None else self.actual - self.before

    @property
    def state(self) -> State:
        if self.max is not None and self.actual > self.max:
            return "over"
        if self.min is not None and self.actual < self.min:
            return "under"
        if self.growth is not None and self._grown > self.growth:
            return "grown"
        if self.warn is not None and self.actual > self.warn:
            return "warning"
        return "ok"
