"""Findings allowed on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Findings allowed on purpose: those of `budget` (its name) or of `rule`, at `path` (a glob).

    `owner` is who answers for it, empty where nobody is named. After `until` the waiver is expired:
    see budget/waivers.py.
    """

    path: str
    reason: str
    origin: str
    budget: str | None = None
    rule: str | None = None
    owner: str = ""
    until: date | None = None
