"""Sums of what records took, in tokens or in money."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctxtally.model.allowance import Unit
    from ctxtally.model.batch import Batch


class Taken:
    """What records took: `rest` of it after the present time of day, the last of them on `last`."""

    __slots__ = ("amount", "last", "operations", "rest", "unknown")

    def __init__(self) -> None:
        self.amount = self.rest = Decimal(0)
        self.operations = self.unknown = 0
        self.last = ""

    def add(self, amount: Decimal | None, times: int = 1) -> None:
        self.operations += times
        if amount is None:
            self.unknown += times
        else:
            self.amount += amount

    def take(self, other: Taken) -> None:
        self.operations += other.operations
        self.unknown += other.unknown
        self.amount += other.amount


def amount_of(one: Batch, unit: Unit) -> Decimal | None:
    if unit == "USD":
        return one.cost_usd
    return None if one.usage.total is None else Decimal(one.usage.total)
