"""Sums of what records took, in tokens or in money."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ctxtally.usage.tally import cost_of

if TYPE_CHECKING:
    from ctxtally.model.allowance import Unit
    from ctxtally.model.usage import Usage


class Taken:
    """What records took: `rest` of it after the present time of day, the last of them on `last`."""

    __slots__ = ("amount", "last", "operations", "rest", "unknown")

    def __init__(self) -> None:
        self.amount = self.rest = Decimal(0)
        self.operations = self.unknown = 0
        self.last = ""

    def add(self, amount: Decimal | None) -> None:
        self.operations += 1
        if amount is None:
            self.unknown += 1
        else:
            self.amount += amount

    def take(self, other: Taken) -> None:
        self.operations += other.operations
        self.unknown += other.unknown
        self.amount += other.amount


def amount_of(one: Usage, unit: Unit) -> Decimal | None:
    if unit == "USD":
        return cost_of(one)
    return None if one.total is None else Decimal(one.total)
