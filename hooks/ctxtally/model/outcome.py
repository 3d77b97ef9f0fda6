"""What became of a budget."""

from __future__ import annotations

from ctxtally.model.record import dataclass

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from typing import Literal

    from ctxtally.model.budget import Budget, Unit
    from ctxtally.model.loadset import AgentLoad

    State = Literal[
        "over",
        "under",
        "grown",  # by more than the change may add
        "unrecorded",  # the baseline has no limit for it
        "slack",  # more of the limit is unused than may be
        "warning",
        "inherited",  # over, as it was at the base, and what is over may only shrink
        "ok",
    ]

WORST_FIRST: tuple[State, ...] = (
    "over",
    "under",
    "grown",
    "unrecorded",
    "slack",
    "warning",
    "inherited",
    "ok",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """A part of a subject that holds more than at the base; `before` is 0 where it is new."""

    path: str
    before: int
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One budget applied to one subject: a path, `category/name`, a total, a set, or an agent.

    `path` and `line` are where a finding about it belongs. `base` is what a bound that is a share
    is a share of: the stated estimate of a module, the `token_budget` of a category, all tokens of
    a set. `before` is what it was at the base of the change, `None` where there is none or nobody
    asked; `since` names that base, `grown` are the files that hold more of it now, the worst first,
    and `moved` is where the file at `path` was then, if elsewhere. `load` is the load set that was
    judged. `exact` is false where `actual` is an estimate.
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
    since: str = ""
    grown: tuple[Grown, ...] = ()
    moved: str = ""

    @property
    def max(self) -> int | None:
        if self.budget.is_recorded:
            return self.budget.recorded.get(self.subject)
        return self.budget.max.highest(self.base) if self.budget.max else None

    @property
    def min(self) -> int | None:
        return self.budget.min.lowest(self.base) if self.budget.min else None

    @property
    def growth(self) -> int | None:
        """How much more there may be than before; a share of nothing says nothing."""
        bound = self.budget.growth
        if bound is None or (bound.of == "before" and not self.before):
            return None
        return bound.highest((self.before or 0) if bound.of == "before" else self.base)

    @property
    def slack(self) -> int | None:
        """How much of the limit may be unused; a share is of the limit."""
        bound = self.budget.slack
        return bound.highest(self.max or 0) if bound else None

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
        if self.budget.is_recorded and self.max is None:
            return "unrecorded"
        if self.max is not None and self.actual > self.max:
            return "inherited" if self._is_kept else "over"
        if self.min is not None and self.actual < self.min:
            return "under"
        return self._within

    @property
    def _is_kept(self) -> bool:
        return self.budget.shrink_only and self.before is not None and self._grown <= 0

    @property
    def _within(self) -> State:
        """The state of what is neither over nor under a limit."""
        if self.growth is not None and self._grown > self.growth:
            return "grown"
        if self.slack is not None and self.max is not None and self.max - self.actual > self.slack:
            return "slack"
        if self.warn is not None and self.actual > self.warn:
            return "warning"
        return "ok"
