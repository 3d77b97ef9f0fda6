"""Whether the limits of a budget contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.budget import WHOLE, Bound
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.text.toml_document import Table


def agreed(table: Table, limits: Mapping[str, Bound]) -> None:
    """Refuse limits of one unit that contradict each other."""
    if "slack" in limits and "max" not in limits:
        unit = limits["slack"].unit
        message = f"`slack` is what may be unused of `max`, and there is no `max` in {unit}"
        raise table.error(message, "slack", help="add `max`, or leave out `slack`")
    for low, high in (("min", "warn"), ("min", "max"), ("warn", "max"), ("slack", "max")):
        lower, upper = limits.get(low), limits.get(high)
        if lower is None or upper is None or upper.of == "baseline":
            continue
        above = lower.of == upper.of and lower.amount > upper.amount
        if above or (lower.of == "max" and lower.amount > WHOLE):
            message = f"`{low}` is above `{high}`: {shown(lower.text)}, {shown(upper.text)}"
            raise table.error(message, low, help=f"lower `{low}`, or raise `{high}`")
