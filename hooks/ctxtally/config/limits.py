"""`max`, `warn`, `min` and `growth` of a budget, as somebody wrote them, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.budget import WHOLE, Bound, Scope
from ctxtally.model.record import replace
from ctxtally.text.quantities import QuantityError, quantity
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from ctxtally.text.toml_document import Table

LIMIT_KEYS = ("min", "warn", "max", "growth")
LOAD_SCOPES: tuple[Scope, ...] = ("always", "chain", "listing")

# Which scope has what a share may be of; only catalogs state the first two.
_CATALOG_BASES: dict[str, Scope] = {"estimate": "module", "token_budget": "category"}
BASES: dict[str, Scope] = {**_CATALOG_BASES, "total": "redundancy"}


def limits_of(table: Table, scope: Scope) -> dict[str, Bound]:
    found = {key: _limit(table, key, scope) for key in LIMIT_KEYS if key in table.values}
    if not found:
        message = f"{table.header} has none of `max`, `warn`, `min` and `growth`"
        raise table.error(message, help='add `max = "6k tokens"`')
    warn, highest = found.get("warn"), found.get("max")
    if warn and warn.of == "max":
        if highest is None:
            message = f"`warn` is {shown(warn.text)} of `max`, and there is no `max`"
            raise table.error(message, "warn", help='add `max`, or write `warn = "5k tokens"`')
        found["warn"] = replace(warn, unit=highest.unit)
    _agreed(table, found)
    return found


def _limit(table: Table, key: str, scope: Scope) -> Bound:
    value = table.values[key]
    if key == "min" and scope != "module":
        message = f"`min` has no use in a budget of scope {scope}"
        raise table.error(message, key, help='leave out `min`, or write `scope = "module"`')
    if key == "growth" and scope != "redundancy":
        message = f"`growth` has no use in a budget of scope {scope}"
        raise table.error(message, key, help='leave out `growth`, or write `scope = "redundancy"`')
    if key == "growth" and isinstance(value, str):
        value = value.strip().removeprefix("+")
    try:
        limit = quantity(value, lower=key == "min")
    except QuantityError as error:
        message = f"`{key}` cannot be {shown(value)}: {error}"
        raise table.error(message, key, help=error.help) from error
    if limit.of == "max" and key == "max" and scope == "redundancy":
        limit = replace(limit, of="total")
    if limit.of == "max" and key != "warn":
        message = f"`{key}` cannot be {shown(value)}: only `warn` is a share of `max`"
        raise table.error(message, key, help='write a share of a window, such as "5% of 200k"')
    if limit.unit != "tokens" and scope in BASES.values():
        states = "a catalog states" if scope in _CATALOG_BASES.values() else "redundancy is in"
        message = f"`{key}` cannot be {shown(value)}: {states} tokens, not {limit.unit}"
        raise table.error(message, key, help='write tokens, or `scope = "file"` and `paths`')
    units = {"always": ("tokens", "bytes"), "chain": ("tokens", "bytes"), "listing": ("tokens",)}
    if limit.unit not in units.get(scope, (limit.unit,)) and limit.of != "max":
        known = " or ".join(units[scope])
        message = f"`{key}` cannot be {shown(value)}: scope {scope} is in {known}"
        raise table.error(message, key, help=f"write {known}")
    wanted = BASES.get(limit.of, scope)
    if scope != wanted:
        message = f"`{key}` cannot be {shown(value)} in a budget of scope {scope}"
        raise table.error(message, key, help=f'write `scope = "{wanted}"`')
    return limit


def _agreed(table: Table, limits: dict[str, Bound]) -> None:
    """Refuse limits that contradict each other."""
    for low, high in (("min", "warn"), ("min", "max"), ("warn", "max")):
        lower, upper = limits.get(low), limits.get(high)
        if lower is None or upper is None:
            continue
        if lower.unit != upper.unit:
            message = f"`{low}` counts {lower.unit} and `{high}` counts {upper.unit}"
            raise table.error(message, low, help="write two budgets")
        above = lower.of == upper.of and lower.amount > upper.amount
        if above or (lower.of == "max" and lower.amount > WHOLE):
            message = f"`{low}` is above `{high}`: {shown(lower.text)}, {shown(upper.text)}"
            raise table.error(message, low, help=f"lower `{low}`, or raise `{high}`")
