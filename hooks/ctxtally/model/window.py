"""How much an agent or model holds at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How many tokens the context window of a model or agent holds; `model` may end in `*`."""

    model: str
    tokens: int
    source: str
    verified_on: date
