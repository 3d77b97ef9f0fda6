"""What the next run may take."""

from __future__ import annotations

from ctxtally.model.record import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Tokens and what they cost."""

    tokens: float
    cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What the next run will take, by those that there are: half and nine of ten stay below."""

    runs: int
    half: Amount
    most: Amount
    low: Amount
    high: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """What a run is said to take, where nothing was measured; costs are None without a price."""

    avg_input: int
    avg_output: int
    roles: int
    input_tokens: int
    output_tokens: int
    pricing: str
    input_cost: float | None
    output_cost: float | None

    @property
    def whole(self) -> Amount:
        known = self.input_cost is not None and self.output_cost is not None
        cost = (self.input_cost or 0.0) + (self.output_cost or 0.0) if known else None
        return Amount(tokens=self.input_tokens + self.output_tokens, cost=cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a planned run may take: by its history, else by assumption.

    `scopes` is what it takes at least and at most if scopes save what is claimed of them.
    """

    iterations: int
    basis: Forecast | Assumption
    scopes: tuple[Amount, Amount] | None
    remarks: tuple[str, ...] = ()
