"""The time, and ids that sort by it."""

from __future__ import annotations

import os
from datetime import datetime, timezone

# Crockford's base 32, as the ULID specification uses it.
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID_LENGTH = 26


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(timezone.utc)


def new_id(moment: datetime) -> str:
    """Return a ULID: 48 bits of milliseconds since 1970, then 80 random bits."""
    number = (int(moment.timestamp() * 1000) << 80) | int.from_bytes(os.urandom(10), "big")
    digits = []
    for _ in range(_ULID_LENGTH):
        number, digit = divmod(number, 32)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
