"""Directories of runs, as trackers write them."""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NOON = "2026-02-28T12:00:00"


def row(  # noqa: PLR0917 - the fields of a record, in their order
    operation: str,
    entered: int,
    left: int,
    iteration: int | None = 1,
    cost: float | None = None,
    model: str | None = None,
    **more: object,
) -> dict[str, object]:
    return {
        "timestamp": NOON,
        "operation": operation,
        "iteration": iteration,
        "input_tokens": entered,
        "output_tokens": left,
        "total_tokens": entered + left,
        "model": model,
        "cost_usd": cost,
        **more,
    }


def made(
    folder: Path,
    rows: list[dict[str, object]] | None,
    meta: dict[str, object] | None = None,
    changed: float | None = None,
) -> Path:
    """Make the directory of a run; without rows nothing was logged in it.

    Where it is told when it changed, its rows are from then.
    """
    folder.mkdir(parents=True)
    if rows and changed is not None:
        moment = datetime.fromtimestamp(changed, tz=timezone.utc).replace(tzinfo=None).isoformat()
        rows = [one | {"timestamp": moment} for one in rows]
    if meta is not None:
        (folder / "run.json").write_text(json.dumps(meta), "utf-8")
    if rows is not None:
        lines = "".join(f"{json.dumps(one)}\n" for one in rows)
        (folder / "tokens.jsonl").write_text(lines, "utf-8")
    if changed is not None:
        os.utime(folder, (changed, changed))
    return folder


# Rows whose sums are the figures that trackers of this kind show as their example.
SAMPLE = [
    row("advocate", 2_000, 1_000, 1, 0.112, "gpt-4"),
    row("contrarian", 1_700, 900, 1, 0.095, "gpt-4"),
    row("advocate", 2_000, 1_000, 2, 0.112, "gpt-4"),
    row("contrarian", 1_700, 900, 2, 0.095, "gpt-4"),
    row("advocate", 1_200, 2_000, 3, 0.112, "gpt-4"),
    row("contrarian", 1_500, 1_100, 3, 0.095, "gpt-4"),
    row("integrator", 900, 600, 3, 0.054, "gpt-4"),
]
BASELINE = [row("advocate", 3_000, 2_000, number, 0.18, "gpt-4") for number in range(1, 6)]


def one_row(tokens: int, iterations: int = 1, cost: float | None = None) -> list[dict[str, object]]:
    """Return rows that take so many tokens in so many iterations; the cost is that of the run."""
    each, rest = divmod(tokens, iterations)
    share = None if cost is None else cost / iterations
    return [
        row("work", each + (rest if number == 1 else 0), 0, number, share)
        for number in range(1, iterations + 1)
    ]
