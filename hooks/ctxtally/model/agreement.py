"""How far our counts are from those of a vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from ctxtally.model.count import Count, Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One text: `api` is the vendor's count of it, known by `method`, and `ours` is ours."""

    path: str
    api: int
    ours: Count
    model: str
    method: Method = "api"

    @property
    def error_percent(self) -> float:
        """By how much ours is too high, or with a minus too low, in percent of the vendor's."""
        return 100 * (self.ours.tokens - self.api) / self.api

    @property
    def in_band(self) -> bool:
        return self.ours.low <= self.api <= self.ours.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Over all texts: `mean` is that of the errors without their sign, `bias` that with it."""

    files: int
    mean_percent: float
    bias_percent: float
    worst: Agreement
    in_band: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A whole comparison. `basis` says what our counts are made from.

    `sent` and `known` are how many texts were sent now and how many the cache had; `frame` are the
    tokens of a message by itself, `None` where that was not needed.
    """

    subject: str
    vendor: str
    url: str
    model: str
    basis: str
    frame: int | None
    sent: int
    sent_bytes: int
    known: int
    rows: tuple[Agreement, ...]
