"""On which terms a model is sold, beyond the usual ones, and what that does to its price."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from genai_prices.types import ModelInfo, ModelPrice, PriceVariant, Provider

    from ctxtally.model.terms import Terms

_ONE = Decimal(1)
_ANTHROPIC = "anthropic"
# Places from which Anthropic answers at another price, for all tokens. As of 2026-11-21:
# https://platform.claude.com/docs/en/manage-claude/data-residency, and for which models
# https://support.claude.com/en/articles/15422948-enable-us-only-inference-for-your-organization
_PLACES = {"us": Decimal("1.1")}
# Those up to Claude 4.5 cost the same from everywhere (the second page).
_OF_ANY_PLACE = re.compile(r"claude-(?:v|instant|[23]|[a-z]+-4-[0-5](?![0-9])).*")
# All tokens in a batch of Anthropic cost half of what they do else; the package knows only batches
# of some models, from some day on. As of 2026-11-21:
# https://platform.claude.com/docs/en/build-with-claude/batch-processing
_BATCH = "batch"
_IN_BATCH = Decimal("0.5")
# What the package calls the prices of tokens, by the bucket.
_BUCKETS = {
    "input": "input_mtok",
    "cache_read": "cache_read_mtok",
    "cache_write_5m": "cache_write_mtok",
    "cache_write_1h": "cache_write_1h_mtok",
    "output": "output_mtok",
}


class Offer(NamedTuple):
    """How a model is sold: `context` is what the package is asked with, by `factor` what it says.

    `unknown` are the buckets for which the package has no price on these terms. It would take the
    usual one.
    """

    context: dict[str, str]
    factor: Decimal = _ONE
    unknown: frozenset[str] = frozenset()


_USUAL = Offer({})


def offer(info: ModelInfo, provider: Provider, when: datetime, asked: Terms) -> Offer | None:
    """Return how a model is sold on these terms, `None` where nobody says that it is."""
    sold = _served(info, provider, when, asked)
    place = _placed(info, provider, asked.inference_geo)
    return None if sold is None or place is None else sold._replace(factor=sold.factor * place)


def _placed(info: ModelInfo, provider: Provider, place: str) -> Decimal | None:
    """Return by what a price has to be multiplied for the place of the answer."""
    if not place:
        return _ONE
    if provider.id != _ANTHROPIC or place not in _PLACES:
        return None
    return _ONE if _OF_ANY_PLACE.fullmatch(info.id) else _PLACES[place]


def _served(info: ModelInfo, provider: Provider, when: datetime, asked: Terms) -> Offer | None:
    context = _context(asked)
    if len(context) != 1:  # no price list has a price for both at once
        return None if context else _USUAL
    variant = _variant(info, when, context)
    if variant is not None:
        return Offer(context, unknown=_untold(info.get_prices(when), variant))
    if asked.service_tier == _BATCH and provider.id == _ANTHROPIC:
        return Offer({}, _IN_BATCH)
    return None


def _context(asked: Terms) -> dict[str, str]:
    """Return what the package is asked with: it calls a batch a way of processing."""
    tier = "processing" if asked.service_tier == _BATCH else "service_tier"
    told = {"speed": asked.speed, tier: asked.service_tier}
    return {name: value for name, value in told.items() if value}


def _variant(info: ModelInfo, when: datetime, context: dict[str, str]) -> PriceVariant | None:
    """Return the prices on these terms; without any the package would take the usual ones."""
    asked = (one for one in getattr(info, "price_variants", None) or () if one.when == context)
    active = (one for one in asked if one.constraint is None or one.constraint.active(when))
    return next(active, None)


def _untold(usual: ModelPrice, variant: PriceVariant) -> frozenset[str]:
    return frozenset(
        bucket
        for bucket, name in _BUCKETS.items()
        if getattr(usual, name) is not None and getattr(variant.prices, name) is None
    )
