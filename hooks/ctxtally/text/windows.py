"""The table `[window]` of a configuration: the size of a context window, and when to speak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.budget import WHOLE
from ctxtally.model.measurement import WindowSettings
from ctxtally.text.quantities import QuantityError, quantity
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from ctxtally.model.budget import Bound
    from ctxtally.text.toml_document import Table

_KEYS = frozenset({"limit", "threshold", "warn"})


def settings_of(top: Table) -> WindowSettings:
    """Return what the table `[window]` below `top` says."""
    table = top.table("window")
    if table is None:
        return WindowSettings()
    table.allow(_KEYS)
    limit = _limit(table)
    warn, threshold = _share(table, "warn"), _share(table, "threshold")
    if warn and threshold and warn.amount > threshold.amount:
        message = f"`warn` is above `threshold`: {shown(warn.text)}, {shown(threshold.text)}"
        raise table.error(message, "warn", help="lower `warn`, or raise `threshold`")
    return WindowSettings(
        limit=limit.amount if limit else None,
        warn=warn.amount / WHOLE if warn else None,
        threshold=threshold.amount / WHOLE if threshold else None,
    )


def _limit(table: Table) -> Bound | None:
    limit = _amount(table, "limit", "200k")
    if limit and (limit.of or limit.window or limit.unit != "tokens" or not limit.amount):
        message = f"`limit` cannot be {shown(limit.text)}: a window holds a number of tokens"
        raise table.error(message, "limit", help='write `limit = "200k"`')
    return limit


def _share(table: Table, key: str) -> Bound | None:
    share = _amount(table, key, "80%")
    if share and (share.of != "max" or not 0 < share.amount <= WHOLE):
        message = f"`{key}` cannot be {shown(share.text)}: it is a share of the window"
        raise table.error(message, key, help=f'write `{key} = "80%"`')
    return share


def _amount(table: Table, key: str, example: str) -> Bound | None:
    if key not in table.values:
        return None
    value = table.values[key]
    try:
        return quantity(value)
    except QuantityError as error:
        message = f"`{key}` cannot be {shown(value)}: {error}"
        raise table.error(message, key, help=f'write `{key} = "{example}"`') from error
