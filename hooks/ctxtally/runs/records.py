"""Records of tokens.jsonl, and what one run saves against another, as trackers have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from ctxtally.text.figures import LARGEST, counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.model.run import RunTokenStats, TokenUsage


class RunFigures(TypedDict):
    run_id: str
    total_tokens: int
    cost_usd: float | None
    iterations: int


class Savings(TypedDict):
    """`cost_saved_usd` is None where a part of a run has no price."""

    tokens_saved: int
    cost_saved_usd: float | None
    savings_percentage: float


class TokenSavings(TypedDict):
    baseline: RunFigures
    optimized: RunFigures
    savings: Savings


def record(
    usage: TokenUsage, cache_read: int = 0, cache_write: int = 0, of_an_hour: int = 0
) -> dict[str, object]:
    """Return the record of an operation; a ValueError says what cannot be taken.

    The input includes what was read from a cache and written to one, and that includes what is
    kept for an hour.
    """
    operation: object = usage.operation  # whatever a program gave
    if not isinstance(operation, str) or not operation.strip():
        raise ValueError("an operation needs a name, such as `advocate`")
    counts = {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cache_read_tokens": cache_read,
        "cache_write_tokens": cache_write,
        "cache_write_1h_tokens": of_an_hour,
    }
    _whole(counts)
    _within(usage.input_tokens, cache_read, cache_write, of_an_hour)
    if usage.iteration is not None:
        _whole({"iteration": usage.iteration})
    cost = usage.cost_usd
    if cost is not None and (type(cost) not in (int, float) or not 0 <= cost < LARGEST):
        raise ValueError(f"cost_usd must be a number of dollars, not {cost!r}")
    if usage.model is not None and not isinstance(usage.model, str):
        raise ValueError(f"model must be a name, not {usage.model!r}")
    caches = {"cache_read_tokens": cache_read, "cache_write_tokens": cache_write}
    caches |= {"cache_write_1h_tokens": of_an_hour} if of_an_hour else {}
    return {
        "timestamp": usage.timestamp,
        "operation": usage.operation,
        "iteration": usage.iteration,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "model": usage.model,
        "cost_usd": cost,
        **({} if not cache_read and not cache_write else caches),
    }


def _within(prompt: int, cache_read: int, cache_write: int, of_an_hour: int) -> None:
    if cache_read + cache_write > prompt:
        raise ValueError(
            f"input_tokens must include those of caches: {prompt:,} is less than "
            f"{cache_read:,} read and {cache_write:,} written"
        )
    if of_an_hour > cache_write:
        raise ValueError(
            f"cache_write_tokens must include those kept for an hour: {cache_write:,} is less than "
            f"{of_an_hour:,}"
        )


def _whole(given: Mapping[str, object]) -> None:
    for name, value in given.items():
        if type(value) is not int or not 0 <= value < LARGEST:
            raise ValueError(f"{name} must be a whole number from 0 on, not {value!r}")


def savings(baseline: RunTokenStats, optimized: RunTokenStats) -> TokenSavings:
    """Return what one run took less than another; without known tokens it is a ValueError.

    It says nothing about the next run: that takes several of each, see `ctxtally run compare`.
    """
    for run in (baseline, optimized):
        if not run.total_tokens:
            raise ValueError(
                f"the run {run.run_id!r} has no token data, so nothing can be compared"
            )
        if run.unknown_operations:
            told = counted(run.unknown_operations, "operations")
            raise ValueError(
                f"the run {run.run_id!r} has {told} with unknown tokens, so nothing can be compared"
            )
    saved = baseline.total_tokens - optimized.total_tokens
    costs = (baseline.whole_cost, optimized.whole_cost)
    return {
        "baseline": _figures(baseline),
        "optimized": _figures(optimized),
        "savings": {
            "tokens_saved": saved,
            "cost_saved_usd": None
            if costs[0] is None or costs[1] is None
            else round(costs[0] - costs[1], 4),
            "savings_percentage": saved / baseline.total_tokens * 100,
        },
    }


def _figures(run: RunTokenStats) -> RunFigures:
    return {
        "run_id": run.run_id,
        "total_tokens": run.total_tokens,
        "cost_usd": run.whole_cost,
        "iterations": run.iterations,
    }
