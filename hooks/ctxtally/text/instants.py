"""Times as logs of many programs write them, read alike on every Python."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

# RFC 3339 with what others leave out of it or put in: a blank, no seconds, no zone.
_WRITTEN = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([01][0-9]|2[0-3]):([0-5][0-9])"
    r"(?::([0-5][0-9](?:[.,][0-9]{1,9})?))?"
    r" ?(?:[Zz]|([+-])([0-9]{2}):?([0-9]{2}))?"
)
_SECONDS = re.compile(r"[0-9]{1,12}(?:\.[0-9]+)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_DAY = 86_400
_FIRST_DAY = date(1970, 1, 1).toordinal()
# From here on a year has five digits.
_END = (date.max.toordinal() + 1 - _FIRST_DAY) * _DAY


def seconds_of(text: str) -> float | None:
    """Return the seconds since 1970 that a text tells, `None` where it tells none.

    A time without a zone is taken for UTC: nothing in a log says which zone its writer was in, and
    the day must be the same for whoever reads it.

    >>> seconds_of("1970-01-02T05:30:00.5+05:30"), seconds_of("1970-01-02 00:00"), seconds_of("7.5")
    (86400.5, 86400.0, 7.5)
    >>> seconds_of("yesterday"), seconds_of("2026-02-30T00:00:00Z")
    (None, None)
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return _within(float(text)) if _SECONDS.fullmatch(text) else None
    day, hour, minute, second, sign, hours, minutes = found.groups()
    begun = _begun(day)
    if begun is None:
        return None
    rest = float(second.replace(",", ".")) if second else 0.0
    seconds = begun + 3600 * int(hour) + 60 * int(minute) + rest
    if sign:
        beside = 3600 * int(hours) + 60 * int(minutes)
        seconds += beside if sign == "-" else -beside
    return _within(seconds)


def day_of(seconds: float) -> str:
    """Return the day in UTC, from seconds since 1970.

    >>> day_of(86_399.9), day_of(86_400.0)
    ('1970-01-01', '1970-01-02')
    """
    return _named(int(seconds // _DAY))


def day_in(seconds: float, zone: tzinfo) -> str:
    """Return the day where days begin as in `zone`, from seconds since 1970.

    >>> day_in(86_399.0, timezone(timedelta(hours=1))), day_in(253_402_300_799.0, timezone.utc)
    ('1970-01-02', '9999-12-31')
    """
    found = _EPOCH + timedelta(seconds=seconds)
    try:
        return found.astimezone(zone).date().isoformat()
    except OverflowError:  # the calendar ends with the year 9999
        return found.date().isoformat()


@lru_cache(maxsize=1024)
def _begun(day: str) -> int | None:
    try:
        return (date.fromisoformat(day).toordinal() - _FIRST_DAY) * _DAY
    except ValueError:  # such as the 30th of February
        return None


@lru_cache(maxsize=1024)
def _named(number: int) -> str:
    return date.fromordinal(_FIRST_DAY + number).isoformat()


def _within(seconds: float) -> float | None:
    return seconds if 0 <= seconds < _END else None


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
