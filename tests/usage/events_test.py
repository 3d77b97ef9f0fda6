from __future__ import annotations

from datetime import datetime, timezone

from ctxtally.usage.events import context_events, run_event
from tests.support.make import measured

MOMENT = datetime(2026, 11, 21, 23, 59, 1, 250_000, tzinfo=timezone.utc)
FILES = [measured("CLAUDE.md", 12), measured("AGENTS.md", 5)]


def test_a_run() -> None:
    assert run_event(
        MOMENT,
        "budget",
        subject="index",
        tokenizer="o200k_base",
        files=FILES,
        errors=1,
        warnings=2,
        status=1,
    ) == {
        "v": 1,
        "ts": "2026-11-21T23:59:01.250000Z",
        "day": "2026-11-21",
        "kind": "budget",
        "source": "hook",
        "operation": "budget",
        "subject": "index",
        "counted": "tokenizer",
        "tokenizer": "o200k_base",
        "files": 2,
        "tokens": 17,
        "errors": 1,
        "warnings": 2,
        "exit": 1,
    }


def test_only_counts_that_changed() -> None:
    seen = {"CLAUDE.md": 10, "AGENTS.md": 5}
    (event,) = context_events(MOMENT, "report", tokenizer="o200k_base", files=FILES, seen=seen)
    assert event == {
        "v": 1,
        "ts": "2026-11-21T23:59:01.250000Z",
        "day": "2026-11-21",
        "kind": "context",
        "source": "hook",
        "operation": "report",
        "counted": "tokenizer",
        "tokenizer": "o200k_base",
        "path": "CLAUDE.md",
        "oid": "0" * 40,
        "tokens": 12,
        "before": 10,
    }


def test_a_new_file_has_no_before() -> None:
    events = context_events(MOMENT, "report", tokenizer="x", files=FILES, seen={})
    assert [event.get("before") for event in events] == [None, None]
