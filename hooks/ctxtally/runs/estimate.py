"""What a planned run may take: by the runs that there are, else by what is assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ctxtally.model.run_estimate import Amount, Assumption, Forecast
from ctxtally.statistics.prediction import predicted
from ctxtally.statistics.ratios import log_spreads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.run import RunTokenStats

# What the tracker assumes that this command comes from: two agents answer each other in each
# iteration, at GPT-4's price of 2023, in USD for a million tokens.
AVG_INPUT, AVG_OUTPUT, ROLES = 2_000, 1_000, 2
PRICING, INPUT_USD, OUTPUT_USD = "GPT-4", 30.0, 60.0
# What is claimed, by the same tracker, that iterations with a scope save.
CLAIMED = (0.20, 0.30)
_MILLION = 1_000_000
_FEWEST = 2


class Request(NamedTuple):
    """What the prompt and the answer of one request cost by a model."""

    model: str
    input_usd: float | None
    output_usd: float | None


def forecast(history: Sequence[RunTokenStats], iterations: int) -> Forecast | None:
    """Return what a run of so many iterations takes, `None` where fewer than two were logged.

    What an iteration takes differs from run to run; so it is taken from each run as a mean.
    """
    tokens = [one.avg_tokens_per_iteration for one in history]
    if len(tokens) < _FEWEST:
        return None
    costs = [one.cost_per_iteration for one in history]
    half, most, low, high = (
        Amount(
            tokens=_times(iterations, tokens, share),
            cost=_cost(iterations, costs, share),
        )
        for share in (0.5, 0.9, 0.025, 0.975)
    )
    return Forecast(runs=len(tokens), half=half, most=most, low=low, high=high)


def is_of_copies(history: Sequence[RunTokenStats]) -> bool:
    """Say whether the runs take as much as each other in an iteration, but for rounding."""
    return log_spreads([one.avg_tokens_per_iteration for one in history]) is None


def _cost(iterations: int, costs: Sequence[float | None], share: float) -> float | None:
    known = [one for one in costs if one is not None]
    if len(known) < len(costs) or (any(known) and not all(known)):
        return None
    return _times(iterations, known, share) if all(known) else 0.0


def _times(iterations: int, values: Sequence[float], share: float) -> float:
    found = predicted(values, share)
    return iterations * (found or 0.0)


def assumed(
    iterations: int, avg_input: int, avg_output: int, request: Request | None = None
) -> Assumption:
    """Return what a run would take; without a `request` that has prices, at what is assumed."""
    times = iterations * ROLES
    request = request or Request(
        PRICING, avg_input * INPUT_USD / _MILLION, avg_output * OUTPUT_USD / _MILLION
    )
    return Assumption(
        avg_input=avg_input,
        avg_output=avg_output,
        roles=ROLES,
        input_tokens=times * avg_input,
        output_tokens=times * avg_output,
        pricing=request.model,
        input_cost=None if request.input_usd is None else times * request.input_usd,
        output_cost=None if request.output_usd is None else times * request.output_usd,
    )


def scoped(basis: Forecast | Assumption) -> tuple[Amount, Amount]:
    """Return what is left where the claimed share is saved: where it is the most, the least."""
    whole = basis.whole if isinstance(basis, Assumption) else basis.half
    least, most = CLAIMED
    return _part(whole, 1 - most), _part(whole, 1 - least)


def _part(whole: Amount, share: float) -> Amount:
    cost = None if whole.cost is None else whole.cost * share
    return Amount(tokens=whole.tokens * share, cost=cost)
