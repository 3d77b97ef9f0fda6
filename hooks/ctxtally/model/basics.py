"""The settings that have nothing to do with budgets."""

from __future__ import annotations

from typing import NamedTuple

from ctxtally.model.allowance import Allowance
from ctxtally.model.criteria import Criteria
from ctxtally.model.measurement import WindowSettings


class Basics(NamedTuple):
    """What was configured; `None` where nothing was."""

    counter: str | None = None
    ledger: str | None = None
    window: WindowSettings = WindowSettings()
    conversation: Criteria = Criteria()
    allowances: tuple[Allowance, ...] = ()
