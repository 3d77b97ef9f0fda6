"""What the tracker has counted so far, as `token_usage.json` keeps it.

Named tuples: a refresh of the handoff reads this, and dataclasses are slow to import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Checkpoint(NamedTuple):
    """One text that was counted; `total` is the sum up to it."""

    timestamp: str
    tokens: int
    description: str
    total: int


class TokenUsage(NamedTuple):
    """`limit` and `threshold` are `None` where the file does not say; times are ISO 8601.

    `fired` says that the threshold has spoken and not been armed again. `others` are members of the
    file that are not ours; they are kept. `commented` says that people wrote comments into it.
    """

    session_start: str
    total: int = 0
    checkpoints: tuple[Checkpoint, ...] = ()
    limit: int | None = None
    threshold: float | None = None
    last_handoff_update: str | None = None
    fired: bool = False
    others: Mapping[str, object] | None = None
    commented: bool = False
