"""The parts of the tokens that an operation took, as somebody tells them beside their sum."""

from __future__ import annotations

from typing import NamedTuple

from ctxtally.model.usage import Tokens


class Parts(NamedTuple):
    """`output` is None where it is not told; `of_an_hour` is a part of `cache_write`."""

    output: int | None = None
    cache_read: int = 0
    cache_write: int = 0
    of_an_hour: int = 0


def buckets(tokens: int, told: Parts) -> Tokens | None:
    """Return the buckets of a sum, `None` where no part is told; a ValueError says what is wrong.

    >>> buckets(100, Parts(output=20, cache_read=50)).input
    30
    """
    if told == Parts():
        return None
    if told.output is None:
        raise ValueError("the output is not told, and without it caches are no part of the input")
    if told.of_an_hour > told.cache_write:
        raise ValueError(
            f"{told.of_an_hour:,} tokens kept for an hour are more than the "
            f"{told.cache_write:,} that were written to a cache"
        )
    left = tokens - told.output - told.cache_read - told.cache_write
    if left < 0:
        raise ValueError(
            f"{told.output:,} of output, {told.cache_read:,} read from a cache and "
            f"{told.cache_write:,} written to one are more than {tokens:,}"
        )
    return Tokens(
        input=left,
        cache_read=told.cache_read,
        cache_write_5m=told.cache_write - told.of_an_hour,
        cache_write_1h=told.of_an_hour,
        output=told.output,
    )
