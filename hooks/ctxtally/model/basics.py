"""The settings that have nothing to do with budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ctxtally.model.criteria import Criteria
from ctxtally.model.measurement import WindowSettings

if TYPE_CHECKING:
    from ctxtally.model.allowance import Allowance
    from ctxtally.model.category_rule import CategoryRule
    from ctxtally.model.price import OwnPrice


class Basics(NamedTuple):
    """What was configured; `None` where nothing was."""

    counter: str | None = None
    ledger: str | None = None
    window: WindowSettings = WindowSettings()
    conversation: Criteria = Criteria()
    allowances: tuple[Allowance, ...] = ()
    prices: tuple[OwnPrice, ...] = ()
    categories: tuple[CategoryRule, ...] = ()
