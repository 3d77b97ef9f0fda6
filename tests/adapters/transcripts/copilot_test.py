from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.transcripts import buckets, read, write

if TYPE_CHECKING:
    from pathlib import Path

STORE = """
CREATE TABLE sessions (id TEXT, cwd TEXT, repository TEXT, branch TEXT);
CREATE TABLE assistant_usage_events (
    id INTEGER PRIMARY KEY, session_id TEXT, created_at TEXT, model TEXT,
    copilot_usage_model TEXT, input_tokens INT, output_tokens INT, cache_read_tokens INT,
    cache_write_tokens INT, reasoning_tokens INT, initiator TEXT, parent_tool_call_id TEXT
);
INSERT INTO sessions VALUES ('s1', '/r', 'me/r', 'main');
INSERT INTO assistant_usage_events VALUES
    (1, 's1', '2026-03-01 10:00:00', 'auto', 'gpt-5.2', 100, 9, 60, 10, 4, 'user', NULL),
    (2, 's1', '2026-03-01T10:00:05.000Z', 'gpt-5.2', NULL, 50, 3, NULL, NULL, 9, 'compaction', 't'),
    (3, 's1', NULL, 'gpt-5.2', NULL, 0, 0, 0, 0, 0, 'user', NULL),
    (4, 's9', NULL, 'gpt-5.2', NULL, 7, 1, 0, 0, 0, 'user', NULL);
"""


def test_rows_of_the_session_store(tmp_path: Path) -> None:
    path = tmp_path / "session-store.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(STORE)
    found, how = read(path, "copilot-db")
    assert [one.key for one in found] == ["copilot:s1:1", "copilot:s1:2", "copilot:s9:4"]
    assert buckets(found) == [(30, 60, 10, 9, 4), (50, 0, 0, 3, 3), (7, 0, 0, 1, 0)]
    assert [one.model for one in found] == ["gpt-5.2"] * 3
    assert [one.moment for one in found] == [1772359200.0, 1772359205.0, 86_400.0]
    assert [(one.cwd, one.branch) for one in found] == [("/r", "main"), ("/r", "main"), ("", "")]
    assert [one.side for one in found] == [False, True, False]
    assert read(path, "copilot-db", how) == ([], how)


def test_a_store_without_sessions(tmp_path: Path) -> None:
    path = tmp_path / "session-store.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(STORE)
        connection.execute("DROP TABLE sessions")
    assert len(read(path, "copilot-db")[0]) == 3


def event(kind: str, name: str = "e1", **data: object) -> dict[str, object]:
    return {"type": kind, "id": name, "timestamp": "2026-03-01T10:00:00Z", "data": data}


def sums(*counts: int) -> dict[str, object]:
    names = ("inputTokens", "cacheReadTokens", "cacheWriteTokens", "outputTokens")
    return {"requests": {"count": 2}, "usage": dict(zip(names, counts, strict=True))}


START = event("session.start", sessionId="s1", context={"cwd": "/r", "branch": "main"})


def end(name: str, **metrics: object) -> dict[str, object]:
    return event("session.shutdown", name, modelMetrics=metrics)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([end("a", gpt=sums(100, 60, 10, 9))], [(30, 60, 10, 9, 0)], id="a session"),
        pytest.param(
            [end("a", gpt=sums(100, 60, 10, 9)), end("b", gpt=sums(150, 70, 10, 12))],
            [(30, 60, 10, 9, 0), (40, 10, 0, 3, 0)],
            id="resumed: the sums go on",
        ),
        pytest.param(
            [end("a", gpt=sums(100, 60, 10, 9)), end("b", gpt=sums(100, 60, 10, 9))],
            [(30, 60, 10, 9, 0)],
            id="resumed, and nothing was asked",
        ),
        pytest.param(
            [
                end("a", gpt=sums(100, 60, 10, 9)),
                event("session.compaction_complete"),
                end("b", gpt=sums(150, 70, 10, 12)),
            ],
            [(30, 60, 10, 9, 0), (70, 70, 10, 12, 0)],
            id="set back by a compaction",
        ),
        pytest.param(
            [end("a", gpt=sums(100, 60, 10, 9)), end("b", gpt=sums(20, 0, 0, 2))],
            [(30, 60, 10, 9, 0), (20, 0, 0, 2, 0)],
            id="set back",
        ),
        pytest.param(
            [end("a", gpt=sums(9, 0, 0, 1), claude=sums(5, 0, 0, 1), odd="x")],
            [(9, 0, 0, 1, 0), (5, 0, 0, 1, 0)],
            id="two models",
        ),
        pytest.param([event("session.shutdown")], [], id="no sums"),
        pytest.param([{"type": "session.shutdown", "data": "x"}], [], id="no data"),
        pytest.param([event("assistant.message", text='"modelMetrics"')], [], id="a message"),
    ],
)
def test_events_of_a_session(
    tmp_path: Path, events: list[object], expected: list[tuple[int, ...]]
) -> None:
    path = write(tmp_path / "s1" / "events.jsonl", START, *events)
    found, how = read(path, "copilot-events")
    assert buckets(found) == expected
    assert {(one.session, one.cwd, one.branch) for one in found} <= {("s1", "/r", "main")}
    first, before = read(write(path, START, *events[:1]), "copilot-events")
    rest, after = read(write(path, START, *events), "copilot-events", before)
    assert (first + rest, after.state) == (found, how.state)


def test_the_name_of_a_session_that_does_not_tell_it(tmp_path: Path) -> None:
    path = write(tmp_path / "s8" / "events.jsonl", end("a", gpt=sums(9, 0, 0, 1)))
    assert [one.key for one in read(path, "copilot-events")[0]] == ["copilot:s8:a:gpt"]
    path = write(tmp_path / "s9.jsonl", event("session.start"), end("a", gpt=sums(9, 0, 0, 1)))
    assert [one.key for one in read(path, "copilot-events")[0]] == ["copilot:s9:a:gpt"]


def attributes(session: str = "s1", **more: object) -> dict[str, object]:
    told: dict[str, object] = {
        "gen_ai.conversation.id": session,
        "gen_ai.request.model": "auto",
        "gen_ai.response.model": "gpt-5.2",
        "gen_ai.provider.name": "github",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.cache_read.input_tokens": 60,
        "gen_ai.usage.cache_creation.input_tokens": 10,
        "gen_ai.usage.output_tokens": 9,
        "gen_ai.usage.reasoning.output_tokens": 4,
    }
    return told | more


def span(name: str, number: int = 1, **more: str) -> dict[str, Any]:
    told: dict[str, object] = {
        "name": name,
        "traceId": "t1",
        "spanId": f"sp{number}",
        "endTime": [1_772_359_200, 5],
    }
    return told | {"attributes": attributes(**more)}


def test_a_span(tmp_path: Path) -> None:
    (one,), _ = read(write(tmp_path / "otel.jsonl", span("chat gpt-5.2")), "copilot-otel")
    assert (one.key, one.session, one.model) == ("copilot:s1:sp1", "s1", "gpt-5.2")
    assert (one.provider, one.moment) == ("github", 1772359200.0)
    assert buckets([one]) == [(30, 60, 10, 9, 4)]


def test_the_provider_s_id_is_the_key(tmp_path: Path) -> None:
    told = span("chat")
    told["attributes"]["gen_ai.response.id"] = "resp_1"
    (one,), _ = read(write(tmp_path / "otel.jsonl", told), "copilot-otel")
    assert one.key == "resp_1"


LEVELS: list[dict[str, Any]] = [
    span("chat gpt-5.2", 1),
    {
        "name": "gen_ai.client.inference.operation.details",
        "spanId": "l",
        "attributes": attributes(),
    },
    {"name": "copilot_chat.agent.turn", "spanId": "u", "attributes": attributes()},
    span("invoke_agent copilot", 2),
]


@pytest.mark.parametrize("best", range(4))
def test_one_level_of_a_session_counts(tmp_path: Path, best: int) -> None:
    told = [LEVELS[number] for number in (3, 2, 1, 0) if number >= best]
    found, how = read(write(tmp_path / "otel.jsonl", *told), "copilot-otel")
    assert [one.key.rpartition(":")[2] for one in found] == [LEVELS[best]["spanId"]]
    more = [span("chat gpt-5.2", 7), span("chat gpt-5.2", 8, session="s2")]
    rest, _ = read(write(tmp_path / "otel.jsonl", *told, *more), "copilot-otel", how)
    names = [one.key.rpartition(":")[2] for one in rest]
    assert names == (["sp7", "sp8"] if best == 0 else ["sp8"]), "the level stays what it was"


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(span("execute_tool x", 1), id="a level that is not known"),
        pytest.param({"name": "chat", "attributes": attributes()}, id="no id"),
        pytest.param({"attributes": {"gen_ai.usage.input_tokens": 0}, "name": "chat"}, id="none"),
        pytest.param({"attributes": "gen_ai.usage."}, id="no attributes"),
        pytest.param({"body": "gen_ai.usage."}, id="a text"),
    ],
)
def test_what_is_no_usage(tmp_path: Path, told: object) -> None:
    assert read(write(tmp_path / "otel.jsonl", told), "copilot-otel")[0] == []


def test_the_envelope_of_otlp(tmp_path: Path) -> None:
    listed = [
        {
            "key": name,
            "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value},
        }
        for name, value in attributes().items()
    ]
    one_span = {
        "name": "chat",
        "spanId": "sp1",
        "traceId": "t1",
        "endTimeUnixNano": "1772359200000000000",
        "attributes": [*listed, "x", {"key": "y", "value": {}}],
    }
    line = {"resourceSpans": [{"scopeSpans": [{"spans": [one_span]}]}]}
    (one,), _ = read(write(tmp_path / "otel.jsonl", line), "copilot-otel")
    assert (one.key, one.moment) == ("copilot:s1:sp1", 1772359200.0)
    assert buckets([one]) == [(30, 60, 10, 9, 4)]


def test_records_that_are_nested_too_deep(tmp_path: Path) -> None:
    nested: object = [span("chat")]
    for _ in range(9):
        nested = [nested]
    assert read(write(tmp_path / "otel.jsonl", {"spans": nested}), "copilot-otel")[0] == []


@pytest.mark.parametrize(
    ("time", "moment"),
    [
        ({"endTime": "2026-03-01T10:00:00Z"}, 1772359200.0),
        ({"endTime": None, "hrTime": [1_772_359_200, 0]}, 1772359200.0),
        ({"endTime": 1_772_359_200_000_000_000}, 1772359200.0),
        ({"endTime": []}, 86_400.0),
        ({"endTime": "soon"}, 86_400.0),
    ],
)
def test_times(tmp_path: Path, time: dict[str, object], moment: float) -> None:
    (one,), _ = read(write(tmp_path / "otel.jsonl", span("chat") | time), "copilot-otel")
    assert one.moment == moment
