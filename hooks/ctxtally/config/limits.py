"""`max`, `warn`, `min`, `growth` and `slack` of a budget, as somebody wrote them, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ctxtally.config.agreement import agreed
from ctxtally.model.budget import Bound
from ctxtally.model.record import replace
from ctxtally.text.nearest import nearest
from ctxtally.text.quantities import QuantityError, quantity
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.errors import ConfigError
    from ctxtally.model.budget import Scope, Unit
    from ctxtally.text.toml_document import Table

LIMIT_KEYS = ("min", "warn", "max", "growth", "slack")
LOAD_SCOPES: tuple[Scope, ...] = ("always", "chain", "listing")

# Which scope has what a share may be of; only catalogs state the first two.
_CATALOG_BASES: dict[str, Scope] = {"estimate": "module", "token_budget": "category"}
BASES: dict[str, Scope] = {**_CATALOG_BASES, "total": "redundancy"}

# A limit that is what the baseline has recorded, and the unit that it is recorded in.
_BASELINES: dict[str, Unit] = {
    "baseline": "tokens",
    "baseline in tokens": "tokens",
    "baseline in bytes": "bytes",
    "baseline in chars": "chars",
    "baseline in lines": "lines",
}
_UNITS: dict[Scope, tuple[Unit, ...]] = {"listing": ("tokens",)}

# The bounds of a budget that are in one unit, by key.
Limits = dict[str, Bound]


class _Written(NamedTuple):
    """One quantity: at a key, or `item` of the list there."""

    table: Table
    key: str
    item: tuple[int, ...]
    value: object

    def error(self, message: str, *, help: str) -> ConfigError:  # noqa: A002 - as errors.py
        return self.table.error(message, self.key, *self.item, help=help)

    def refused(self, why: str, *, help: str) -> ConfigError:  # noqa: A002 - as errors.py
        return self.error(f"`{self.key}` cannot be {shown(self.value)}{why}", help=help)


def limits_of(table: Table, scope: Scope) -> list[Limits]:
    """Return the limits, those of each unit apart."""
    every = [one for key in LIMIT_KEYS for one in _written(table, key)]
    read = [(one, _limit(one, scope)) for one in every]
    if all(one.key == "slack" for one in every):
        message = f"{table.header} has none of `max`, `warn`, `min` and `growth`"
        raise table.error(message, help='add `max = "6k tokens"`')
    found: dict[Unit, Limits] = {}
    for one, bound in read:
        if _floats(bound):
            continue
        limits = found.setdefault(bound.unit, {})
        if one.key in limits:
            both = f"{shown(limits[one.key].text)}, {shown(bound.text)}"
            message = f"`{one.key}` counts {bound.unit} twice: {both}"
            raise one.error(message, help="leave out one of them")
        limits[one.key] = bound
    for one, bound in read:
        if _floats(bound):
            _share(one, bound, found)
    for limits in found.values():
        agreed(table, limits)
    return list(found.values())


def _floats(bound: Bound) -> bool:
    """Say whether the unit is that of another bound."""
    return bound.of in ("max", "before")


def _share(one: _Written, bound: Bound, found: dict[Unit, Limits]) -> None:
    """Put a share into the limits of each unit in which there is what it is a share of."""
    able: list[Unit]
    if bound.of == "before":
        able = list(found) or ["tokens"]
    else:
        able = [unit for unit, limits in found.items() if "max" in limits]
        if not able:
            message = f"`{one.key}` is {shown(bound.text)} of `max`, and there is no `max`"
            way_out = f'add `max`, or write `{one.key} = "5k tokens"`'
            raise one.table.error(message, one.key, help=way_out)
    free = [unit for unit in able if one.key not in found.get(unit, {})]
    if not free:
        message = f"`{one.key}` is written for {able[0]} already, so {shown(bound.text)} has no use"
        raise one.error(message, help="leave out one of them")
    for unit in free:
        found.setdefault(unit, {})[one.key] = replace(bound, unit=unit)


def _written(table: Table, key: str) -> Iterator[_Written]:
    """Yield what stands at a key: one quantity, or a list of them."""
    if key not in table.values:
        return
    value = table.values[key]
    if value == []:
        raise table.error(f"`{key}` is empty", key, help=f"fill it in, or leave out `{key}`")
    if not isinstance(value, list):
        yield _Written(table, key, (), value)
        return
    for at, one in enumerate(value):
        yield _Written(table, key, (at,), one)


def _limit(one: _Written, scope: Scope) -> Bound:
    if one.key == "min" and scope != "module":
        message = f"`min` has no use in a budget of scope {scope}"
        raise one.error(message, help='leave out `min`, or write `scope = "module"`')
    try:
        limit = _quantity(one)
    except QuantityError as error:
        raise one.refused(f": {error}", help=error.help) from error
    if limit.of == "max" and one.key == "max" and scope == "redundancy":
        limit = replace(limit, of="total")
    if limit.of == "max" and one.key == "growth":
        limit = replace(limit, of="before")
    if limit.of == "max" and one.key not in ("warn", "slack"):
        way_out = 'write a share of a window, such as "5% of 200k"'
        raise one.refused(": only `warn` and `slack` are shares of `max`", help=way_out)
    if not _floats(limit):
        _fits(one, limit, scope)
    return limit


def _quantity(one: _Written) -> Bound:
    text = " ".join(one.value.split()) if isinstance(one.value, str) else ""
    if one.key == "max" and text in _BASELINES:
        return Bound(text=text, unit=_BASELINES[text], amount=0, of="baseline")
    if one.key == "max" and text[:1].isalpha():
        raise QuantityError("it does not begin with a number", meant=nearest(text, _BASELINES))
    if one.key == "growth" and text:
        return quantity(text.removeprefix("+"))
    return quantity(one.value, lower=one.key == "min")


def _fits(one: _Written, limit: Bound, scope: Scope) -> None:
    """Refuse a bound that the scope has no number for."""
    if limit.unit != "tokens" and scope in BASES.values():
        states = "a catalog states" if scope in _CATALOG_BASES.values() else "redundancy is in"
        way_out = 'write tokens, or `scope = "file"` and `paths`'
        raise one.refused(f": {states} tokens, not {limit.unit}", help=way_out)
    if limit.unit not in _UNITS.get(scope, (limit.unit,)):
        known = " or ".join(_UNITS[scope])
        raise one.refused(f": scope {scope} is in {known}", help=f"write {known}")
    wanted = BASES.get(limit.of, scope)
    if scope != wanted:
        raise one.refused(f" in a budget of scope {scope}", help=f'write `scope = "{wanted}"`')
