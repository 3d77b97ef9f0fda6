"""What `status` tells: the newest of what was counted and what agents' hooks measured."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from ctxtally.adapters import sessions
from ctxtally.conversation import sessions as deciding
from ctxtally.errors import UserError
from ctxtally.model.record import replace
from ctxtally.model.status import Status
from ctxtally.survey import conversations, tracking

if TYPE_CHECKING:
    from ctxtally.adapters.git import Place
    from ctxtally.model.measurement import Measurement, WindowSettings
    from ctxtally.survey.tracking import Tracking


def status(place: Place, settings: WindowSettings, now: float) -> Status:
    """Return where the window stands; refresh the handoff once where it is nearly full."""
    found = tracking.standing(place, settings)
    shown = Status(
        tokens=found.usage.total,
        limit=found.limit,
        checkpoints=len(found.usage.checkpoints),
        source="log",
        level=found.levels.of(found.share),
        warn=found.levels.warn,
        threshold=found.levels.threshold,
        notes=(found.remark,) if found.remark else (),
    )
    measured = next(iter(sessions.measurements(place)), None)
    if measured is not None and measured.at > _counted_at(found):
        return _measured(place, measured, found, shown, now)
    if shown.level != "critical" or found.usage.fired:
        return replace(shown, refreshed="before") if found.usage.fired else shown
    try:
        notes = tracking.refresh(place, settings, now)
    except UserError as error:
        return replace(shown, notes=(*shown.notes, f"{error}; {error.help}"))
    return replace(shown, refreshed="now", notes=(*shown.notes, *notes))


def _measured(
    place: Place, measured: Measurement, found: Tracking, shown: Status, now: float
) -> Status:
    """Return what an agent's hooks measured; without hooks nobody has refreshed the handoff yet."""
    shown = replace(
        shown,
        tokens=measured.tokens,
        limit=measured.window,
        source=measured.source,
        level=found.levels.of(measured.share),
        session=measured.session,
    )
    if shown.level != "critical":
        return shown
    try:
        step = conversations.stepped(
            place,
            measured.session,
            lambda one: deciding.measured(one, measured.share, found.levels, telling=False),
        )
    except OSError as error:
        note = f"sessions cannot be remembered: {error.strerror or error}"
        return replace(shown, notes=(*shown.notes, note))
    if not step.refresh:
        return replace(shown, refreshed="before")
    failed = conversations.refreshed(place, "threshold", measured, now)
    if failed:
        return replace(shown, notes=(*shown.notes, failed))
    return replace(shown, refreshed="now")


def _counted_at(found: Tracking) -> float:
    """Return when something was counted last, in seconds since 1970; times may lack a zone."""
    last = found.usage.checkpoints[-1].timestamp if found.usage.checkpoints else ""
    with suppress(ValueError, OverflowError, OSError):
        # Python 3.10 does not read a `Z`.
        return datetime.fromisoformat(last.replace("Z", "+00:00")).astimezone().timestamp()
    return 0.0
