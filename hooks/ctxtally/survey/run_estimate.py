"""What a planned run may take: by the runs that there are, else by what is assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ctxtally.errors import UserError
from ctxtally.model.run_estimate import Estimate
from ctxtally.model.usage import Tokens
from ctxtally.render.run_summary import priced_by
from ctxtally.runs.estimate import (
    AVG_INPUT,
    AVG_OUTPUT,
    INPUT_USD,
    OUTPUT_USD,
    PRICING,
    Request,
    assumed,
    forecast,
    is_of_copies,
    scoped,
)
from ctxtally.survey.runs import History
from ctxtally.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.adapters.prices import Prices
    from ctxtally.model.run import RunTokenStats
    from ctxtally.model.run_estimate import Assumption
    from ctxtally.survey.runs import Runs


class Plan(NamedTuple):
    """What was asked for; averages that somebody states go before the history."""

    iterations: int
    avg_input: int | None
    avg_output: int | None
    phase: str | None
    model: str | None
    scopes: bool


def estimated(plan: Plan, runs: Runs, moment: float) -> Estimate:
    stated = plan.avg_input is not None or plan.avg_output is not None
    if stated and plan.phase is not None:
        raise UserError(
            "--phase is about the runs that there are, and with --avg-input or --avg-output none "
            "of them counts",
            help="leave out one or the other",
        )
    found = History([]) if stated else runs.history(plan.phase, plan.model)
    history = found.runs
    by_history = forecast(history, plan.iterations)
    remarks: list[str] = []
    if by_history is None and not stated:
        remarks.append(
            f"assumed, not measured: there are {counted(len(history), 'runs')} with token data to "
            "go by, and it takes two"
        )
    if found.unknown:
        remarks.append(f"{counted(found.unknown, 'runs')} with unknown tokens left out")
    if found.remarked:
        remarks.append(
            f"{counted(found.remarked, 'runs')} among them with records that could not be taken as "
            "they are: see `ctxtally run report`"
        )
    if by_history and by_history.half.cost is None:
        remarks.append(_without_cost(history))
    fewest = min((one.iterations for one in history), default=0)
    if by_history and plan.iterations < fewest:
        remarks.append(
            f"each of these runs had {counted(fewest, 'iterations')} or more, and runs of fewer "
            "differ more than the interval says"
        )
    if by_history and is_of_copies(history):
        remarks.append("the runs do not differ in themselves: are they copies?")
    basis = by_history or _assumed(plan, runs.prices, moment, remarks)
    return Estimate(
        iterations=plan.iterations,
        basis=basis,
        scopes=scoped(basis) if plan.scopes else None,
        remarks=tuple(remarks),
    )


def _without_cost(history: Sequence[RunTokenStats]) -> str:
    unpriced = sum(one.whole_cost is None for one in history)
    free = sum(one.whole_cost == 0 for one in history)
    if unpriced:
        return f"no costs: {counted(unpriced, 'runs')} with a part that has no price"
    return f"no costs: {counted(free, 'runs')} for free, and others not"


def _assumed(plan: Plan, prices: Prices, moment: float, remarks: list[str]) -> Assumption:
    """Return what is assumed, at the prices of today where a model is named."""
    entered, left = plan.avg_input or AVG_INPUT, plan.avg_output or AVG_OUTPUT
    if plan.model is None:
        remarks.append(
            f"{PRICING} pricing is assumed: ${INPUT_USD:.0f} and ${OUTPUT_USD:.0f} for a million "
            "tokens in and out; --model names another"
        )
        return assumed(plan.iterations, entered, left)
    whole = prices.usd(Tokens(input=entered, output=left), plan.model, moment)
    prompt = prices.usd(Tokens(input=entered), plan.model, moment)
    if whole is None or prompt is None:
        note = prices.source(moment).note
        remarks.append(note or f"nobody says what {plan.model} costs; [[price]] can")
        return assumed(plan.iterations, entered, left, Request(plan.model, None, None))
    remarks.append(f"at today's price by {priced_by(prices.source(moment))}")
    request = Request(plan.model, float(prompt), float(whole - prompt))
    return assumed(plan.iterations, entered, left, request)
