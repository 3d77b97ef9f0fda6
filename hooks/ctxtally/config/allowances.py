"""`[[allowance]]`, as somebody wrote it, checked."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, cast, get_args

from ctxtally.model.allowance import Allowance, Per
from ctxtally.model.budget import WHOLE
from ctxtally.text.quantities import QuantityError, quantity
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from ctxtally.model.allowance import Unit
    from ctxtally.text.toml_document import Table

_KEYS = frozenset({"name", "per", "max", "warn", "agent", "branch", "model"})
# A dollar has cents, and who pays more than this does not read it from a log.
_DOLLARS = re.compile(r"(0|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,3}|[1-9][0-9]{0,11})(\.[0-9]{1,2})?")
_EXAMPLE = 'write `max = "2M tokens"` or `max = "25 USD"`'


def allowances_of(top: Table) -> tuple[Allowance, ...]:
    """Return the allowances below `top`; a mistake in one is a ConfigError."""
    found: dict[str, Allowance] = {}
    for table in top.tables("allowance"):
        one = _allowance(table)
        if one.name in found:
            message = f"{shown(one.name)} is already the name of the allowance at "
            message += found[one.name].origin
            raise table.error(message, "name", help="give each allowance its own name")
        found[one.name] = one
    return tuple(found.values())


def _allowance(table: Table) -> Allowance:
    table.allow(_KEYS)
    name = table.needed("name")
    per = cast("Per | None", table.choice("per", get_args(Per)))
    if per is None:
        raise table.error(f"{table.header} has no `per`", help='add `per = "month"`')
    unit, most = _max(table)
    return Allowance(
        name=name,
        per=per,
        unit=unit,
        max=most,
        warn=_warn(table, unit, most),
        origin=table.origin,
        agent=table.text("agent"),
        branch=table.text("branch"),
        model=table.text("model"),
    )


def _max(table: Table) -> tuple[Unit, Decimal]:
    if "max" not in table.values:
        raise table.error(f"{table.header} has no `max`", help=_EXAMPLE.replace("write", "add"))
    unit, amount = _amount(table, "max")
    if not amount:
        message = f"`max` cannot be {shown(table.values['max'])}: nothing is within it"
        raise table.error(message, "max", help=_EXAMPLE)
    return unit, amount


def _warn(table: Table, unit: Unit, most: Decimal) -> Decimal | None:
    """Return from where on to warn: a share of `max`, or an amount below it."""
    if "warn" not in table.values:
        return None
    written = table.values["warn"]
    if isinstance(written, str) and written.strip().endswith("%"):
        share = _share(table, written)
        return most * share / WHOLE
    counts, amount = _amount(table, "warn")
    if counts != unit:
        message = f"`warn` counts {counts} and `max` counts {unit}"
        raise table.error(message, "warn", help='write `warn = "80%"`')
    if amount > most:
        message = f"`warn` is above `max`: {shown(written)}, {shown(table.values['max'])}"
        raise table.error(message, "warn", help="lower `warn`, or raise `max`")
    return amount


def _share(table: Table, written: str) -> int:
    try:
        share = quantity(written)
    except QuantityError as error:
        message = f"`warn` cannot be {shown(written)}: {error}"
        raise table.error(message, "warn", help='write `warn = "80%"`') from error
    if not 0 < share.amount <= WHOLE:
        message = f"`warn` cannot be {shown(written)}: it is a share of `max`"
        raise table.error(message, "warn", help='write `warn = "80%"`')
    return share.amount


def _amount(table: Table, key: str) -> tuple[Unit, Decimal]:
    """Return tokens or dollars."""
    value = table.values[key]
    example = _EXAMPLE if key == "max" else 'write `warn = "80%"`'
    dollars = _dollars(value)
    if dollars is not None:
        if _DOLLARS.fullmatch(dollars) is None:
            message = f"`{key}` cannot be {shown(value)}: that is no amount of USD"
            raise table.error(message, key, help=example)
        return "USD", Decimal(dollars.replace(",", ""))
    try:
        found = quantity(value)
    except QuantityError as error:
        message = f"`{key}` cannot be {shown(value)}: {error}"
        raise table.error(message, key, help=example) from error
    if found.unit != "tokens" or found.of or found.window:
        message = f"`{key}` cannot be {shown(value)}: it is a number of tokens or of USD"
        raise table.error(message, key, help=example)
    return "tokens", Decimal(found.amount)


def _dollars(value: object) -> str | None:
    """Return what somebody wrote as a number of USD, `None` where it is something else.

    >>> _dollars("25 USD"), _dollars("$2.50"), _dollars("2M tokens")
    ('25', '2.50', None)
    """
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text.startswith("$"):
        return text[1:].strip()
    number, found, rest = text.partition("USD")
    return number.strip() if found and not rest else None
