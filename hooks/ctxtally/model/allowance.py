"""How much a session, a day, a week or a month may take, and how much it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from decimal import Decimal

Per = Literal["session", "day", "week", "month"]
Unit = Literal["tokens", "USD"]
State = Literal["within", "warning", "over"]
Why = Literal["undated", "future"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """One `[[allowance]]`: at most `max` for each `per`, and a warning from beyond `warn` on.

    `agent`, `branch` and `model` are globs that a record has to match, `None` any. `origin` is
    where it is written, as `file:line`.
    """

    name: str
    per: Per
    unit: Unit
    max: Decimal
    warn: Decimal | None
    origin: str
    agent: str | None = None
    branch: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a period will have taken at its end: bands that hold half, and nine of ten, of futures.

    `exceed` is the share of futures beyond the allowance. They are drawn from `days` of history.
    """

    days: int
    middle: Decimal
    half: tuple[Decimal, Decimal]
    most: tuple[Decimal, Decimal]
    exceed: float
    futures: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What was taken of one allowance in a period, or in one `session`.

    `unknown` of the operations tell no tokens, or have no cost. `why_not` says why there is no
    forecast, where there could be one.
    """

    allowance: Allowance
    since: str
    until: str
    spent: Decimal
    operations: int
    unknown: int
    session: str = ""
    forecast: Forecast | None = None
    why_not: str = ""

    @property
    def share(self) -> float:
        return float(self.spent / self.allowance.max)

    @property
    def state(self) -> State:
        if self.spent > self.allowance.max:
            return "over"
        warn = self.allowance.warn
        return "warning" if warn is not None and self.spent > warn else "within"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Records that match an allowance and are in no sum, for nobody knows when they were.

    They tell no date, or one to come. `unknown` of the `operations` have no known `amount`.
    """

    allowance: Allowance
    why: Why
    operations: int
    unknown: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What was taken of allowances, and what is in none of it."""

    spendings: tuple[Spending, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """All allowances as they stand on a day; `remarks` are one-line notes."""

    day: str
    log: str
    spendings: tuple[Spending, ...]
    left_out: tuple[LeftOut, ...] = ()
    remarks: tuple[str, ...] = ()
