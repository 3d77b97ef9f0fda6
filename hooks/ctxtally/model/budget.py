"""Budgets and waivers as somebody wrote them, and what became of each budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

    from ctxtally.model.finding import Level

Unit = Literal["tokens", "bytes", "chars", "lines"]
Scope = Literal["file", "total", "module", "category"]
State = Literal["ok", "warning", "over", "under"]

# A share is kept as ten-thousandths, so that comparisons are exact: 120 % = 12,000.
WHOLE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A limit: `amount` in `unit`, or `amount` ten-thousandths of what `of` names.

    `text` is what was written ("5% of 200k"). `window` is set where the amount is a share of a
    context window of that many tokens.
    """

    text: str
    unit: Unit
    amount: int
    of: Literal["", "max", "estimate", "token_budget"] = ""
    window: int | None = None

    def highest(self, base: int) -> int:
        """Return the largest whole number within this upper bound; equal to the limit passes."""
        return self.amount * base // WHOLE if self.of else self.amount

    def lowest(self, base: int) -> int:
        """Return the smallest whole number within this lower bound."""
        return -(-self.amount * base // WHOLE) if self.of else self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A named limit on something counted.

    `paths` are globs of text/globs.py, `origin` is `file:line` of the budget, `source` says where
    its number comes from. At least one of `max`, `warn` and `min` is set. A broken `max` or `min`
    is a finding of `level`, a broken `warn` always a warning. `agent` is the id of the agent whose
    documented limit this is; other budgets have none.
    """

    name: str
    scope: Scope
    origin: str
    paths: tuple[str, ...] = ()
    max: Bound | None = None
    warn: Bound | None = None
    min: Bound | None = None
    level: Level = "error"
    counter: str | None = None
    message: str = ""
    source: str = ""
    agent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Findings allowed on purpose: those of `budget` (its name) or of `rule`, at `path` (a glob).

    After `until` the waiver is expired: see budget/waivers.py.
    """

    path: str
    reason: str
    origin: str
    budget: str | None = None
    rule: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One budget applied to one subject: a path, `category/name`, or the name of a total.

    `path` and `line` are where a finding about it belongs. `base` is what a bound that is a share
    is a share of: the stated estimate of a module, the `token_budget` of a category.
    """

    budget: Budget
    subject: str
    path: str
    actual: int
    unit: Unit
    line: int | None = None
    base: int = 0

    @property
    def max(self) -> int | None:
        return self.budget.max.highest(self.base) if self.budget.max else None

    @property
    def min(self) -> int | None:
        return self.budget.min.lowest(self.base) if self.budget.min else None

    @property
    def warn(self) -> int | None:
        """The warning line; a share of `max` is taken of the resolved limit."""
        bound = self.budget.warn
        if bound is None:
            return None
        return bound.highest((self.max or 0) if bound.of == "max" else self.base)

    @property
    def state(self) -> State:
        if self.max is not None and self.actual > self.max:
            return "over"
        if self.min is not None and self.actual < self.min:
            return "under"
        if self.warn is not None and self.actual > self.warn:
            return "warning"
        return "ok"
