"""One line of the usage log."""

from __future__ import annotations

from typing import TypedDict


class Event(TypedDict, total=False):
    """What happened. `v`, `id`, `ts` and `day` (UTC) are put in front when it is written."""

    kind: str
    source: str
    operation: str
    category: str
    agent: str
    session: str
    dir: str
    subject: str
    counted: str
    tokenizer: str
    path: str
    reason: str
    parent: str
    memory: str
    oid: str
    tokens: int
    before: int
    files: int
    errors: int
    warnings: int
    exit: int
    turn: int
    limit: int
    phase: str
    trigger: str
    error: str
    truncated: bool
    provider: str
    model: str
    key: str
    repo: str
    branch: str
    commit: str
    instead: str
    switched_from: str
    worktree: str
    input: int
    cache_read: int
    cache_write_5m: int
    cache_write_1h: int
    output: int
    reasoning: int
    speed: str
    service_tier: str
    inference_geo: str
    searches: int
    subagent: bool
    final: bool
