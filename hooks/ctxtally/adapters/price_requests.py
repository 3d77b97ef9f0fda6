"""Questions to genai-prices: what a model costs at a time, on the terms of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ctxtally.model.price import MILLION, Rates

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from genai_prices.types import ModelInfo, Provider

    from ctxtally.adapters.offers import Offer


class Known(NamedTuple):
    """A model of the package; prices that depend on the hour are looked up by the minute."""

    name: str
    info: ModelInfo
    provider: Provider
    step_seconds: int


class Request(NamedTuple):
    known: Known
    when: datetime
    offer: Offer

    def starts(self) -> tuple[int, ...]:
        """Return the largest prompts below each tier of the prices."""
        from genai_prices.types import TieredPrices

        prices = vars(self.known.info.get_prices(self.when, self._context)).values()
        tiered = [one for one in prices if isinstance(one, TieredPrices)]
        return tuple(sorted({tier.start for one in tiered for tier in one.tiers}))

    def rates(self, prompt: int) -> Rates | None:
        """Return the rates of a request with so large a prompt, `None` if tokens have no price.

        What the package charges for a request of one bucket, less what it charges for none: by that
        the rules that it has for a bucket without a price of its own hold here too.
        """
        prices = self.known.info.get_prices(self.when, self._context)
        if prices.input_mtok is None:
            return None
        nothing, whole = self._asked(), {"input_tokens": prompt}

        def rate(**usage: int) -> Decimal:
            return (self._asked(**whole, **usage) - nothing) * MILLION / prompt * self.offer.factor

        written = {"cache_write_tokens": prompt}
        searched = prices.web_searches_kcount is not None
        return Rates(
            input=rate(),
            cache_read=rate(cache_read_tokens=prompt),
            cache_write_5m=rate(**written, cache_write_5m_tokens=prompt),
            cache_write_1h=rate(**written, cache_write_1h_tokens=prompt),
            output=rate(output_tokens=prompt) - rate(),
            request=nothing,
            search=self._asked(web_searches=1) - nothing if searched else None,
            unknown=self.offer.unknown,
        )

    @property
    def _context(self) -> dict[str, str] | None:
        return self.offer.context or None

    def _asked(self, **usage: int) -> Decimal:
        from genai_prices import Usage

        return self.known.info.calc_price(
            Usage(**usage),
            self.known.provider,
            genai_request_timestamp=self.when,
            price_context=self._context,
        ).total_price


def is_by_the_hour(info: ModelInfo) -> bool:
    from genai_prices.types import TimeOfDateConstraint

    if not isinstance(info.prices, list):
        return False
    return any(isinstance(one.constraint, TimeOfDateConstraint) for one in info.prices)
