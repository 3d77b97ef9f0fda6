"""The limits of budgets whose limit is what was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import baseline
from ctxtally.errors import ConfigError
from ctxtally.model.baseline import PATH
from ctxtally.model.record import replace

if TYPE_CHECKING:
    from ctxtally.model.budget import Budget
    from ctxtally.model.tree import Tree
    from ctxtally.survey.settings import Settings

__all__ = ["PATH", "content", "recorded"]


def recorded(tree: Tree, settings: Settings) -> Settings:
    """Return settings whose budgets know what the subject has recorded for them."""
    raw = content(tree)
    known = baseline.parse(raw) if raw is not None else {}

    def with_limits(one: Budget) -> Budget:
        if not one.is_recorded or one.max is None:
            return one
        unit = one.max.unit
        limits = {
            key[1]: limit for key, limit in known.items() if (key[0], key[2]) == (one.name, unit)
        }
        return replace(one, recorded=limits)

    return replace(
        settings,
        budgets=tuple(map(with_limits, settings.budgets)),
        config=replace(settings.config, budgets=tuple(map(with_limits, settings.config.budgets))),
    )


def content(tree: Tree) -> bytes | None:
    """Return what the file of recorded limits holds, `None` where there is none."""
    entry = tree.find([PATH]).get(PATH)
    if entry is None:
        return None
    if not entry.is_file:
        raise ConfigError(
            f"{PATH}:1:1: not a regular file, so it is not read",
            help="take it away, then `ctxtally baseline --update`",
        )
    found = next((raw for _, raw in tree.read([entry])), None)
    if found is None:
        raise ConfigError(
            f"{PATH}:1:1: its content is not available here", help="fetch the missing objects"
        )
    return found
