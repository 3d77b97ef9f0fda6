"""What was spent, by day, session, model, commit or branch."""

from __future__ import annotations

from datetime import timezone as named
from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass, field
from ctxtally.model.usage import Tokens

if TYPE_CHECKING:
    from datetime import tzinfo
    from decimal import Decimal

    from ctxtally.model.layout import Line


class Buckets:
    """The buckets of all records that tell them."""

    __slots__ = ("_sums",)

    def __init__(self) -> None:
        self._sums = [0] * 6

    def add(self, one: Tokens | Line) -> None:
        sums = self._sums
        sums[0] += one.input
        sums[1] += one.cache_read
        sums[2] += one.cache_write_5m
        sums[3] += one.cache_write_1h
        sums[4] += one.output
        sums[5] += one.reasoning

    def tokens(self) -> Tokens:
        read, cached, short_lived, long_lived, written, reasoned = self._sums
        return Tokens(
            input=read,
            cache_read=cached,
            cache_write_5m=short_lived,
            cache_write_1h=long_lived,
            output=written,
            reasoning=reasoned,
        )


class Spent:
    """A sum that grows; `total` is larger than the buckets where a record tells no more than that.

    `unpriced` counts the tokens of records whose cost nobody knows, which are not in `usd`.
    """

    __slots__ = ("agents", "buckets", "first", "last", "records", "total", "unpriced", "usd")

    def __init__(self) -> None:
        self.records = self.total = self.unpriced = 0
        self.buckets = Buckets()
        self.usd: Decimal | None = None
        self.first: float | None = None
        self.last: float | None = None
        self.agents: set[str] = set()

    @property
    def tokens(self) -> Tokens:
        return self.buckets.tokens()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`name` is a day, session, model, commit or branch, empty where that is not known."""

    name: str
    spent: Spent


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """A table of one view; `by_method` are the tokens by how they were counted.

    `timezone` is the name of `zone`, where days begin.
    """

    view: str
    rows: tuple[Row, ...]
    totals: Spent
    by_method: dict[str, int] = field(default_factory=dict)
    since: str = ""
    until: str = ""
    timezone: str = "UTC"
    zone: tzinfo = named.utc
    shown: str = ""
    prices: str = ""
    remarks: tuple[str, ...] = ()
