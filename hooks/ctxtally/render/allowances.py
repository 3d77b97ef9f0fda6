"""Allowances, and how long they will last, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.json import document, path
from ctxtally.text.commands import ours
from ctxtally.text.figures import counted
from ctxtally.text.shown import shown
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from ctxtally.model.allowance import Checked, Forecast, LeftOut, Spending, Unit, Why
    from ctxtally.render.json import Json


_WHY: dict[Why, str] = {
    "undated": "no date is told",
    "future": "they are more than a day ahead of now",
}


def text(found: Checked, fail_above: float | None) -> str:
    """Return each allowance with what is taken of it, what will be, and what to do."""
    blocks = [f"Allowances on {found.day} (UTC), {printable(found.log)}"]
    blocks += ["\n".join(_lines(one, fail_above)) for one in found.spendings]
    if not found.spendings:
        blocks.append("No session was at work on that day.")
    told = (*map(_left_out, found.left_out), *found.remarks)
    notes = "\n".join(f"note: {printable(one)}" for one in told)
    return "\n\n".join([*blocks, notes] if notes else blocks)


def fails(one: Spending, fail_above: float | None) -> bool:
    """Say whether an allowance is over, or is likelier to be than somebody takes."""
    if one.state == "over":
        return True
    return one.forecast is not None and fail_above is not None and one.forecast.exceed > fail_above


def _lines(one: Spending, fail_above: float | None) -> Iterator[str]:
    allowance = one.allowance
    head = printable(f"{allowance.name} ({one.session or _period(one)})")
    unit = allowance.unit
    taken = f"{_figure(one.spent, unit)} of {_amount(allowance.max, unit)}, {one.share:.1%}"
    if one.state == "over":
        beyond = _amount(one.spent - allowance.max, unit)
        yield f"error[allowance]: {head}: {taken}: {beyond} over"
    elif fails(one, fail_above):
        yield f"error[allowance]: {head}: {taken}: likely to go over"
    elif one.state == "warning" and allowance.warn is not None:
        yield f"warning[allowance]: {head}: {taken}: beyond {_amount(allowance.warn, unit)}"
    else:
        yield f"{head}: {taken}"
    if one.forecast is not None:
        yield from _forecast(one.forecast, one)
    if one.why_not:
        yield f"  no forecast: {one.why_not}"
    if one.unknown:
        what = "tell no tokens" if unit == "tokens" else "have no known cost"
        yield f"  {counted(one.unknown, 'operations')} of {one.operations:,} {what}: it is more"
    if one.state != "within" or fails(one, fail_above):
        see = ours("analyze", "--since", one.since, "--by", "session", "--by", "operation")
        yield f"  = help: {printable(allowance.origin)} has the limit; see `{see}`"


def _forecast(found: Forecast, one: Spending) -> Iterator[str]:
    unit = one.allowance.unit
    half, most = (
        f"{_figure(low, unit)}-{_figure(high, unit)}" for low, high in (found.half, found.most)
    )
    middle = _amount(found.middle, unit)
    yield f"  by the end of {one.until}: {middle}, 50% [{half}], 90% [{most}]"
    chance = f"{found.exceed:.1%} beyond {_figure(one.allowance.max, unit)}"
    drawn = f"{found.futures:,} futures from {found.days} days of history, seed {found.seed}"
    yield f"  {chance} ({drawn})"


def _left_out(one: LeftOut) -> str:
    allowance = one.allowance
    told = counted(one.operations, "operations")
    if one.unknown < one.operations:
        least = "at least " if one.unknown else ""
        told += f", {least}{_amount(one.amount, allowance.unit)}"
    return f"not a part of {shown(allowance.name)}, for {_WHY[one.why]}: {told}"


def _period(one: Spending) -> str:
    per = one.allowance.per
    if per == "day":
        return one.since
    return one.since[:7] if per == "month" else f"{one.since} to {one.until}"


def _figure(amount: Decimal, unit: Unit) -> str:
    return f"{amount:,.2f}" if unit == "USD" else f"{amount:,.0f}"


def _amount(amount: Decimal, unit: Unit) -> str:
    if unit == "USD":
        return f"{_figure(amount, unit)} USD"
    return counted(int(amount), "tokens")


def json(found: Checked, fail_above: float | None) -> str:
    """Return the same facts under stable keys."""
    return document(
        "usage-check",
        {
            "day": found.day,
            "log": path(found.log),
            "allowances": [_spending(one, fail_above) for one in found.spendings],
            "left_out": [_left(one) for one in found.left_out],
            "remarks": [path(one) for one in found.remarks],
        },
    )


def _spending(one: Spending, fail_above: float | None) -> dict[str, Json]:
    allowance = one.allowance
    return {
        "name": path(allowance.name),
        "per": allowance.per,
        "unit": allowance.unit,
        "agent": allowance.agent,
        "branch": allowance.branch,
        "model": allowance.model,
        "since": one.since,
        "until": one.until,
        "session": path(one.session) or None,
        "spent": _number(one.spent),
        "warn": None if allowance.warn is None else _number(allowance.warn),
        "max": _number(allowance.max),
        "share": round(one.share, 6),
        "state": one.state,
        "fails": fails(one, fail_above),
        "operations": one.operations,
        "unknown": one.unknown,
        "forecast": _told(one.forecast) if one.forecast else None,
        "no_forecast": one.why_not or None,
        "origin": path(allowance.origin),
    }


def _left(one: LeftOut) -> dict[str, Json]:
    return {
        "name": path(one.allowance.name),
        "why": one.why,
        "operations": one.operations,
        "unknown": one.unknown,
        "amount": _number(one.amount),
    }


def _told(found: Forecast) -> dict[str, Json]:
    return {
        "median": _number(found.middle),
        "half": [_number(one) for one in found.half],
        "nine_of_ten": [_number(one) for one in found.most],
        "exceed": found.exceed,
        "days": found.days,
        "futures": found.futures,
        "seed": found.seed,
    }


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)
