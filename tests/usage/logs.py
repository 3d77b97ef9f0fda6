"""Usage for tests."""

from __future__ import annotations

from typing import Any

from ctxtally.model.usage import Usage
from ctxtally.text.instants import seconds_of


def used(total: int | None, day: str = "2026-01-05", time: str = "12:00:00", **more: Any) -> Usage:  # noqa: ANN401 - any field
    """Return a record; an empty `day` is unknown."""
    moment = seconds_of(f"{day}T{time}Z") if day else None
    # With an id it is an event of ours, whose category stands.
    return Usage(
        **{"id": "e", "total": total, "day": day, "moment": moment, "counted": "reported"} | more
    )
