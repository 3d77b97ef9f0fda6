"""What `status` tells: the newest of what was counted and what agents' hooks measured."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from ctxtally.adapters import sessions
from ctxtally.adapters.clock import seconds
from ctxtally.errors import UserError
from ctxtally.model.status import Status
from ctxtally.survey import tracking

if TYPE_CHECKING:
    from ctxtally.adapters.git import Place
    from ctxtally.model.window import WindowSettings
    from ctxtally.survey.tracking import Tracking


def status(place: Place, settings: WindowSettings) -> Status:
    """Return where the window stands; refresh the handoff once where it is nearly full.

    A window that an agent's hooks measured was dealt with by them.
    """
    found = tracking.standing(place, settings)
    notes = [found.remark] if found.remark else []
    measured = next(iter(sessions.measurements(place)), None)
    levels, count = found.levels, len(found.usage.checkpoints)
    if measured is not None and measured.at > _counted_at(found):
        return Status(
            tokens=measured.tokens,
            limit=measured.window,
            checkpoints=count,
            source=measured.source,
            level=levels.of(measured.share),
            warn=levels.warn,
            threshold=levels.threshold,
            session=measured.session,
            notes=tuple(notes),
        )
    level = levels.of(found.share)
    refreshed = level == "critical" and not found.usage.fired
    if refreshed:
        try:
            notes += tracking.refresh(place, settings, seconds())
        except UserError as error:
            refreshed = False
            notes.append(f"{error}; {error.help}")
    return Status(
        tokens=found.usage.total,
        limit=found.limit,
        checkpoints=count,
        source="log",
        level=level,
        warn=levels.warn,
        threshold=levels.threshold,
        refreshed=refreshed,
        notes=tuple(notes),
    )


def _counted_at(found: Tracking) -> float:
    """Return when something was counted last, in seconds since 1970; times may lack a zone."""
    last = found.usage.checkpoints[-1].timestamp if found.usage.checkpoints else ""
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromisoformat(last).astimezone().timestamp()
    return 0.0
