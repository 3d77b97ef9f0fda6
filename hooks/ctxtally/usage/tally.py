"""Add up records of usage in one pass, in memory that does not grow with the log."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from ctxtally.model.analysis import NAMELESS, UNDATED, Group

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctxtally.model.usage import Usage

# Some 30 MB for each dimension; what comes later is added up under one name.
MOST_NAMES = 50_000
OTHERS = "(others)"
# How tokens are known; what else a log says of it, nobody knows.
WAYS = frozenset({"reported", "tokenizer", "estimate"})
# A name is a key in memory; the log may hold one of 64 kB.
_LONGEST_NAME = 200

NAMES: dict[str, Callable[[Usage], str]] = {
    "operation": lambda one: one.operation,
    "model": lambda one: one.model,
    "agent": lambda one: one.agent,
    "day": lambda one: one.day or UNDATED,
    "branch": lambda one: one.branch,
    "session": lambda one: one.session,
}


class Sum:
    """What records add up to."""

    __slots__ = ("cost_usd", "counted", "operations", "tokens", "unknown", "unpriced")

    def __init__(self) -> None:
        self.operations = self.tokens = self.unknown = self.unpriced = 0
        self.counted: dict[str, int] = {}
        self.cost_usd = Decimal(0)

    def add(self, one: Usage, cost: Decimal | None, times: int = 1) -> None:
        self.operations += times
        if one.total is None:
            self.unknown += times
        else:
            self.tokens += one.total
            way = one.counted if one.counted in WAYS else ""
            self.counted[way] = self.counted.get(way, 0) + one.total
        if cost is None:
            self.unpriced += times
        else:
            self.cost_usd += cost

    def group(self, name: str) -> Group:
        return Group(
            name=name,
            operations=self.operations,
            tokens=self.tokens,
            unknown=self.unknown,
            counted=self.counted,
            cost_usd=self.cost_usd,
            unpriced=self.unpriced,
        )


class Table:
    """Sums by the names of one dimension."""

    __slots__ = ("_name", "crowded", "sums")

    def __init__(self, name: Callable[[Usage], str]) -> None:
        self._name = name
        self.sums: dict[str, Sum] = {}
        self.crowded = False

    def add(self, one: Usage, cost: Decimal | None, times: int = 1) -> str:
        """Add a record, and return the name that it was added under."""
        name = short(self._name(one)) or NAMELESS
        found = self.sums.get(name)
        if found is None:
            if len(self.sums) >= MOST_NAMES:
                self.crowded, name = True, OTHERS
            found = self.sums.setdefault(name, Sum())
        found.add(one, cost, times)
        return name

    def groups(self, *, by_name: bool = False) -> tuple[Group, ...]:
        """Return the groups, the heaviest first, or in the order of their names."""
        found = sorted((one.group(name) for name, one in self.sums.items()), key=_name)
        return tuple(found if by_name else sorted(found, key=_weight))


def _name(one: Group) -> str:
    return one.name


def _weight(one: Group) -> tuple[int, int]:
    return -one.tokens, -one.operations


def short(name: str) -> str:
    """Return a name that is safe to keep in memory.

    >>> short("read"), len(short("x" * 64_000))
    ('read', 203)
    """
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."


def cost_of(one: Usage) -> Decimal | None:
    """Return what a record says that it cost, exactly as it says it.

    >>> from ctxtally.model.usage import Usage
    >>> cost_of(Usage(cost_usd=0.1)), cost_of(Usage())
    (Decimal('0.1'), None)
    """
    return None if one.cost_usd is None else Decimal(repr(one.cost_usd))


def is_day(name: str) -> bool:
    """Say whether a name is a day.

    >>> is_day("2026-02-28"), is_day("2026-02-30"), is_day("(unknown)")
    (True, False, False)
    """
    try:
        return date.fromisoformat(name).isoformat() == name
    except ValueError:
        return False
