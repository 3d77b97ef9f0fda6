"""Limits that are recorded, so that they follow what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from ctxtally.model.budget import Unit

# Beside the profiles that a repository writes itself.
PATH = ".ctxtally/baseline.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is recorded for a budget and one subject of it, and what that has `now`.

    `None` where nothing is recorded, or where there is no such subject any more.
    """

    budget: str
    subject: str
    unit: Unit
    recorded: int | None = None
    now: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What was recorded against what was measured in one subject.

    `differs` says whether the file is another than would be written now: that may be so without
    another number.
    """

    subject: str
    counter: str
    entries: tuple[Entry, ...]
    differs: bool
    remarks: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[Entry, ...]:
        return tuple(one for one in self.entries if one.recorded != one.now)
