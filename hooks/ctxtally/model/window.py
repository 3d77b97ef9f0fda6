"""How much an agent or model holds at once."""

from __future__ import annotations

from ctxtally.model.record import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How many tokens the context window of a model or agent holds; `model` may end in `*`.

    `verified_on` is a day as in `2026-11-20`: a hook that remembers a window needs no `datetime`.
    """

    model: str
    tokens: int
    source: str
    verified_on: str
