"""Whether runs need less than others, as text, JSON and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.json import document
from ctxtally.render.json import path as jsonable
from ctxtally.render.markdown import code, table
from ctxtally.render.run_summary import prices, source_facts
from ctxtally.text.figures import counted
from ctxtally.text.frames import framed, percent, usd
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.model.price import PriceSource
    from ctxtally.model.run import Change, RunComparison, Side
    from ctxtally.render.json import Json

_CERTAINTY = 0.95


def text(found: RunComparison, source: PriceSource | None) -> str:
    """Return the comparison that trackers of this kind print, and how sure it is."""
    lines = [""]
    for title, side in (("Baseline", found.baseline), ("Optimized", found.optimized)):
        lines += [f"{title}: {_name(side)}", *_side(side), ""]
    lines += ["Savings:", f"  Tokens: {found.tokens.amount:,.0f} ({_share(found.tokens)})"]
    if found.cost:
        share = f" ({_share(found.cost)})" if found.cost.low is not None else ""
        lines.append(f"  Cost:   {usd(found.cost.amount)}{share}")
    else:
        lines.append(f"  Cost:   {_no_cost([found.baseline, found.optimized])}")
    if found.factors:
        lines += ["", "Where that comes from:"]
        lines += [f"  {f'{one.name}:':<22}x {one.ratio:.2f}" for one in found.factors]
    lines += ["", *_verdict(found), *(f"note: {printable(one)}" for one in _told(found, source))]
    return framed(["Token Usage Comparison"], lines)


def _told(found: RunComparison, source: PriceSource | None) -> Iterator[str]:
    yield from prices((*found.baseline.runs, *found.optimized.runs), source)
    yield from found.remarks


def _name(side: Side) -> str:
    if len(side.runs) == 1:
        return printable(side.runs[0].run_id)
    return counted(len(side.runs), "runs")


def _side(side: Side) -> Iterator[str]:
    """Yield the figures of a side: of its run, or the geometric means of its runs."""
    cost = usd(side.cost) if side.cost is not None else _no_cost([side])
    if len(side.runs) == 1:
        yield f"  Tokens: {side.tokens:,.0f}"
        yield f"  Cost:   {cost}"
        yield f"  Iterations: {side.iterations:.0f}"
        return
    totals = [one.total_tokens for one in side.runs]
    yield f"  Tokens: {side.tokens:,.0f} (geometric mean of {min(totals):,} to {max(totals):,})"
    yield f"  Cost:   {cost}"
    yield f"  Iterations: {side.iterations:.1f}"


def _no_cost(sides: Sequence[Side]) -> str:
    """Say why runs have no mean of costs, or no saving."""
    if any(one.whole_cost is None for side in sides for one in side.runs):
        return "unknown: part of it is unpriced"
    return "not compared: some runs are free"


def _share(change: Change) -> str:
    """Return the share that is saved, with its range."""
    if change.low is None or change.high is None:
        return percent(change.share)
    return (
        f"{percent(change.share)}; {_CERTAINTY:.0%} interval {percent(change.low)} to "
        f"{percent(change.high)}"
    )


def _verdict(found: RunComparison) -> Iterator[str]:
    """Yield what can be said, in sentences that fit between the lines."""
    share = percent(abs(found.tokens.share))
    if found.verdict == "saved":
        yield f"Verdict: saved, by {share} in {_number(found)}."
    elif found.verdict == "cost-more":
        yield f"Verdict: cost more, by {share} in {_number(found)}."
    elif found.verdict == "not-shown":
        yield f"Verdict: not shown: {_number(found)} allow for no difference."
    elif found.verdict == "no-spread":
        yield _copies(found)
    else:
        yield "No verdict at n = 1: one run does not say what the next one takes."
    if found.needed is not None:
        unit = "pairs" if found.tasks else "runs a side"
        yield f"To show {share} takes about {found.needed:,} {unit}, if runs"
        yield f"{'spread by 50%, which is assumed' if found.assumed else 'spread as these do'}."


def _copies(found: RunComparison) -> str:
    if found.tasks:
        return "No verdict: all tasks differ by the same factor. Are they copies?"
    return "No verdict: the runs do not differ in themselves. Are they copies?"


def _number(found: RunComparison) -> str:
    if found.tasks:
        return f"{counted(len(found.tasks), 'tasks')} of both sides"
    return f"{len(found.baseline.runs)} and {len(found.optimized.runs)} runs"


def json(found: RunComparison, source: PriceSource | None) -> str:
    return document(
        "run-compare",
        {
            "baseline": _side_facts(found.baseline),
            "optimized": _side_facts(found.optimized),
            "savings": {
                "tokens_saved": round(found.tokens.amount),
                "cost_saved_usd": round(found.cost.amount, 4) if found.cost else None,
                "savings_percentage": round(found.tokens.share * 100, 1),
            },
            "saving": {
                "tokens": round(found.tokens.amount),
                **_change(found.tokens),
                "verdict": found.verdict,
            },
            "cost_saving": {"usd": round(found.cost.amount, 4), **_change(found.cost)}
            if found.cost
            else None,
            "runs_needed": found.needed,
            "spread_assumed": found.assumed,
            "paired_by": [jsonable(one) for one in found.tasks],
            "factors": {one.name: round(one.ratio, 4) for one in found.factors},
            "prices": source_facts(source),
            "remarks": [jsonable(one) for one in found.remarks],
        },
    )


def _side_facts(side: Side) -> dict[str, Json]:
    return {
        "run_id": jsonable(side.runs[0].run_id) if len(side.runs) == 1 else None,
        "runs": [jsonable(one.run_id) for one in side.runs],
        "total_tokens": round(side.tokens),
        "cost_usd": None if side.cost is None else round(side.cost, 4),
        "iterations": round(side.iterations, 2),
    }


def _change(change: Change) -> dict[str, Json]:
    """Return the share that is saved and its range, in percent."""
    shares = {"percent": change.share, "low": change.low, "high": change.high}
    return {key: None if one is None else round(one * 100, 2) for key, one in shares.items()}


def markdown(found: RunComparison, source: PriceSource | None) -> str:
    rows = [
        [
            f"{side.tokens:,.0f}",
            usd(side.cost),
            f"{side.iterations:.1f}",
            title,
            ", ".join(code(one.run_id) for one in side.runs),
        ]
        for title, side in (("baseline", found.baseline), ("optimized", found.optimized))
    ]
    header = ("tokens", "cost", "iterations", "side", "runs")
    blocks = [
        "# Token usage compared",
        table(header, 3, rows),
        f"Saved: {found.tokens.amount:,.0f} tokens ({_share(found.tokens)}).",
        " ".join(_verdict(found)),
    ]
    notes = (f"Note: {printable(one)}" for one in _told(found, source))
    return "\n\n".join([*blocks, *notes])
