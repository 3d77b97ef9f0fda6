"""What a planned run may take, as text, JSON and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.run_estimate import Assumption
from ctxtally.render.json import document
from ctxtally.render.json import path as jsonable
from ctxtally.render.markdown import code, table
from ctxtally.text.figures import counted
from ctxtally.text.frames import framed, usd
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.model.run_estimate import Amount, Estimate, Forecast
    from ctxtally.render.json import Json

_CLAIM = "claimed 20-30% savings, not measured here"


def text(found: Estimate) -> str:
    """Return the estimate that trackers of this kind print, or that of one's own runs."""
    basis, many = found.basis, found.iterations
    by = _by_assumption(basis, many) if isinstance(basis, Assumption) else _by_runs(basis, many)
    lines = ["", *by]
    if found.scopes:
        low, high = found.scopes
        lines += ["", f"With scope-based iteration ({_CLAIM}):"]
        lines.append(f"  Tokens: {low.tokens:,.0f} - {high.tokens:,.0f}")
        if low.cost is not None:
            lines.append(f"  Cost:   {usd(low.cost)} - {usd(high.cost)}")
    lines += [""] if found.remarks else []
    lines += [f"note: {printable(one)}" for one in found.remarks]
    return framed(["Token Usage Estimator"], lines)


def _by_runs(forecast: Forecast, iterations: int) -> Iterator[str]:
    runs = counted(forecast.runs, "runs")
    yield f"Estimated for {counted(iterations, 'iterations')}, from {runs}:"
    yield f"  {'Half of such runs stay below:':<30}{_amount(forecast.half)}"
    yield f"  {'Nine of ten stay below:':<30}{_amount(forecast.most)}"
    yield f"  {'95% prediction interval:':<30}from {_amount(forecast.low)}"
    yield f"  {'':<30}to {_amount(forecast.high)}"


def _amount(amount: Amount) -> str:
    cost = "" if amount.cost is None else f" ({usd(amount.cost)})"
    return f"{amount.tokens:,.0f} tokens{cost}"


def _by_assumption(assumed: Assumption, iterations: int) -> Iterator[str]:
    yield f"Estimated for {counted(iterations, 'iterations')}:"
    for title, tokens, each in (
        ("Input tokens:", assumed.input_tokens, assumed.avg_input),
        ("Output tokens:", assumed.output_tokens, assumed.avg_output),
    ):
        parts = f"{iterations} \u00d7 {each:,} \u00d7 {assumed.roles} roles"
        yield f"  {title:<15}{tokens:,} ({parts})"
    yield f"  {'Total tokens:':<15}{assumed.whole.tokens:,.0f}"
    yield ""
    yield f"Estimated cost ({printable(assumed.pricing)} pricing):"
    costs = {"Input:": assumed.input_cost, "Output:": assumed.output_cost}
    for title, cost in {**costs, "Total:": assumed.whole.cost}.items():
        yield f"  {title:<8}{'unknown' if cost is None else usd(cost)}"


def json(found: Estimate) -> str:
    basis, scopes = found.basis, found.scopes
    assumption = basis if isinstance(basis, Assumption) else None
    forecast = None if isinstance(basis, Assumption) else basis
    return document(
        "run-estimate",
        {
            "iterations": found.iterations,
            "basis": "assumption" if assumption else "history",
            "assumption": _assumption(assumption) if assumption else None,
            "history": _forecast(forecast) if forecast else None,
            "scopes": {
                "claim": _CLAIM,
                "low": _facts(scopes[0]),
                "high": _facts(scopes[1]),
            }
            if scopes
            else None,
            "remarks": [jsonable(one) for one in found.remarks],
        },
    )


def _assumption(assumed: Assumption) -> dict[str, Json]:
    return {
        "input_tokens": assumed.input_tokens,
        "output_tokens": assumed.output_tokens,
        "total_tokens": assumed.input_tokens + assumed.output_tokens,
        "pricing": jsonable(assumed.pricing),
        "input_cost_usd": _usd(assumed.input_cost),
        "output_cost_usd": _usd(assumed.output_cost),
        "total_cost_usd": _usd(assumed.whole.cost),
    }


def _forecast(forecast: Forecast) -> dict[str, Json]:
    return {
        "runs": forecast.runs,
        "p50": _facts(forecast.half),
        "p90": _facts(forecast.most),
        "low": _facts(forecast.low),
        "high": _facts(forecast.high),
    }


def _facts(amount: Amount) -> dict[str, Json]:
    return {"tokens": round(amount.tokens), "cost_usd": _usd(amount.cost)}


def _usd(cost: float | None) -> float | None:
    return None if cost is None else round(cost, 4)


def markdown(found: Estimate) -> str:
    basis = found.basis
    if isinstance(basis, Assumption):
        amounts = {f"assumed, {code(basis.pricing)} pricing": basis.whole}
    else:
        amounts = {
            "half of such runs stay below": basis.half,
            "nine of ten stay below": basis.most,
            "95% prediction interval from": basis.low,
            "to": basis.high,
        }
    if found.scopes:
        amounts |= {f"{_CLAIM}: from": found.scopes[0], f"{_CLAIM}: to": found.scopes[1]}
    rows = [[f"{one.tokens:,.0f}", usd(one.cost), title] for title, one in amounts.items()]
    blocks = [
        f"# Token usage estimated for {counted(found.iterations, 'iterations')}",
        table(("tokens", "cost", "what"), 2, rows),
    ]
    return "\n\n".join([*blocks, *(f"Note: {printable(one)}" for one in found.remarks)])
