"""What was spent, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.json import document
from ctxtally.render.json import path as jsonable
from ctxtally.text.instants import day_in
from ctxtally.text.shown import cut
from ctxtally.text.table import table

if TYPE_CHECKING:
    from datetime import tzinfo

    from ctxtally.model.spending import Row, Spending, Spent
    from ctxtally.render.json import Json

_HEADERS = {
    "days": "day",
    "sessions": "session",
    "models": "model",
    "commits": "commit",
    "branches": "branch",
}
_NOTHING = {
    "days": "(no time)",
    "sessions": "(no session)",
    "models": "(no model)",
    "commits": "(no commit yet)",
    "branches": "(no branch)",
}
_COMMIT_DIGITS = 10
_TOTAL = "total"


def text(spending: Spending) -> str:
    """Return the table, and below it what a reader of it has to know."""
    between = "".join(
        f", {word} {day}"
        for word, day in (("since", spending.since), ("until", spending.until))
        if day
    )
    head = f"{spending.shown}: tokens by {_HEADERS[spending.view]}{between}, days in "
    lines = [head + cut(spending.timezone)]
    if not spending.totals.records:
        return "\n".join(
            [*lines, "", "no usage recorded", *(f"note: {one}" for one in spending.remarks)]
        )
    of_time = spending.view in ("sessions", "commits")
    header = [_HEADERS[spending.view], *(["last"] if of_time else []), "responses"]
    header += ["input", "cache read", "cache write", "output", "total"]
    usd = [_usd(one) for one in (*(row.spent for row in spending.rows), spending.totals)]
    width = max(map(len, usd))
    rows = [
        [
            _name(spending.view, row),
            *([_day(row.spent, spending.zone)] if of_time else []),
            *_cells(row.spent),
        ]
        for row in spending.rows
    ]
    rows.append([_TOTAL, *([""] if of_time else []), *_cells(spending.totals)])
    cells = [[*row, cost.rjust(width)] for row, cost in zip(rows, usd, strict=True)]
    lines += ["", table([*header, "USD".rjust(width)], cells), ""]
    lines += [f"note: {one}" for one in spending.remarks]
    return "\n".join([*lines, f"prices: {spending.prices}"])


def _name(view: str, row: Row) -> str:
    if not row.name:
        return _NOTHING[view]
    return cut(row.name[:_COMMIT_DIGITS] if view == "commits" else row.name)


def _day(spent: Spent, zone: tzinfo) -> str:
    return "-" if spent.last is None else day_in(spent.last, zone)


def _cells(spent: Spent) -> list[int | str | None]:
    tokens = spent.tokens
    return [
        spent.records,
        tokens.input,
        tokens.cache_read,
        tokens.cache_write_5m + tokens.cache_write_1h,
        tokens.output,
        spent.total,
    ]


def _usd(spent: Spent) -> str:
    """Return the cost, with a mark where some of it is not known: that is never 0."""
    if spent.usd is None:
        return "unpriced" if spent.unpriced else "0.0000"
    return f"{spent.usd:,.4f}{'+' if spent.unpriced else ''}"


def json(spending: Spending) -> str:
    """Return the same facts under stable keys."""
    return document(
        "usage",
        {
            "log": jsonable(spending.shown),
            "view": spending.view,
            "since": spending.since or None,
            "until": spending.until or None,
            "timezone": jsonable(spending.timezone),
            "totals": _facts(spending.totals),
            "by": [{"name": jsonable(row.name), **_facts(row.spent)} for row in spending.rows],
            "counted": dict(sorted(spending.by_method.items())),
            "prices": spending.prices or None,
            "remarks": [jsonable(one) for one in spending.remarks],
        },
    )


def _facts(spent: Spent) -> dict[str, Json]:
    tokens = spent.tokens
    return {
        "responses": spent.records,
        "input": tokens.input,
        "cache_read": tokens.cache_read,
        "cache_write": tokens.cache_write_5m + tokens.cache_write_1h,
        "output": tokens.output,
        "total": spent.total,
        "cost_usd": None if spent.usd is None else float(spent.usd),
        "unpriced": spent.unpriced,
        "agents": sorted(map(jsonable, spent.agents)),
    }
