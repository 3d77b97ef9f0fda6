"""What a transcript says about when."""

from __future__ import annotations

from ctxtally.text.instants import seconds_of

# The last second of the year 9999, which is the last that a date can have.
_LATEST = 253_402_300_799


def moment(value: object) -> float | None:
    """Return the seconds since 1970 that a member tells, `None` where it tells none.

    >>> moment(" 1970-01-02T00:00:00Z "), moment(42), moment("yesterday")
    (86400.0, None, None)
    """
    return seconds_of(value.strip()) if isinstance(value, str) else None


def usable(seconds: float) -> float | None:
    """Return seconds since 1970 where they are a date, `None` elsewhere."""
    return seconds if 0 < seconds <= _LATEST else None
