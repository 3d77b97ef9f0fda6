"""What a run took: totals, and by operation, iteration and model."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

from ctxtally.model.run import RunTokenStats, TokenUsage
from ctxtally.text.figures import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ctxtally.model.run import IterationPart, Part, Priced

_NO_NAME = "(none)"


def summarised(run_id: str, phase: str, records: Sequence[Priced]) -> RunTokenStats:
    """Return the totals of a run; a record without an iteration counts for the whole run only."""
    operations = tuple(map(_operation, records))
    iterations = {one.iteration for one in operations if one.iteration is not None}
    tokens = [one.usage.tokens for one in records if one.usage.tokens]
    unpriced = [one for one in records if one.cost_usd is None]
    return RunTokenStats(
        run_id=run_id,
        phase=phase,
        total_input_tokens=sum(one.input_tokens for one in operations),
        total_output_tokens=sum(one.output_tokens for one in operations),
        total_tokens=sum(one.total_tokens for one in operations),
        total_cost_usd=_cost(records),
        iterations=len(iterations) or min(1, len(operations)),
        operations=operations,
        breakdown_by_operation=_parts(records, lambda one: one.usage.operation),
        breakdown_by_iteration=_iterations(records),
        breakdown_by_model=_parts(records, lambda one: one.usage.model),
        cache_read_tokens=sum(one.cache_read for one in tokens),
        cache_write_tokens=sum(one.cache_write_5m + one.cache_write_1h for one in tokens),
        unpriced_tokens=sum(map(_total, unpriced)),
        unpriced_operations=len(unpriced),
        recorded_costs=sum(one.recorded for one in records),
        priced_costs=len(records) - len(unpriced) - sum(one.recorded for one in records),
        unknown_operations=sum(map(_is_unknown, records)),
    )


def _operation(record: Priced) -> TokenUsage:
    usage = record.usage
    tokens = usage.tokens
    return TokenUsage(
        timestamp=_written(usage.moment),
        operation=usage.operation or _NO_NAME,
        iteration=usage.iteration,
        input_tokens=tokens.prompt if tokens else 0,
        output_tokens=tokens.output if tokens else 0,
        total_tokens=_total(record),
        model=usage.model or None,
        cost_usd=usage.cost_usd,
    )


def _written(moment: float | None) -> str:
    """Return a time as these records have it: UTC, and without saying so."""
    if moment is None:
        return ""
    return datetime.fromtimestamp(moment, tz=timezone.utc).replace(tzinfo=None).isoformat()


def _total(record: Priced) -> int:
    """Return the sum of the parts; a total that a record states stands in where it tells none."""
    usage = record.usage
    return usage.tokens.total if usage.tokens else usage.total or 0


def _is_unknown(record: Priced) -> bool:
    return record.usage.tokens is None and record.usage.total is None


def _cost(records: Sequence[Priced]) -> float | None:
    known = [one.cost_usd for one in records if one.cost_usd is not None]
    return float(sum(known, Decimal(0))) if known or not records else None


def _parts(records: Sequence[Priced], key: Callable[[Priced], str]) -> dict[str, Part]:
    """Return what the records of each name took, the most tokens first."""
    groups: dict[str, list[Priced]] = {}
    for one in records:
        groups.setdefault(key(one) or _NO_NAME, []).append(one)
    parts: dict[str, Part] = {
        name: {
            "count": len(group),
            "total_tokens": sum(map(_total, group)),
            "total_cost": _cost(group),
            "unpriced_tokens": sum(_total(one) for one in group if one.cost_usd is None),
        }
        for name, group in groups.items()
    }
    return dict(sorted(parts.items(), key=lambda item: (-item[1]["total_tokens"], item[0])))


def _iterations(records: Sequence[Priced]) -> dict[str, IterationPart]:
    groups: dict[int, list[Priced]] = {}
    for one in records:
        if one.usage.iteration is not None:
            groups.setdefault(one.usage.iteration, []).append(one)
    return {
        str(number): {
            "total_tokens": sum(map(_total, groups[number])),
            "total_cost": _cost(groups[number]),
            "operations": [one.usage.operation or _NO_NAME for one in groups[number]],
        }
        for number in sorted(groups)
    }


def facts(stats: RunTokenStats) -> dict[str, object]:
    """Return what token_summary.json holds: the keys of the tracker it comes from, then ours."""
    cost, each = stats.total_cost_usd, stats.cost_per_iteration
    return {
        "run_id": stats.run_id,
        "phase": stats.phase,
        "total_input_tokens": stats.total_input_tokens,
        "total_output_tokens": stats.total_output_tokens,
        "total_tokens": stats.total_tokens,
        "total_cost_usd": _usd(cost),
        "iterations": stats.iterations,
        "avg_tokens_per_iteration": round(stats.avg_tokens_per_iteration, 2),
        "cost_per_iteration": _usd(each),
        "breakdown_by_operation": _rounded(stats.breakdown_by_operation),
        "breakdown_by_iteration": _rounded(stats.breakdown_by_iteration),
        "breakdown_by_model": _rounded(stats.breakdown_by_model),
        "cache_read_tokens": stats.cache_read_tokens,
        "cache_write_tokens": stats.cache_write_tokens,
        "unpriced_tokens": stats.unpriced_tokens,
        "unpriced_operations": stats.unpriced_operations,
        "recorded_costs": stats.recorded_costs,
        "priced_costs": stats.priced_costs,
        "unknown_operations": stats.unknown_operations,
    }


def run_facts(stats: RunTokenStats) -> dict[str, object]:
    """Return the member `tokens` of run.json."""
    return {
        "total_input": stats.total_input_tokens,
        "total_output": stats.total_output_tokens,
        "total": stats.total_tokens,
        "cost_usd": _usd(stats.total_cost_usd),
        "tracked": bool(stats.operations),
    }


def restored(run_id: str, phase: str, held: Mapping[str, object]) -> RunTokenStats | None:
    """Return the totals that a token_summary.json holds, `None` where it holds none.

    Its parts by operation and iteration are not taken over: nothing here needs them. What took
    tokens took at least one iteration.
    """
    numbers = [
        _whole(held.get(key))
        for key in ("total_input_tokens", "total_output_tokens", "total_tokens", "iterations")
    ]
    known = [one for one in numbers if one is not None]
    if len(known) < len(numbers):
        return None
    entered, left, total, iterations = known
    cost = _cost_of(held.get("total_cost_usd"))
    unpriced = _whole(held.get("unpriced_tokens")) or 0
    if unpriced > total:
        return None
    return RunTokenStats(
        run_id=run_id,
        phase=phase,
        total_input_tokens=entered,
        total_output_tokens=left,
        total_tokens=total,
        total_cost_usd=cost,
        iterations=iterations or min(1, total),
        unpriced_tokens=unpriced if cost is not None else total,
        unknown_operations=_whole(held.get("unknown_operations")) or 0,
    )


def _usd(cost: float | None) -> float | None:
    return None if cost is None else round(cost, 4)


def _rounded(parts: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """Return parts with costs as they are written."""
    return {
        name: {
            key: round(value, 4) if isinstance(value, float) else value
            for key, value in part.items()
        }
        for name, part in parts.items()
    }


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < LARGEST:
        return None
    return value


def _cost_of(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < LARGEST:
        return None
    return float(value)
