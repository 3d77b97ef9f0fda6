"""What tokens cost, in US dollars."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from ctxtally.model.usage import Tokens

MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """USD for a million tokens of each bucket, and for one request whatever it holds."""

    input: Decimal
    cache_read: Decimal
    cache_write_5m: Decimal
    cache_write_1h: Decimal
    output: Decimal
    request: Decimal = Decimal(0)

    def usd(self, tokens: Tokens) -> Decimal:
        """Return what one response costs."""
        buckets = (
            self.input * tokens.input
            + self.cache_read * tokens.cache_read
            + self.cache_write_5m * tokens.cache_write_5m
            + self.cache_write_1h * tokens.cache_write_1h
            + self.output * tokens.output
        )
        return buckets / MILLION + self.request


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPrice:
    """A price that somebody wrote, from a day (YYYY-MM-DD, UTC) on; an empty one is always."""

    model: str
    since: str
    rates: Rates


class PriceSource(NamedTuple):
    """Where prices come from; `newest` is the last day from which one of them holds.

    `version` is empty where the package is not there, and `note` says then how to get it. `own` is
    how many prices the configuration has.
    """

    version: str
    newest: str
    own: int
    note: str
