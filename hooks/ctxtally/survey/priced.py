"""Usage with what it cost, where its record does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.prices import Prices
from ctxtally.model.record import replace
from ctxtally.model.terms import terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from ctxtally.model.batch import Alike, Batch
    from ctxtally.model.price import OwnPrice
    from ctxtally.model.terms import Terms
    from ctxtally.model.usage import Usage


# What a price depends on, beside the time and the size of the prompt.
_PRICED = ("model", "provider", "speed", "service_tier", "inference_geo")


def usd(prices: Prices, one: Usage, times: int = 1) -> Decimal | None:
    """Return what tokens cost on their day, `None` where that is not known.

    With `times`, the tokens are those of so many records.
    """
    if one.tokens is None or one.moment is None:
        return None
    return prices.usd(
        one.tokens,
        one.model,
        one.moment,
        provider=one.provider,
        asked=_asked(one),
        searches=one.searches,
        times=times,
    )


def priced_alike(prices: Prices, wanted: Alike) -> Alike:
    """Return what has to be the same in a batch, so that it has one price."""
    return replace(
        wanted,
        names=tuple(dict.fromkeys((*wanted.names, *_PRICED))),
        quarters=True,
        sizes=prices.sizes(),
        unusual=True,
    )


def searches_apart(prices: Prices, batch: Batch) -> int:
    """Return how often the provider searched where that is not in the cost.

    What somebody else says that a record cost is taken to be all of it.
    """
    one = batch.usage
    if not one.searches or batch.cost_usd is not None or one.moment is None:
        return 0
    known = prices.knows_searches(one.model, one.moment, one.provider, _asked(one))
    return 0 if known else one.searches


def _asked(one: Usage) -> Terms:
    return terms(one.speed, one.service_tier, one.inference_geo)


class Pricing:
    """Prices batches while they are read; what cannot be priced keeps no cost, which is not 0."""

    def __init__(self, own: Sequence[OwnPrice]) -> None:
        self._prices = Prices(own)
        self._used = self._lacked = False

    def alike(self, wanted: Alike) -> Alike:
        """Return what has to be the same in a batch, so that it has one price."""
        return priced_alike(self._prices, wanted)

    def batches(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Yield the batches; a cost that is told is kept, whatever we would say."""
        for batch in batches:
            one = batch.usage
            if batch.cost_usd is not None or one.tokens is None or one.moment is None:
                yield batch
                continue
            cost = usd(self._prices, one, batch.times)
            self._used |= cost is not None
            self._lacked |= cost is None and bool(one.model)
            yield batch._replace(cost_usd=cost)

    def remarks(self, moment: float) -> Iterator[str]:
        """Yield where prices came from, and how to have more, after the records were read."""
        if not self._used and not self._lacked:
            return
        source = self._prices.source(moment)
        if self._used:
            own = f"{source.own:,} of the configuration" if source.own else ""
            package = f"genai-prices {source.version} (the newest is of {source.newest})"
            told = [own, package if source.version else ""]
            yield f"prices: {', then '.join(one for one in told if one)}"
        if self._lacked and source.note:
            yield source.note
