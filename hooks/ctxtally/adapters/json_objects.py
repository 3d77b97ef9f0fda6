"""JSON objects that somebody else wrote, one to a line or a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def json_object(text: str | bytes) -> dict[str, Any] | None:
    """Return the object that a text holds, `None` where it is no JSON or no object."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def line_objects() -> Callable[[bytes], dict[str, Any] | None]:
    """Return what reads a line as `json_object` does, in a quarter of the time.

    It reads half a character as well. What msgspec refuses is left to the standard library, which
    takes NaN, numbers too large for a float and halves of surrogate pairs.
    """
    from msgspec import MsgspecError
    from msgspec.json import Decoder

    decode = Decoder().decode

    def read(line: bytes) -> dict[str, Any] | None:
        try:
            found = decode(line)
        except (MsgspecError, ValueError, RecursionError):
            return json_object(line.decode("utf-8", "replace"))
        return found if isinstance(found, dict) else None

    return read
