"""The settings that have nothing to do with budgets, as they lie on the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.basics import Basics

if TYPE_CHECKING:
    from ctxtally.adapters.git import Place


def basics(place: Place) -> Basics:
    """Return what the first file says that holds settings of ours; mistakes are a ConfigError."""
    for name, content in place.lying.items():
        if content is None:
            continue
        from ctxtally.config import reader

        found = reader.basics(content, name)
        if found is not None:
            return found
    return Basics()
