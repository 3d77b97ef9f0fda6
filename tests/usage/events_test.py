from __future__ import annotations

from ctxtally.usage.events import context_events, run_event
from tests.support.make import measured

FILES = [measured("CLAUDE.md", 12), measured("AGENTS.md", 5)]


def test_a_run() -> None:
    assert run_event(
        "budget",
        subject="index",
        tokenizer="o200k_base",
        files=FILES,
        errors=1,
        warnings=2,
        status=1,
    ) == {
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
    (event,) = context_events("report", tokenizer="o200k_base", files=FILES, seen=seen)
    assert event == {
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
    events = context_events("report", tokenizer="x", files=FILES, seen={})
    assert [event.get("before") for event in events] == [None, None]
