"""The newest runs, as text, JSON and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.json import document
from ctxtally.render.json import path as jsonable
from ctxtally.render.markdown import code, table
from ctxtally.render.run_summary import prices, source_facts
from ctxtally.text.figures import counted
from ctxtally.text.frames import WIDE, framed, percent, usd
from ctxtally.text.shown import cut
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.model.price import PriceSource
    from ctxtally.model.run import Run, RunReport


def text(report: RunReport, source: PriceSource | None) -> str:
    """Return the table that trackers of this kind print, and how the runs go on the whole."""
    heading = [f"Token Usage Report — Recent {len(report.runs)} Runs"]
    if report.phase:
        heading.append(f"Phase: {printable(report.phase)}")
    rule = "-" * WIDE
    lines = ["", _row("Run ID", "Phase", "Tokens", "Cost", "Iter"), rule]
    lines += [_run_row(one) for one in report.runs]
    logged = report.logged
    lines += [rule, _row("TOTAL", "", f"{report.tokens:,}", usd(report.cost), "").rstrip(), ""]
    lines.append(f"Runs with token data: {len(logged)}/{len(report.runs)}")
    if logged:
        known = all(one.whole_cost is not None for one in logged)
        mean = report.cost / len(logged) if report.cost is not None and known else None
        lines.append(f"Average per run: {report.tokens / len(logged):,.0f} tokens ({usd(mean)})")
    lines += _trend(report)
    told = list(_notes(report, source))
    return framed(heading, [*lines, *([""] if told else []), *told], WIDE)


def _row(run: str, phase: str, tokens: str, cost: str, iterations: str) -> str:
    return f"{run:<30} {phase:<10} {tokens:>12} {cost:>10} {iterations:>5}"


def _run_row(run: Run) -> str:
    name, phase, stats = cut(run.run_id), cut(run.phase) or "-", run.stats
    if stats is None:
        return _row(name, phase, "-", "-", "-")
    return _row(
        name, phase, f"{stats.total_tokens:,}", usd(stats.whole_cost), f"{stats.iterations}"
    )


def _trend(report: RunReport) -> Iterator[str]:
    found = report.slope
    if found:
        yield (
            f"Trend from run to run: {found.slope:+,.0f} tokens "
            f"(95%: {found.low:+,.0f} to {found.high:+,.0f})"
        )


def _notes(report: RunReport, source: PriceSource | None) -> Iterator[str]:
    yield from (f"note: {printable(one)}" for one in _told(report, source))


def _told(report: RunReport, source: PriceSource | None) -> Iterator[str]:
    unpriced = sum(one.unpriced_tokens for one in report.logged)
    if unpriced:
        share = percent(unpriced / report.tokens)
        yield f"{counted(unpriced, 'tokens')} unpriced ({share}); such runs add no cost"
    yield from prices(report.logged, source)
    for run in report.runs:
        yield from (f"{run.run_id}: {one}" for one in run.remarks)


def json(report: RunReport, source: PriceSource | None) -> str:
    found = report.slope
    return document(
        "run-report",
        {
            "phase": jsonable(report.phase) or None,
            "runs": [
                {
                    "run_id": jsonable(run.run_id),
                    "phase": jsonable(run.phase),
                    "path": jsonable(run.path),
                    "total_tokens": run.stats.total_tokens if run.stats else None,
                    "total_cost_usd": _usd(run.stats.whole_cost) if run.stats else None,
                    "unpriced_tokens": run.stats.unpriced_tokens if run.stats else None,
                    "iterations": run.stats.iterations if run.stats else None,
                    "remarks": [jsonable(one) for one in run.remarks],
                }
                for run in report.runs
            ],
            "totals": {
                "runs": len(report.runs),
                "with_data": len(report.logged),
                "total_tokens": report.tokens,
                "total_cost_usd": _usd(report.cost),
                "unpriced_tokens": sum(one.unpriced_tokens for one in report.logged),
            },
            "trend": {"slope": found.slope, "low": found.low, "high": found.high}
            if found
            else None,
            "prices": source_facts(source),
        },
    )


def _usd(cost: float | None) -> float | None:
    return None if cost is None else round(cost, 4)


def markdown(report: RunReport, source: PriceSource | None) -> str:
    rows = [
        [
            f"{run.stats.total_tokens:,}" if run.stats else "-",
            usd(run.stats.whole_cost if run.stats else None),
            f"{run.stats.iterations}" if run.stats else "-",
            code(run.run_id),
            code(run.phase or "-"),
        ]
        for run in report.runs
    ]
    rows.append([f"{report.tokens:,}", usd(report.cost), "", "total", ""])
    header = ("tokens", "cost", "iterations", "run", "phase")
    blocks = ["# Token usage of runs", table(header, 3, rows), *_trend(report)]
    return "\n\n".join([*blocks, *(f"Note: {printable(one)}" for one in _told(report, source))])
