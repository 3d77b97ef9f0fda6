"""Lines of a log that have the same keys, and what is read of one at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# What a line may hold besides texts, under the names of Usage and Tokens.
BUCKETS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning")
COUNTS = (*BUCKETS, "total", "iteration", "searches")


class Line(Protocol):
    """What a line holds; a text that it does not hold is empty, a bucket 0.

    It has a text for each name in `texts` of its layout as well.
    """

    ts: str
    id: str
    key: str
    kind: str
    counted: str
    speed: str
    service_tier: str
    input: int
    cache_read: int
    cache_write_5m: int
    cache_write_1h: int
    output: int
    reasoning: int
    total: int | None
    iteration: int | None
    searches: int
    cost_usd: float | None
    final: bool


class Layout(NamedTuple):
    """Keys of lines, by the names in `Line` of what they hold.

    `texts` are the names of those that hold texts, and `values` takes these texts out of a line. In
    `rest` are keys that say nothing here. `own`: these are events of ours. `told`: they tell
    buckets.
    """

    own: bool
    told: bool
    texts: tuple[str, ...]
    values: Callable[[Line], tuple[str, ...]]
    keys: Mapping[str, str]
    rest: tuple[str, ...]

    @property
    def size(self) -> int:
        """Return how many keys there are."""
        return len(self.keys) + len(self.rest)
