"""Records of usage that are alike in what is asked about them, as one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from ctxtally.model.usage import Usage

# Stands for the ids of several events.
OWN = "+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """What has to be the same in the records of a batch, beside their kind and how they count.

    `names` are fields of Usage that hold texts, `day` among them. With `quarters` their quarter of
    an hour is the same, and so their day in each time zone. With `later` they are all later in the
    day than so many seconds, or none is. `sizes` are tokens of a prompt: all are beyond the same of
    them, so that one price holds. With `unusual`, of what was served at another speed or tier the
    same buckets are empty: some have no price there. `bounds` are moments, the first one first:
    beside the quarter of an hour, the next one that none of the records is after is the same.
    """

    names: tuple[str, ...] = ()
    quarters: bool = False
    later: float | None = None
    sizes: tuple[int, ...] = ()
    unusual: bool = False
    bounds: tuple[float, ...] = ()


class Batch(NamedTuple):
    """`times` records: in `usage` are the sums of their tokens, in `cost_usd` that of their costs.

    All of them tell tokens, a total or a cost, or none does. The moment is the earliest, and `last`
    the latest; the id is `OWN` where all have one. What is not asked about is empty.
    """

    usage: Usage
    times: int = 1
    cost_usd: Decimal | None = None
    last: float | None = None


def single(usage: Usage) -> Batch:
    """Return a record as a batch of its own.

    >>> from ctxtally.model.usage import Usage
    >>> single(Usage(cost_usd=0.1)).cost_usd
    Decimal('0.1')
    """
    cost = None if usage.cost_usd is None else Decimal(repr(usage.cost_usd))
    return Batch(usage, 1, cost, usage.moment)
