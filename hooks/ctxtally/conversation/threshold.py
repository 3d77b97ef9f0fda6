"""When a window that fills up is worth a word: once, until there is room again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ctxtally.model.measurement import WindowSettings
    from ctxtally.model.status import Level

# Where the monitor of the system that this comes from warns, and where it refreshes the handoff.
WARN, THRESHOLD = 0.7, 0.8
# So far must a share fall below a level before that may speak again: compaction frees far more,
# and a single answer moves it by less.
REARM = 0.10


class Levels(NamedTuple):
    """The shares of a window from which on there is a warning, and the handoff is refreshed."""

    warn: float = WARN
    threshold: float = THRESHOLD

    def of(self, share: float) -> Level:
        if share >= self.threshold:
            return "critical"
        return "warning" if share >= self.warn else "safe"


def levels(settings: WindowSettings, threshold: float | None = None) -> Levels:
    """Return what is in force: the configuration, else the `threshold` of a state file.

    A warning never comes after what it warns of.
    """
    found = settings.threshold or threshold or THRESHOLD
    return Levels(warn=min(settings.warn or WARN, found), threshold=found)


def crossed(share: float, level: float, *, fired: bool) -> bool:
    """Say whether this is the first time that `share` is at `level` since it was armed."""
    return share >= level and not fired


def still_fired(share: float, level: float, *, fired: bool) -> bool:
    """Say whether `level` has spoken, and not been armed again, once `share` is dealt with.

    >>> still_fired(0.8, 0.8, fired=False), still_fired(0.75, 0.8, fired=True)
    (True, True)
    >>> still_fired(0.69, 0.8, fired=True)
    False
    """
    # 0.8 - 0.1 is a little more than 0.7.
    return share >= level or (fired and share >= round(level - REARM, 9))
