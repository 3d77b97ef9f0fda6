"""The verdict on a conversation, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from ctxtally.model.turn import Turn

Verdict = Literal["healthy", "failing", "critical", "not-enough-turns"]
ComparisonVerdict = Literal["better", "worse", "no-difference", "not-enough-turns"]
Outcome = Literal["held", "broken", "not-judged"]
Direction = Literal["", "INCREASE", "DECREASE", "STABLE"]
# From best to worst; what is not known yet is no better than healthy.
ORDER: tuple[Verdict, ...] = ("healthy", "not-enough-turns", "failing", "critical")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One rule: what it found, the numbers of the turns and the lines of the log that show it.

    `actual` and `limit` are the figures that were compared; `help` says what to look at next.
    """

    rule: str
    verdict: Verdict
    outcome: Outcome
    message: str
    turns: tuple[int, ...] = ()
    lines: tuple[int, ...] = ()
    actual: float | None = None
    limit: float | None = None
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A turn beside the one before: `change` in tokens, and what is worth a word.

    `compressed` says that the context had become smaller on purpose, as far as can be seen.
    """

    turn: Turn
    change: int | None
    direction: Direction
    compressed: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """`slope` is in tokens a turn once the context has settled, `None` where that cannot be told.

    `compressions` are the numbers of the turns in which the context had become smaller; `over_high`
    and `over_near` are shares of the turns.
    """

    peak: int
    peak_turn: int
    mean: float
    over_high: float
    over_near: float
    compressions: tuple[int, ...]
    slope: float | None
    slope_low: float | None
    slope_high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A conversation and its verdict; `figures` is `None` where there are no turns."""

    path: str
    form: str
    verdict: Verdict
    steps: tuple[Step, ...]
    rules: tuple[Judged, ...]
    figures: Figures | None
    high: float
    remarks: tuple[str, ...] = ()

    @property
    def turns(self) -> tuple[Turn, ...]:
        return tuple(step.turn for step in self.steps)

    @property
    def broken(self) -> tuple[Judged, ...]:
        return tuple(one for one in self.rules if one.outcome == "broken")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How much less of its limit the `other` conversation uses a turn, `low` to `high` at 95 %.

    Shares of the limit; below 0 the other uses more. `low` and `high` are `None` where there are
    too few turns to tell, a mean where there is no turn.
    """

    one: str
    other: str
    mean: float | None
    other_mean: float | None
    saved: float | None
    low: float | None
    high: float | None
    verdict: ComparisonVerdict
    paired: bool
