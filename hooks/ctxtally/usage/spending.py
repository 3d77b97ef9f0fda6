"""Sums up usage by day, session, model, commit or branch, in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.spending import Row, Spent
from ctxtally.model.terms import terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from decimal import Decimal

    from ctxtally.model.batch import Batch
    from ctxtally.model.usage import Usage

# Rows in the order of time; the others by what they took.
_BY_TIME = ("days", "sessions", "commits")


class Sums:
    """Sums of one view.

    `name` tells under which name a batch goes, `price` what it cost, `None` where nobody knows,
    and `apart` how often it searched where that is not in the cost.
    """

    def __init__(
        self,
        view: str,
        name: Callable[[Usage], str],
        price: Callable[[Batch], Decimal | None],
        apart: Callable[[Batch], int],
    ) -> None:
        self.totals = Spent()
        self.by_method: dict[str, int] = {}
        self.vague = self.unknown = self.undated = self.open = self.searches = 0
        self.unpriced_models: set[tuple[str, str]] = set()
        self._view = view
        self._name = name
        self._price = price
        self._apart = apart
        self._rows: dict[str, Spent] = {}

    def take(self, batches: Iterable[Batch]) -> None:
        for batch in batches:
            usage, times = batch.usage, batch.times
            total = usage.total or 0
            method = usage.counted or "unknown"
            self.by_method[method] = self.by_method.get(method, 0) + total
            self.unknown += times * (usage.total is None)
            self.vague += times * (usage.tokens is None and usage.total is not None)
            self.undated += times * (usage.moment is None)
            self.open += times * (not usage.final)
            self.searches += self._apart(batch)
            usd = self._price(batch)
            if usd is None and total:
                asked = terms(usage.speed, usage.service_tier, usage.inference_geo)
                self.unpriced_models.add((usage.model, ", ".join(filter(None, asked))))
            name = self._name(usage)
            row = self._rows.get(name)
            if row is None:
                row = self._rows[name] = Spent()
            for spent in (row, self.totals):
                _add(spent, batch, total, usd)

    @property
    def rows(self) -> tuple[Row, ...]:
        rows = [Row(name=name, spent=spent) for name, spent in self._rows.items()]
        if self._view == "days":
            return tuple(sorted(rows, key=lambda row: row.name))
        if self._view in _BY_TIME:
            return tuple(
                sorted(rows, key=lambda row: (not row.name, row.spent.last or 0, row.name))
            )
        return tuple(sorted(rows, key=lambda row: (-row.spent.total, row.name)))


def _add(spent: Spent, batch: Batch, total: int, usd: Decimal | None) -> None:
    usage, first, last = batch.usage, batch.usage.moment, batch.last
    spent.records += batch.times
    spent.total += total
    if usage.tokens is not None:
        spent.buckets.add(usage.tokens)
    if usd is None:
        spent.unpriced += total
    else:
        spent.usd = usd if spent.usd is None else spent.usd + usd
    if first is not None and (spent.first is None or first < spent.first):
        spent.first = first
    if last is not None and (spent.last is None or last > spent.last):
        spent.last = last
    if usage.agent:
        spent.agents.add(usage.agent)
