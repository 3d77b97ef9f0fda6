"""One line of the usage log."""

from __future__ import annotations

from typing import TypedDict

# Readers of later schemas tell events apart by this.
SCHEMA_VERSION = 1


class Event(TypedDict, total=False):
    """One line of usage-log.jsonl. `id` is added when it is written; times are UTC."""

    v: int
    id: str
    ts: str
    day: str
    kind: str
    source: str
    operation: str
    subject: str
    counted: str
    tokenizer: str
    path: str
    oid: str
    tokens: int
    before: int
    files: int
    errors: int
    warnings: int
    exit: int
