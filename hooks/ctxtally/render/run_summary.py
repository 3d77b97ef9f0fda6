"""What a run took, as text, JSON and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ctxtally.render.json import document
from ctxtally.render.json import path as jsonable
from ctxtally.render.markdown import code, table
from ctxtally.runs.summary import facts
from ctxtally.text.figures import counted
from ctxtally.text.frames import framed, percent, usd
from ctxtally.text.shown import cut
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ctxtally.model.price import PriceSource
    from ctxtally.model.run import Part, RunTokenStats
    from ctxtally.render.json import Json

_MOST_ROWS = 20


def text(stats: RunTokenStats, source: PriceSource | None, remarks: Sequence[str] = ()) -> str:
    """Return the summary that trackers of this kind print, and what else there is to know."""
    lines = [f"Phase: {printable(stats.phase) or '-'}", f"Iterations: {stats.iterations}", ""]
    lines += [*_tokens(stats), "", *_costs(stats)]
    for title, parts in _breakdowns(stats):
        lines += ["", f"Breakdown by {title}:"]
        lines += _rows(parts)
    told = [*prices([stats], source), *remarks]
    if told:
        lines += ["", *(f"note: {printable(one)}" for one in told)]
    return framed([f"Token Usage Summary — {printable(stats.run_id)}"], lines)


def _tokens(stats: RunTokenStats) -> Iterator[str]:
    yield f"Total Tokens: {stats.total_tokens:,}"
    yield f"  Input:  {stats.total_input_tokens:,}"
    if stats.cache_read_tokens or stats.cache_write_tokens:
        share = percent(stats.cache_read_tokens / stats.total_input_tokens)
        yield f"    read from a cache:  {stats.cache_read_tokens:,} ({share})"
        yield f"    written to a cache: {stats.cache_write_tokens:,}"
    yield f"  Output: {stats.total_output_tokens:,}"


def _costs(stats: RunTokenStats) -> Iterator[str]:
    if stats.total_cost_usd is None:
        yield "Estimated Cost: unknown"
    else:
        yield f"Estimated Cost: {usd(stats.total_cost_usd)}"
    if stats.unpriced_tokens:
        share = percent(stats.unpriced_tokens / stats.total_tokens)
        yield f"  Unpriced: {counted(stats.unpriced_tokens, 'tokens')} ({share})"
    if stats.cost_per_iteration is not None:
        yield f"  Per iteration: {usd(stats.cost_per_iteration)}"
    yield f"  Avg tokens/iteration: {stats.avg_tokens_per_iteration:,.0f}"


def _breakdowns(stats: RunTokenStats) -> Iterator[tuple[str, dict[str, Part]]]:
    """Yield the parts worth showing: one model alone is in the note on prices."""
    if stats.breakdown_by_operation:
        yield "operation", dict(stats.breakdown_by_operation)
    if len(stats.breakdown_by_model) > 1:
        yield "model", dict(stats.breakdown_by_model)


def _rows(parts: Mapping[str, Part]) -> Iterator[str]:
    """Yield the largest parts; one name after another may be a number of its own."""
    for name, part in list(parts.items())[:_MOST_ROWS]:
        yield f"  {cut(name):<15}: {part['total_tokens']:>8,} tokens ({_cost(part)})"
    rest = list(parts.values())[_MOST_ROWS:]
    if rest:
        tokens = sum(one["total_tokens"] for one in rest)
        yield f"  {f'{len(rest):,} more':<15}: {tokens:>8,} tokens"


def _cost(part: Part) -> str:
    if part["total_cost"] is None:
        return "unpriced"
    rest = f", {part['unpriced_tokens']:,} unpriced" if part["unpriced_tokens"] else ""
    return usd(part["total_cost"]) + rest


def prices(runs: Iterable[RunTokenStats], source: PriceSource | None) -> Iterator[str]:
    """Yield whence the costs come, where they are not all recorded."""
    if source is None:
        return
    told = list(runs)
    priced = sum(one.priced_costs for one in told)
    if priced:
        yield f"{counted(priced, 'costs')} by {priced_by(source)}"
    if source.note and any(one.unpriced_operations for one in told):
        yield source.note


def priced_by(source: PriceSource) -> str:
    """Name the prices: which package, how new, and how many were configured.

    >>> from ctxtally.model.price import PriceSource
    >>> priced_by(PriceSource("0.2.3", "2026-11-09", 1, ""))
    '1 own price, genai-prices 0.2.3 (newest price 2026-11-09)'
    """
    own = [counted(source.own, "own prices")] if source.own else []
    package = f"genai-prices {source.version} (newest price {source.newest})"
    return ", ".join([*own, *([package] if source.version else [])])


def json(stats: RunTokenStats, source: PriceSource | None, remarks: Sequence[str] = ()) -> str:
    return document(
        "run-summary",
        {**summary_facts(stats), "prices": source_facts(source), "remarks": list(remarks)},
    )


def summary_facts(stats: RunTokenStats) -> dict[str, Json]:
    """Return the members of token_summary.json as any JSON reader takes them."""
    return cast("dict[str, Json]", _clean(facts(stats)))


def _clean(value: object) -> object:
    if isinstance(value, str):
        return jsonable(value)
    if isinstance(value, dict):
        return {jsonable(key): _clean(one) for key, one in value.items()}
    return [_clean(one) for one in value] if isinstance(value, list) else value


def source_facts(source: PriceSource | None) -> dict[str, Json] | None:
    """Return where prices come from, `None` where none was asked for."""
    if source is None:
        return None
    return {
        "package": "genai-prices" if source.version else None,
        "version": source.version or None,
        "newest": source.newest or None,
        "own": source.own,
    }


def _whole(stats: RunTokenStats) -> str:
    tokens = counted(stats.total_tokens, "tokens")
    both = f"{stats.total_input_tokens:,} in, {stats.total_output_tokens:,} out"
    iterations = counted(stats.iterations, "iterations")
    phase = f"Phase {code(stats.phase or '-')}, {iterations}"
    rest = f", {counted(stats.unpriced_tokens, 'tokens')} unpriced" if stats.unpriced_tokens else ""
    return f"{phase}: {tokens} ({both}), {usd(stats.total_cost_usd)}{rest}."


def markdown(stats: RunTokenStats, source: PriceSource | None, remarks: Sequence[str] = ()) -> str:
    blocks = [
        f"# Token usage of {code(stats.run_id)}",
        _whole(stats),
    ]
    for title, parts in _breakdowns(stats):
        largest = list(parts.items())[:_MOST_ROWS]
        rows = [[f"{one['total_tokens']:,}", _cost(one), code(name)] for name, one in largest]
        blocks.append(table(("tokens", "cost", title), 2, rows))
    told = [*prices([stats], source), *remarks]
    return "\n\n".join([*blocks, *(f"Note: {printable(one)}" for one in told)])
