"""The time, and ids that sort by it."""

from __future__ import annotations

import os
import time

from ctxtally.adapters.digest import digest

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from datetime import datetime

# Crockford's base 32, as the ULID specification uses it.
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Where five bits each begin in the time, and in each half of what is random.
_TEN, _EIGHT = range(45, -1, -5), range(35, -1, -5)


def now() -> datetime:
    """Return the time in UTC."""
    from datetime import datetime, timezone

    return datetime.now(timezone.utc)


def seconds() -> float:
    """Return the seconds since 1970."""
    return time.time()


def wait(seconds: float) -> None:
    """Let time pass."""
    time.sleep(seconds)


def day(moment: float) -> str:
    """Return the day in UTC, from seconds since 1970.

    >>> day(0.0)
    '1970-01-01'
    """
    return time.strftime("%Y-%m-%d", time.gmtime(moment))


def stamp(moment: float) -> str:
    """Return the time in UTC with microseconds, from seconds since 1970.

    >>> stamp(86400.25)
    '1970-01-02T00:00:00.250000Z'
    """
    whole, micro = divmod(round(moment * 1_000_000), 1_000_000)
    return time.strftime(f"%Y-%m-%dT%H:%M:%S.{micro:06d}Z", time.gmtime(whole))


def iso(moment: float) -> str:
    """Return the time in UTC as ISO 8601 that every Python reads, from seconds since 1970.

    >>> iso(86400.0)
    '1970-01-02T00:00:00.000000+00:00'
    """
    return stamp(moment).removesuffix("Z") + "+00:00"


def new_id(moment: float) -> str:
    """Return a ULID: 48 bits of milliseconds since 1970, then 80 random bits."""
    return _ulid(moment, os.urandom(10))


def same_id(moment: float, name: str) -> str:
    """Return a ULID that is the same whenever the same `name` is told of the same moment."""
    told = digest(name.encode("utf-8", "surrogatepass"))
    return _ulid(moment, bytes.fromhex(told)[:10])


def _ulid(moment: float, rest: bytes) -> str:
    """Return 48 bits of milliseconds and 80 others, in parts that are small numbers to Python."""
    first, last = int.from_bytes(rest[:5], "big"), int.from_bytes(rest[5:], "big")
    return _digits(int(moment * 1000), _TEN) + _digits(first, _EIGHT) + _digits(last, _EIGHT)


def _digits(number: int, shifts: range) -> str:
    return "".join([_DIGITS[number >> shift & 31] for shift in shifts])
