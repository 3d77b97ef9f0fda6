"""A number of tokens and how it was come by."""

from __future__ import annotations

from typing import Literal, Protocol

from ctxtally.model.record import dataclass

Method = Literal["exact", "calibrated", "api"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Tokens of one text by a named counter.

    `low` and `high` are the band of an estimate in tokens, equal to `tokens` for an exact count.
    """

    tokens: int
    counter: str
    method: Method
    low: int
    high: int


class Counter(Protocol):
    """Counts texts; `id` and `version` name the data it counts with and key the count cache.

    `label` is how to print it. `warning` is set where it had to fall back on another counter, whose
    `id`, `version`, `method` and `label` it then has.
    """

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def method(self) -> Method: ...
    @property
    def label(self) -> str: ...
    @property
    def warning(self) -> str | None: ...
    def count(self, text: str) -> int: ...
