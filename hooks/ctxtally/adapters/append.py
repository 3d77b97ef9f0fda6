"""Append lines to the usage log."""

from __future__ import annotations

import os

from ctxtally.adapters.clock import day, new_id, seconds, stamp
from ctxtally.adapters.files import Appending

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from ctxtally.model.event import Event

NAME = "usage-log.jsonl"
# No line is longer, with its line feed: two that were merged are still read again quickly.
LARGEST_LINE = 64 << 10
# What stands in front of a body: the version, the id and the time.
_HEAD = 128
# Beyond this size the log goes on in a new file: an editor still opens it.
LARGEST_FILE = 64 << 20
# A day at the beginning of a time.
_DAY = len("YYYY-MM-DD")
# Readers of later schemas tell events apart by this.
SCHEMA_VERSION = 1


class LogError(Exception):
    """The log cannot be written; the message says why. It never changes a verdict."""


def body(event: Event) -> str:
    """Return an event as the members of a JSON object, without the braces and without secrets.

    Of an event that is too long the longest texts are cut, and it says so.
    """
    from json import dumps

    from ctxtally.text.redaction import redacted

    safe = dict(event)
    texts = "\n".join(one for one in safe.values() if isinstance(one, str))
    if redacted(texts) != texts:  # looked at all at once: an import has a hundred thousand events
        safe = {name: redacted(one) if isinstance(one, str) else one for name, one in safe.items()}
    told = dumps(safe, separators=(",", ":"))[1:-1]
    while len(told) > LARGEST_LINE - _HEAD:
        name, longest = max(
            ((name, one) for name, one in safe.items() if isinstance(one, str)),
            key=lambda one: len(one[1]),
        )
        safe |= {name: longest[: len(longest) // 2], "truncated": True}
        told = dumps(safe, separators=(",", ":"))[1:-1]
    return told


def line(body: str, moment: float, name: str = "") -> str:
    """Return one line of the log: `body` are JSON members, `moment` is in seconds since 1970.

    `name` is the id of an event that may be told again; any other gets a new one.
    """
    told = stamp(moment)
    when = f'"ts":"{told}","day":"{told[:_DAY]}"'
    return f'{{"v":{SCHEMA_VERSION},"id":"{name or new_id(moment)}",{when},{body}}}'


def write_lines(path: str, shown: str, lines: list[str], *, durable: bool = False) -> None:
    """Append lines, each by one write; raises LogError, naming the log as `shown`.

    A log that is full is first given another name, by which it is still read. `durable` waits for
    the disk.
    """
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with Appending(path) as log:
            if log.size >= LARGEST_FILE:
                log.move(_another(path))
            log.write(lines, durable=durable)
    except OSError as error:
        raise LogError(f"{shown} was not written: {error.strerror or error}") from error


def _another(path: str) -> str:
    """Return a free name beside a log, with the month in which it was full."""
    stem, end = os.path.splitext(path)
    month = day(seconds())[:7]
    name, number = f"{stem}-{month}{end}", 1
    while os.path.lexists(name) or os.path.lexists(os.path.splitext(name)[0] + ".parquet"):
        number += 1
        name = f"{stem}-{month}-{number}{end}"
    return name
