"""What a transcript says about when."""

from __future__ import annotations

import re
from datetime import datetime, timezone

# ISO 8601 as agents write it; Python 3.10 reads no `Z` and only three or six decimals.
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)
# The last second of the year 9999, which is the last that a date can have.
_LATEST = 253_402_300_799


def moment(value: object) -> float | None:
    """Return seconds since 1970 of an ISO time; one without a zone is in UTC.

    >>> moment("2026-03-01T10:00:00.250Z"), moment("yesterday"), moment(None)
    (1772359200.25, None, None)
    """
    found = _ISO.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    day, time, decimals, zone = found.groups()
    zone = "+00:00" if zone in (None, "Z") else zone
    if ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    micro = (decimals or "0").ljust(6, "0")[:6]
    try:
        parsed = datetime.fromisoformat(f"{day}T{time}.{micro}{zone}").astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
    return usable(parsed.timestamp())


def usable(seconds: float) -> float | None:
    """Return seconds since 1970 where they are a date, `None` elsewhere."""
    return seconds if 0 <= seconds <= _LATEST else None
