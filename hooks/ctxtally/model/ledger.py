"""Where the usage log is."""

from __future__ import annotations

from ctxtally.model.record import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Where events go: `path` on the disk, `shown` relative to the top level, as outputs name it.

    `wanted` is the place inside the work tree that was configured and is used, `hint` says why it
    is not. `state_path` remembers what was logged last.
    """

    path: str
    shown: str
    state_path: str
    hint: str = ""
    wanted: str = ""
