"""Times as logs of many programs write them, read alike on every Python."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

# RFC 3339 with what others leave out of it or put in: a blank, no seconds, no zone.
_WRITTEN = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
    r" ?(?:([Zz])|([+-])([0-9]{2}):?([0-9]{2}))?"
)
_SECONDS = re.compile(r"[0-9]{1,12}(?:\.[0-9]+)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def seconds_of(text: str) -> float | None:
    """Return the seconds since 1970 that a text tells, `None` where it tells none.

    A time without a zone is taken for UTC: nothing in a log says which zone its writer was in, and
    the day must be the same for whoever reads it.

    >>> seconds_of("1970-01-02T05:30:00.5+05:30"), seconds_of("1970-01-02 00:00"), seconds_of("7.5")
    (86400.5, 86400.0, 7.5)
    >>> seconds_of("yesterday"), seconds_of("2026-02-30T00:00:00Z")
    (None, None)
    """
    if _SECONDS.fullmatch(text):
        return _within(float(text))
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    day, minute, second, fraction, _, sign, hours, minutes = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{minute}:{second or '00'}+00:00")
    except ValueError:  # such as the 30th of February
        return None
    seconds = (moment - _EPOCH).total_seconds() + float(f"0.{fraction or 0}")
    if sign:
        beside = 60 * (60 * int(hours) + int(minutes))
        seconds += beside if sign == "-" else -beside
    return _within(seconds)


def day_of(seconds: float) -> str:
    """Return the day in UTC, from seconds since 1970.

    >>> day_of(86_399.9), day_of(86_400.0)
    ('1970-01-01', '1970-01-02')
    """
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%d")


def _within(seconds: float) -> float | None:
    """Return a time that has a year of four digits."""
    last = (datetime.max.replace(tzinfo=timezone.utc) - _EPOCH).total_seconds()
    return seconds if 0 <= seconds < last - 1 else None


def written(seconds: float) -> str:
    """Return a time in UTC, to the second, from seconds since 1970.

    >>> written(86_400.5)
    '1970-01-02T00:00:00Z'
    """
    return exactly(int(seconds)).removesuffix(".000000Z") + "Z"


def exactly(seconds: float) -> str:
    """Return a time in UTC, to the microsecond, from seconds since 1970.

    >>> exactly(86_400.5)
    '1970-01-02T00:00:00.500000Z'
    """
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
