"""The end of the usage log: what was logged last, without reading all of it."""

from __future__ import annotations

import json
import os
import stat

from ctxtally.model.session import Operation

# Some thousand events; a session that logged more is told of as far as they reach.
TAIL_BYTES = 256 << 10
_KIND = b'"kind":"usage"'


def operations(path: str) -> tuple[Operation, ...]:
    """Return the operations at the end of the log, the oldest first; what is no event is passed."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return ()
        with open(path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL_BYTES))
            lines = file.read().split(b"\n")
    except OSError:
        return ()
    found = (_operation(line) for line in lines if _KIND in line)
    return tuple(one for one in found if one is not None)


def _operation(line: bytes) -> Operation | None:
    try:
        event = json.loads(line)
        tokens, session = event["tokens"], event.get("session", "")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if type(tokens) is not int or tokens < 0 or not isinstance(session, str):
        return None
    return Operation(session=session, tokens=tokens)
