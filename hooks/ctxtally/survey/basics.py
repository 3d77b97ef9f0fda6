"""The settings that have nothing to do with budgets, as they lie on the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally import config

if TYPE_CHECKING:
    from ctxtally.adapters.git import Place


def basics(place: Place) -> config.Basics:
    """Return what the first file says that holds settings of ours; mistakes are a ConfigError."""
    for name, content in place.lying.items():
        found = None if content is None else config.basics(content, name)
        if found is not None:
            return found
    return config.Basics()
