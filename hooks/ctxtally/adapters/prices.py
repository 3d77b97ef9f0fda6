"""What a response cost: one's own prices first, then those of genai-prices on the day of use."""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters.offers import offer
from ctxtally.adapters.price_requests import Known, Request, is_by_the_hour
from ctxtally.adapters.spellings import spellings
from ctxtally.model.price import PriceSource, Rates
from ctxtally.model.terms import Terms
from ctxtally.text.instants import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal
    from types import ModuleType

    from ctxtally.model.price import OwnPrice
    from ctxtally.model.usage import Tokens

NOTE = (
    "costs are unknown where no record tells them: install `ctxtally[cost]`, "
    "or write [[price]] into ctxtally.toml"
)
# The longest name of a model in the package has 98 characters.
_LONGEST_NAME = 200
_USUAL = Terms()
_DAY_SECONDS, _MINUTE_SECONDS = 86_400, 60
# Windows has no time of day beyond the year 3000, but dates.
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Python's dates end with the year 9999.
_END = 253_402_300_800.0


class _Tiers(NamedTuple):
    """The prices of a model at a time; each start is the largest prompt below the tier."""

    request: Request
    starts: tuple[int, ...]
    rates: dict[int, Rates | None]


class Prices:
    """Prices by model, provider and time; each is worked out once and remembered."""

    def __init__(self, own: Sequence[OwnPrice] = ()) -> None:
        self._own = sorted(own, key=lambda one: (len(one.asked), one.since), reverse=True)
        self._known: dict[tuple[str, str], Known | None] = {}
        self._tiers: dict[tuple[str, Terms, int], _Tiers] = {}

    def usd(  # noqa: PLR0913 - a price is asked for by what it depends on
        self,
        tokens: Tokens,
        model: str,
        moment: float,
        *,
        provider: str = "",
        asked: Terms = _USUAL,
        searches: int = 0,
        times: int = 1,
    ) -> Decimal | None:
        """Return what one response cost, `None` where nobody says what its model costs.

        `moment` is in seconds since 1970. All of a request is at the price that its whole prompt
        has, also where only its end lies beyond the threshold. What is not sold on the terms that
        were `asked` for has no price. A provider that sells no such model is taken for the model's
        maker. With `times`, `tokens` are the sum of so many responses, whose prompts are beyond the
        same of `sizes`.
        """
        rates = self._rates_of(model, moment, provider, asked, tokens.prompt // times)
        usd = None if rates is None else rates.usd(tokens, searches)
        return None if rates is None or usd is None else usd + rates.request * (times - 1)

    def knows_searches(self, model: str, moment: float, provider: str, asked: Terms) -> bool:
        """Say whether what the provider searched is in the price of a response."""
        rates = self._rates_of(model, moment, provider, asked, 1)
        return rates is not None and rates.search is not None

    def sizes(self) -> tuple[int, ...]:
        """Return the largest prompts below each tier of any price that the package has."""
        if self._package is None:
            return ()
        from genai_prices.data_snapshot import get_snapshot
        from genai_prices.types import TieredPrices

        found: set[int] = set()
        for provider in get_snapshot().providers:
            for info in provider.models:
                told = info.prices if isinstance(info.prices, list) else [info]
                for price in told:
                    tiered = vars(price.prices).values()
                    found.update(
                        tier.start
                        for one in tiered
                        if isinstance(one, TieredPrices)
                        for tier in one.tiers
                    )
        return tuple(sorted(found))

    def source(self, moment: float) -> PriceSource:
        """Return where prices come from, as of a time."""
        if self._package is None:
            return PriceSource("", "", len(self._own), NOTE)
        today = day_of(moment)
        newest = max((one for one in _days() if one <= today), default="")
        return PriceSource(str(self._package.__version__), newest, len(self._own), "")

    @cached_property
    def _package(self) -> ModuleType | None:
        try:
            import genai_prices
        except ImportError:
            return None
        return genai_prices

    def _rates_of(
        self, model: str, moment: float, provider: str, asked: Terms, prompt: int
    ) -> Rates | None:
        if not model or len(model) > _LONGEST_NAME or not 0 <= moment < _END:
            return None
        rates = self._own_rates(model, moment, asked)
        if rates is None:
            known = self._model(model, provider)
            rates = known and self._rates(known, prompt, moment, asked)
        return rates

    def _own_rates(self, model: str, moment: float, asked: Terms) -> Rates | None:
        if not self._own:
            return None
        wanted, today = model.lower(), day_of(moment)
        found = (one for one in self._own if one.model.lower() == wanted and one.since <= today)
        return next((one.rates for one in found if one.holds(asked)), None)

    def _model(self, model: str, provider: str) -> Known | None:
        key = (model, provider)
        if key not in self._known:
            self._known[key] = self._found(*key)
        return self._known[key]

    def _found(self, model: str, provider: str) -> Known | None:
        if self._package is None:
            return None
        from genai_prices import Usage, calc_price

        for name, seller in spellings(model, provider):
            try:
                found = calc_price(Usage(), name, provider_id=seller)
            except LookupError:
                continue
            step = _MINUTE_SECONDS if is_by_the_hour(found.model) else _DAY_SECONDS
            return Known(f"{found.provider.id} {found.model.id}", found.model, found.provider, step)
        return None

    def _rates(self, known: Known, prompt: int, moment: float, asked: Terms) -> Rates | None:
        slot = int(moment) // known.step_seconds
        key = (known.name, asked, slot)
        tiers = self._tiers.get(key)
        if tiers is None:
            when = _EPOCH + timedelta(seconds=slot * known.step_seconds)
            sold = offer(known.info, known.provider, when, asked)
            if sold is None:  # not remembered: strangers may write any terms
                return None
            request = Request(known, when, sold)
            tiers = self._tiers[key] = _Tiers(request, request.starts(), {})
        number = bisect_left(tiers.starts, prompt)
        if number not in tiers.rates:
            tiers.rates[number] = tiers.request.rates(tiers.starts[number - 1] + 1 if number else 1)
        return tiers.rates[number]


def _days() -> Iterator[str]:
    """Yield the days from which prices of the package hold."""
    from genai_prices.data_snapshot import get_snapshot
    from genai_prices.types import StartDateConstraint

    for provider in get_snapshot().providers:
        for model in provider.models:
            for one in model.prices if isinstance(model.prices, list) else ():
                if isinstance(one.constraint, StartDateConstraint):
                    yield one.constraint.start_date.isoformat()
