"""How full a conversation's window is, as `status` shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from ctxtally.model.measurement import Source

Level = Literal["safe", "warning", "critical"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """`checkpoints` is how many texts were counted; `session` names an agent's session.

    `warn` and `threshold` are the shares from which on `level` changes; `notes` are told in a line
    each. `refreshed` says whether the handoff was, once the threshold was reached.
    """

    tokens: int
    limit: int
    checkpoints: int
    source: Source
    level: Level
    warn: float
    threshold: float
    session: str = ""
    refreshed: Literal["now", "before", "no"] = "no"
    notes: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        return self.tokens / self.limit
