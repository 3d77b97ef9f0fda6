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


def line_objects(*, many: bool) -> Callable[[bytes], dict[str, Any] | None]:
    """Return what reads a line as `json_object` does; half a character is read as well.

    `many` lines, some MiB of them, are worth an import: with it they take a quarter of the time.
    What msgspec refuses is left to the standard library, which takes NaN, numbers too large for a
    float and halves of surrogate pairs.
    """
    if not many:
        return _line_object
    from msgspec import MsgspecError
    from msgspec.json import Decoder

    decode = Decoder().decode

    def read(line: bytes) -> dict[str, Any] | None:
        try:
            found = decode(line)
        except (MsgspecError, ValueError, RecursionError):
            return _line_object(line)
        return found if isinstance(found, dict) else None

    return read


def _line_object(line: bytes) -> dict[str, Any] | None:
    return json_object(line.decode("utf-8", "replace"))
