"""One broken rule, with the place, the numbers and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`line` is 1-based, `None` where the whole file is meant; `help` may be empty.

    `budget` names the budget that was broken, so that a waiver can name it; else it is empty.
    """

    rule: str
    level: Level
    path: str
    message: str
    line: int | None = None
    help: str = ""
    budget: str = ""


_RANK: dict[Level, int] = {"error": 0, "warning": 1, "note": 2}


def weight(finding: Finding) -> tuple[int, str, str, int]:
    """Return the key that puts the worst finding first, then sorts by place."""
    return _RANK[finding.level], finding.path, finding.rule, finding.line or 0
