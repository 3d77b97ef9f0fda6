"""Append lines to the usage log."""

from __future__ import annotations

import os

from ctxtally.adapters.clock import day, new_id, stamp
from ctxtally.adapters.files import Appending

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from ctxtally.model.event import Event

NAME = "usage-log.jsonl"
# Readers of later schemas tell events apart by this.
SCHEMA_VERSION = 1


class LogError(Exception):
    """The log cannot be written; the message says why. It never changes a verdict."""


def body(event: Event) -> str:
    """Return an event as the members of a JSON object, without the braces and without secrets."""
    from json import dumps

    from ctxtally.text.redaction import redacted

    texts = "\n".join(one for one in event.values() if isinstance(one, str))
    if redacted(texts) == texts:  # looked at all at once: an import has a hundred thousand events
        return dumps(event, separators=(",", ":"))[1:-1]
    safe = {name: redacted(one) if isinstance(one, str) else one for name, one in event.items()}
    return dumps(safe, separators=(",", ":"))[1:-1]


def line(body: str, moment: float) -> str:
    """Return one line of the log: `body` are JSON members, `moment` is in seconds since 1970."""
    when = f'"ts":"{stamp(moment)}","day":"{day(moment)}"'
    return f'{{"v":{SCHEMA_VERSION},"id":"{new_id(moment)}",{when},{body}}}'


def write_lines(path: str, shown: str, lines: list[str]) -> None:
    """Append lines, each by one write; raises LogError, naming the log as `shown`."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with Appending(path) as log:
            log.write(lines)
    except OSError as error:
        raise LogError(f"{shown} was not written: {error.strerror or error}") from error
