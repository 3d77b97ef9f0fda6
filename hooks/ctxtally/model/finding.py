"""One broken rule, with the place, the numbers and the way out."""

from __future__ import annotations

from ctxtally.model.record import dataclass

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from typing import Literal

    Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`line` is 1-based, `None` where the whole file is meant; `help` may be empty.

    `budget` names the budget that was broken, so that a waiver can name it, and `unit` is what it
    counts; else both are empty.
    """

    rule: str
    level: Level
    path: str
    message: str
    line: int | None = None
    help: str = ""
    budget: str = ""
    unit: str = ""
