"""What a response cost: one's own prices first, then those of genai-prices on the day of use."""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters.spellings import spellings
from ctxtally.model.price import MILLION, PriceSource, Rates
from ctxtally.text.instants import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal
    from types import ModuleType

    from genai_prices.types import ModelInfo, Provider

    from ctxtally.model.price import OwnPrice
    from ctxtally.model.usage import Tokens

NOTE = (
    "costs are unknown where no record tells them: install `ctxtally[cost]`, "
    "or write [[price]] into ctxtally.toml"
)
# The longest name of a model in the package has 98 characters.
_LONGEST_NAME = 200
_USUAL = ("", "standard")
_DAY_SECONDS, _MINUTE_SECONDS = 86_400, 60
# Windows has no time of day beyond the year 3000, but dates.
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Python's dates end with the year 9999.
_END = 253_402_300_800.0


class _Known(NamedTuple):
    """A model of the package; prices that depend on the hour are looked up by the minute."""

    name: str
    info: ModelInfo
    provider: Provider
    step_seconds: int


class _Tiers(NamedTuple):
    """The prices of a model at a time; each start is the largest prompt below the tier."""

    starts: tuple[int, ...]
    rates: dict[int, Rates | None]


class Prices:
    """Prices by model, provider and time; each is worked out once and remembered."""

    def __init__(self, own: Sequence[OwnPrice] = ()) -> None:
        self._own = sorted(own, key=lambda one: one.since, reverse=True)
        self._known: dict[tuple[str, str], _Known | None] = {}
        self._tiers: dict[tuple[str, str, int], _Tiers] = {}

    def usd(  # noqa: PLR0913 - a price is asked for by what it depends on
        self,
        tokens: Tokens,
        model: str,
        moment: float,
        *,
        provider: str = "",
        speed: str = "",
        times: int = 1,
    ) -> Decimal | None:
        """Return what one response cost, `None` where nobody says what its model costs.

        `moment` is in seconds since 1970. All of a request is at the price that its whole prompt
        has, also where only its end lies beyond the threshold. `speed` is `fast` where the provider
        says so; what is not sold at that speed has no price. A provider that sells no such model is
        taken for the model's maker. With `times`, `tokens` are the sum of so many responses, whose
        prompts are beyond the same of `sizes`.
        """
        if not model or len(model) > _LONGEST_NAME or not 0 <= moment < _END:
            return None
        rates = self._own_rates(model, moment)
        if rates is None:
            known = self._model(model, provider)
            rates = known and self._rates(known, tokens.prompt // times, moment, speed)
        return rates.usd(tokens) + rates.request * (times - 1) if rates else None

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

    def _own_rates(self, model: str, moment: float) -> Rates | None:
        if not self._own:
            return None
        wanted, today = model.lower(), day_of(moment)
        found = (one for one in self._own if one.model.lower() == wanted and one.since <= today)
        return next((one.rates for one in found), None)

    def _model(self, model: str, provider: str) -> _Known | None:
        key = (model, provider)
        if key not in self._known:
            self._known[key] = self._found(*key)
        return self._known[key]

    def _found(self, model: str, provider: str) -> _Known | None:
        if self._package is None:
            return None
        from genai_prices import Usage, calc_price

        for name, seller in spellings(model, provider):
            try:
                found = calc_price(Usage(), name, provider_id=seller)
            except LookupError:
                continue
            step = _MINUTE_SECONDS if _by_the_hour(found.model) else _DAY_SECONDS
            return _Known(
                f"{found.provider.id} {found.model.id}", found.model, found.provider, step
            )
        return None

    def _rates(self, known: _Known, prompt: int, moment: float, speed: str) -> Rates | None:
        slot = int(moment) // known.step_seconds
        request = _Request(known, _EPOCH + timedelta(seconds=slot * known.step_seconds), speed)
        key = (known.name, speed, slot)
        if key not in self._tiers:
            self._tiers[key] = _Tiers(request.starts(), {})
        tiers = self._tiers[key]
        number = bisect_left(tiers.starts, prompt)
        if number not in tiers.rates:
            tiers.rates[number] = request.rates(tiers.starts[number - 1] + 1 if number else 1)
        return tiers.rates[number]


class _Request(NamedTuple):
    """A question to the package: what a model costs at a time."""

    known: _Known
    when: datetime
    speed: str

    def starts(self) -> tuple[int, ...]:
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
        if prices.input_mtok is None or not self._is_sold():
            return None
        nothing, whole = self._asked(), {"input_tokens": prompt}

        def rate(**usage: int) -> Decimal:
            return (self._asked(**whole, **usage) - nothing) * MILLION / prompt

        written = {"cache_write_tokens": prompt}
        return Rates(
            input=rate(),
            cache_read=rate(cache_read_tokens=prompt),
            cache_write_5m=rate(**written, cache_write_5m_tokens=prompt),
            cache_write_1h=rate(**written, cache_write_1h_tokens=prompt),
            output=rate(output_tokens=prompt) - rate(),
            request=nothing,
        )

    def _is_sold(self) -> bool:
        """Say whether there is a price for the speed: a model without one costs what nobody says.

        The package would charge what the model costs at its usual speed.
        """
        if self.speed in _USUAL:
            return True
        # The package for Python 3.10 has none.
        variants = getattr(self.known.info, "price_variants", None) or ()
        asked = (one for one in variants if one.when.get("speed") == self.speed)
        return any(one.constraint is None or one.constraint.active(self.when) for one in asked)

    @property
    def _context(self) -> dict[str, str] | None:
        return {"speed": self.speed} if self.speed else None

    def _asked(self, **usage: int) -> Decimal:
        from genai_prices import Usage

        return self.known.info.calc_price(
            Usage(**usage),
            self.known.provider,
            genai_request_timestamp=self.when,
            price_context=self._context,
        ).total_price


def _by_the_hour(info: ModelInfo) -> bool:
    from genai_prices.types import TimeOfDateConstraint

    if not isinstance(info.prices, list):
        return False
    return any(isinstance(one.constraint, TimeOfDateConstraint) for one in info.prices)


def _days() -> Iterator[str]:
    """Yield the days from which prices of the package hold."""
    from genai_prices.data_snapshot import get_snapshot
    from genai_prices.types import StartDateConstraint

    for provider in get_snapshot().providers:
        for model in provider.models:
            for one in model.prices if isinstance(model.prices, list) else ():
                if isinstance(one.constraint, StartDateConstraint):
                    yield one.constraint.start_date.isoformat()
