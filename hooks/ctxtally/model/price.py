"""What tokens cost, in US dollars."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from ctxtally.model.terms import Terms
    from ctxtally.model.usage import Tokens

MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """USD for a million tokens of each bucket, and for one request whatever it holds.

    `search` is for one search of the provider, `None` where that is not known, and `unknown` are
    the buckets of which no price is known.
    """

    input: Decimal
    cache_read: Decimal
    cache_write_5m: Decimal
    cache_write_1h: Decimal
    output: Decimal
    request: Decimal = Decimal(0)
    search: Decimal | None = None
    unknown: frozenset[str] = frozenset()

    def usd(self, tokens: Tokens, searches: int = 0) -> Decimal | None:
        """Return what one response costs, without searches where their price is not known."""
        if any(getattr(tokens, bucket) for bucket in self.unknown):
            return None
        buckets = (
            self.input * tokens.input
            + self.cache_read * tokens.cache_read
            + self.cache_write_5m * tokens.cache_write_5m
            + self.cache_write_1h * tokens.cache_write_1h
            + self.output * tokens.output
        )
        return buckets / MILLION + self.request + (self.search or 0) * searches


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPrice:
    """A price that somebody wrote, from a day (YYYY-MM-DD, UTC) on; an empty one is always.

    `asked` are the names and values of those Terms that it is a price for; it holds whatever the
    others are.
    """

    model: str
    since: str
    rates: Rates
    asked: tuple[tuple[str, str], ...] = ()

    def holds(self, terms: Terms) -> bool:
        """Say whether it is the price of a request on these terms."""
        return all(getattr(terms, name) == value for name, value in self.asked)


class PriceSource(NamedTuple):
    """Where prices come from; `newest` is the last day from which one of them holds.

    `version` is empty where the package is not there, and `note` says then how to get it. `own` is
    how many prices the configuration has.
    """

    version: str
    newest: str
    own: int
    note: str
