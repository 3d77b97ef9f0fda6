"""The table `[conversation]` of a configuration: from where on a conversation is not healthy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctxtally.model.budget import WHOLE
from ctxtally.model.criteria import Criteria
from ctxtally.text.quantities import QuantityError, quantity
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from ctxtally.text.toml_document import Table

NUMBERS = ("turns", "settle", "exclusions")
SHARES = ("high", "near", "jump", "high_turns", "growth", "drop", "stripped")
# Fewer turns have no trend; settling takes half of them.
_FEWEST = {"turns": 8, "settle": 1, "exclusions": 2}
# A prompt may well grow by more than all it was.
_ABOVE_WHOLE = ("jump",)


def criteria_of(top: Table) -> Criteria:
    """Return what the table `[conversation]` below `top` says, and what is shipped for the rest."""
    table = top.table("conversation")
    if table is None:
        return Criteria()
    table.allow({*NUMBERS, *SHARES})
    given: dict[str, Any] = {key: _number(table, key) for key in NUMBERS if key in table.values}
    given |= {key: _share(table, key) for key in SHARES if key in table.values}
    found = Criteria(**given)
    if found.high > found.near:
        key = "high" if "high" in given else "near"
        message = f"`high` is above `near`: {found.high:.0%}, {found.near:.0%}"
        raise table.error(message, key, help="lower `high`, or raise `near`")
    return found


def _number(table: Table, key: str) -> int:
    value = table.values[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < _FEWEST[key]:
        message = f"`{key}` must be a whole number from {_FEWEST[key]} on, not {shown(value)}"
        raise table.error(message, key, help=f"write `{key} = {getattr(Criteria(), key)}`")
    return value


def _share(table: Table, key: str) -> float:
    value, example = table.values[key], f"{getattr(Criteria(), key):.0%}"
    try:
        share = quantity(value)
    except QuantityError as error:
        message = f"`{key}` cannot be {shown(value)}: {error}"
        raise table.error(message, key, help=f'write `{key} = "{example}"`') from error
    if share.of != "max" or (share.amount > WHOLE and key not in _ABOVE_WHOLE) or not share.amount:
        message = f"`{key}` cannot be {shown(value)}: it is a share in percent, above 0%"
        raise table.error(message, key, help=f'write `{key} = "{example}"`')
    return share.amount / WHOLE
