"""Limits that files share: one budget for the chain of directories, or for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.context.opening import beginning, fitting, size
from ctxtally.model.record import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.context.items import Item, Scale
    from ctxtally.model.profile import Limit, Profile, Unit


def capped(items: Sequence[Item], profile: Profile, scale: Scale) -> tuple[Item, ...]:
    """Return the items as the chain and total limits of the profile leave them."""
    done = list(items)
    order = {row.id: at for at, row in enumerate(profile.files)}
    for limit in profile.limits:
        amount = scale.amount(limit)
        if limit.off or limit.scope not in ("chain", "total") or amount is None:
            continue
        sharing = [at for at, item in enumerate(done) if _shares(item, limit)]
        if limit.scope == "total":
            sharing.sort(key=lambda at: order[done[at].opened.row.id])
        spent = 0
        for at in sharing:
            done[at], cost = _spend(done[at], limit, amount, spent, scale)
            spent += cost
    return tuple(done)


def room(items: Sequence[Item], profile: Profile, scale: Scale) -> dict[Unit, int] | None:
    """Return how much the items may grow together before a limit that they share is touched.

    `None` where they are beyond one already.
    """
    left: dict[Unit, int] = {}
    for limit in profile.limits:
        amount = scale.amount(limit)
        if limit.off or limit.scope not in ("chain", "total") or amount is None:
            continue
        unit, most = amount
        spent = sum(_cost(item, unit, scale) for item in items if _shares(item, limit))
        if spent > most:
            return None
        left[unit] = min(left.get(unit, most), most - spent)
    return left


def _shares(item: Item, limit: Limit) -> bool:
    loads = ("always",) if limit.scope == "chain" else ("always", "description")
    row = item.opened.row
    return item.load in loads and (not limit.files or row.id in limit.files)


def _spend(
    item: Item, limit: Limit, amount: tuple[Unit, int], spent: int, scale: Scale
) -> tuple[Item, int]:
    """Return the item as a shared limit leaves it, and what it takes of the limit."""
    unit, most = amount
    raw = item.opened.raw[: item.kept]
    cost = _cost(item, unit, scale)
    left = max(most - spent, 0)
    if cost <= left:
        return item, cost
    if limit.behaviour == "cut-tail":
        kept = fitting(raw, unit, left, scale.count)
        text = item.opened.stripped(beginning(raw, kept))
        return replace(item, text=text, kept=kept, over=limit, spent=spent), left
    if limit.behaviour == "skip":
        return replace(item, text="", kept=0, over=limit, spent=spent), 0
    return replace(item, over=limit, spent=spent), cost


def _cost(item: Item, unit: Unit, scale: Scale) -> int:
    raw = item.opened.raw[: item.kept]
    return size(raw, beginning(raw, item.kept), unit, scale.count) if item.text else 0
