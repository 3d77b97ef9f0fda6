"""What the tracker has counted so far, as `token_usage.json` keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """One text that was counted; `total` is the sum up to it."""

    timestamp: str
    tokens: int
    description: str
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUsage:
    """`limit` and `threshold` are `None` where the file does not say; times are ISO 8601.

    `fired` says that the threshold has spoken and not been armed again. `others` are members of the
    file that are not ours; they are kept.
    """

    session_start: str
    total: int = 0
    checkpoints: tuple[Checkpoint, ...] = ()
    limit: int | None = None
    threshold: float | None = None
    last_handoff_update: str | None = None
    fired: bool = False
    others: Mapping[str, object] | None = None
