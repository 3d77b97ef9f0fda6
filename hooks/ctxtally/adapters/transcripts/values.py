"""What a transcript says about when."""

from __future__ import annotations

from datetime import datetime

from ctxtally.text.instants import seconds_of

# The last second of the year 9999, which is the last that a date can have.
_LATEST = 253_402_300_799
USUAL = len("2026-03-01T10:00:00.000Z")


def moment(value: object) -> float | None:
    """Return the seconds since 1970 that a member tells, `None` where it tells none.

    >>> moment(" 1970-01-02T00:00:00Z "), moment(42), moment("yesterday")
    (86400.0, None, None)
    """
    if not isinstance(value, str):
        return None
    if len(value) == USUAL and value[-1] == "Z":  # as nearly every line has it
        try:
            return usable(datetime.fromisoformat(f"{value[:-1]}+00:00").timestamp())
        except ValueError:
            return None
    return seconds_of(value.strip())


def usable(seconds: float) -> float | None:
    """Return seconds since 1970 where they are a date, `None` elsewhere."""
    return seconds if 0 < seconds <= _LATEST else None
