"""Makes one response of the records that a transcript holds of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.record import replace
from ctxtally.model.usage import Tokens

if TYPE_CHECKING:
    from ctxtally.model.response import Response

# It writes a response once for each block of its content, the first ones with a placeholder for the
# output, and repeats it in the transcripts of resumed sessions and of subagents.
REPEATING = "claude-code"


def joined(known: Response, other: Response) -> Response:
    """Return what is known of a response after another record of it.

    Of Claude Code each field is the largest that was told: the last line is not always the whole
    one. A subagent's transcript may replay a response with other numbers, so those count only where
    there are no others. Other agents write a record anew: the later one holds.
    """
    if known.agent != REPEATING:
        return replace(other, moment=min(known.moment, other.moment))
    if known.side != other.side:
        return other if known.side else known
    if _adds_nothing(known, other):  # as it is with most lines
        return known
    first = other if other.moment < known.moment else known
    return replace(
        first,
        tokens=_largest(known.tokens, other.tokens),
        model=first.model or known.model or other.model,
        final=known.final or other.final,
        searches=max(known.searches, other.searches),
        speed=known.speed or other.speed,
        service_tier=known.service_tier or other.service_tier,
        inference_geo=known.inference_geo or other.inference_geo,
    )


def may_change(one: Response) -> tuple[object, ...]:
    """Return what an event tells of a response that may be told otherwise later."""
    terms = (one.speed, one.service_tier, one.inference_geo)
    return one.tokens, one.final, one.model, one.searches, terms


def _adds_nothing(known: Response, other: Response) -> bool:
    return (
        known.tokens == other.tokens
        and known.moment <= other.moment
        and known.final >= other.final
        and known.searches >= other.searches
        and all(here or not there for here, there in zip(_texts(known), _texts(other), strict=True))
    )


def _texts(one: Response) -> tuple[str, ...]:
    return one.model, one.speed, one.service_tier, one.inference_geo


def _largest(one: Tokens, other: Tokens) -> Tokens:
    """Return the largest of each field; a record may lack the lifetimes of what was written."""
    written = max(
        one.cache_write_5m + one.cache_write_1h, other.cache_write_5m + other.cache_write_1h
    )
    hour = max(one.cache_write_1h, other.cache_write_1h)
    return Tokens(
        input=max(one.input, other.input),
        cache_read=max(one.cache_read, other.cache_read),
        cache_write_5m=written - hour,
        cache_write_1h=hour,
        output=max(one.output, other.output),
        reasoning=max(one.reasoning, other.reasoning),
    )
