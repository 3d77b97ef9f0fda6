"""Runs: repeated pieces of an agent's work, and what they took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypedDict

from ctxtally.model.record import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from ctxtally.model.usage import Usage

RunVerdict = Literal["saved", "cost-more", "not-shown", "not-enough-runs", "no-spread"]


class Part(TypedDict):
    """What operations of one name took; `total_cost` is None where none of them has a price."""

    count: int
    total_tokens: int
    total_cost: float | None
    unpriced_tokens: int


class IterationPart(TypedDict):
    """What one iteration took, and its operations in their order."""

    total_tokens: int
    total_cost: float | None
    operations: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUsage:
    """One operation of a run; `input_tokens` is the whole prompt, whether cached or not."""

    timestamp: str
    operation: str
    iteration: int | None
    input_tokens: int
    output_tokens: int
    total_tokens: int
    model: str | None
    cost_usd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """An operation and its cost: as it was recorded, else by prices, else None."""

    usage: Usage
    cost_usd: Decimal | None
    recorded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTokenStats:
    """What a run took. `total_cost_usd` is the sum of what has a price, None where nothing has.

    The input includes `cache_read_tokens` and `cache_write_tokens`. `recorded_costs` and
    `priced_costs` count the operations whose cost was told and worked out, `unknown_operations`
    those that nobody knows the tokens of: the run took more than its totals.
    """

    run_id: str
    phase: str
    total_input_tokens: int
    total_output_tokens: int
    total_tokens: int
    total_cost_usd: float | None
    iterations: int
    operations: tuple[TokenUsage, ...] = ()
    breakdown_by_operation: Mapping[str, Part] = field(default_factory=dict)
    breakdown_by_iteration: Mapping[str, IterationPart] = field(default_factory=dict)
    breakdown_by_model: Mapping[str, Part] = field(default_factory=dict)
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    unpriced_tokens: int = 0
    unpriced_operations: int = 0
    recorded_costs: int = 0
    priced_costs: int = 0
    unknown_operations: int = 0

    @property
    def avg_tokens_per_iteration(self) -> float:
        return self.total_tokens / self.iterations if self.iterations else 0.0

    @property
    def cost_per_iteration(self) -> float | None:
        """What an iteration cost on average, None where a part of the run has no price."""
        cost = self.whole_cost
        return cost / self.iterations if cost is not None and self.iterations else cost

    @property
    def whole_cost(self) -> float | None:
        """What the run cost, None where a part of it has no price."""
        return None if self.unpriced_operations or self.unpriced_tokens else self.total_cost_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as its directory holds it. `stats` is None where nothing was logged.

    `task` tells runs of the same task from others; `changed` is in seconds since 1970.
    """

    path: str
    run_id: str
    phase: str
    task: str
    changed: float
    stats: RunTokenStats | None
    remarks: tuple[str, ...] = ()


class Slope(NamedTuple):
    """A change from one to the next, and where it lies with 95 % of certainty."""

    slope: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """Runs, the newest first; `phase` is empty where they are of all phases.

    `slope` is by how many tokens they change from run to run, `None` where too few tell it.
    """

    runs: tuple[Run, ...]
    phase: str
    slope: Slope | None = None

    @property
    def logged(self) -> list[RunTokenStats]:
        return [one.stats for one in self.runs if one.stats and one.stats.total_tokens]

    @property
    def tokens(self) -> int:
        return sum(one.total_tokens for one in self.logged)

    @property
    def cost(self) -> float | None:
        """What the runs cost that have a price as a whole, None where none has."""
        known = [one.whole_cost for one in self.logged if one.whole_cost is not None]
        return sum(known) if known else None


class Sample(NamedTuple):
    """A run that took some tokens, and its task, empty where none is told."""

    task: str
    stats: RunTokenStats


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a comparison: geometric means over its runs, or over its tasks."""

    runs: tuple[RunTokenStats, ...]
    tokens: float
    cost: float | None
    iterations: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What the second side needs less of something; the shares are of the first side's mean."""

    amount: float
    share: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """By what a part of the whole changed; the factors of a comparison multiply to its ratio."""

    name: str
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunComparison:
    """Two sets of runs. `tasks` are those by which they were paired, empty where they were not.

    `needed` is how many runs a side, or pairs, show such a saving; `assumed` says that how far runs
    spread is not known from these.
    """

    baseline: Side
    optimized: Side
    tokens: Change
    cost: Change | None
    verdict: RunVerdict
    tasks: tuple[str, ...]
    needed: int | None
    assumed: bool
    factors: tuple[Factor, ...]
    remarks: tuple[str, ...] = ()
