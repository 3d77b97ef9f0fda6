"""`[[price]]`: what a model costs, as somebody wrote it, checked."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ctxtally.model.price import OwnPrice, Rates
from ctxtally.model.terms import Terms, terms
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from ctxtally.text.toml_document import Table

_NEEDED = ("input", "output")
_RATES = (*_NEEDED, "cache_read", "cache_write_5m", "cache_write_1h")
_SEARCHES, _UNIT = "searches", "a thousand searches"
# Nothing has been sold for so many USD a million tokens; who writes more wrote another unit.
_HIGHEST = 10_000


def prices_of(top: Table) -> tuple[OwnPrice, ...]:
    """Read the prices; each `from` of a model is there once on the same terms."""
    found: dict[tuple[object, ...], OwnPrice] = {}
    for table in top.tables("price"):
        table.allow({"model", "from", *Terms._fields, *_RATES, _SEARCHES})
        model, first = table.needed("model"), table.day("from")
        since = first.isoformat() if first else ""
        given = {name: value for name in Terms._fields if (value := table.text(name))}
        usual = terms(**given)
        asked = tuple((name, getattr(usual, name)) for name in given)
        key = (model.lower(), since, asked)
        if key in found:
            day = f"from {since} on" if since else "without `from`"
            message = f"{shown(model)} has two prices {day}"
            raise table.error(message, "model", help="give each its own `from`, or leave one out")
        found[key] = OwnPrice(model=model, since=since, rates=_rates(table), asked=asked)
    return tuple(found.values())


def _rates(table: Table) -> Rates:
    given = {key: _usd(table, key) for key in _RATES if key in table.values}
    for key in _NEEDED:
        if key not in given:
            raise table.error(f"{table.header} has no `{key}`", help=f"add `{key} = 3.00`")
    written = given.get("cache_write_5m", given["input"])
    return Rates(
        input=given["input"],
        cache_read=given.get("cache_read", given["input"]),
        cache_write_5m=written,
        cache_write_1h=given.get("cache_write_1h", written),
        output=given["output"],
        search=_usd(table, _SEARCHES, _UNIT) / 1_000 if _SEARCHES in table.values else None,
    )


def _usd(table: Table, key: str, unit: str = "a million tokens") -> Decimal:
    value = table.values[key]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= _HIGHEST:
        message = f"`{key}` must be USD for {unit}, not {shown(value)}"
        raise table.error(message, key, help=f"write `{key} = 3.00`")
    return Decimal(str(value))
