from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ctxtally.model.category_rule import CategoryRule
from ctxtally.model.usage import Tokens, Usage
from ctxtally.usage.exports import apart, monitor_record, monitor_sessions, telemetry
from ctxtally.usage.records import read
from tests.usage.records_test import record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

STAMP = "1970-01-02T00:00:00.500000Z"
LOGGED = Usage(
    id="1", moment=86_400.5, session="s", operation="read MANIFEST.json", total=2500, model="m"
)


def test_a_line_of_the_session_monitor() -> None:
    assert monitor_record(LOGGED) == {
        "timestamp": STAMP,
        "operation": "read MANIFEST.json",
        "tokens": 2500,
        "category": "manifest",
        "session_id": "s",
        "metadata": {"model": "m"},
    }
    rules = (CategoryRule(name="mine", patterns=("read *",)),)
    assert (monitor_record(LOGGED, rules) or {})["category"] == "mine"


def test_a_response_of_an_agent_in_that_shape() -> None:
    assert monitor_record(Usage(model="m", total=7)) == {
        "timestamp": "",
        "operation": "m",
        "tokens": 7,
        "category": "other",
        "session_id": None,
        "metadata": {"model": "m"},
    }
    assert monitor_record(Usage(model="m")) is None, "it knows no unknown tokens"


def test_how_tokens_are_known_is_kept() -> None:
    usage = Usage(moment=1.0, session="s", operation="think", total=7, counted="estimate")
    assert (monitor_record(usage) or {})["metadata"] == {"counted": "estimate"}
    sessions: Any = monitor_sessions([usage])
    assert sessions["s"]["operations"][0]["metadata"] == {"counted": "estimate"}


def test_the_sessions_of_the_session_monitor() -> None:
    usages = [
        Usage(kind="session.end", moment=86_402.5, session="s"),
        LOGGED,
        Usage(moment=86_401.5, session="s", operation="think"),
        Usage(kind="session.start", moment=86_400.0, session="s"),
        Usage(kind="session.start", moment=86_403.0, session="t"),
        Usage(moment=1.0, operation="alone", total=9),
    ]
    assert monitor_sessions(usages) == {
        "s": {
            "session_id": "s",
            "started": "1970-01-02T00:00:00.000000Z",
            "ended": "1970-01-02T00:00:02.500000Z",
            "operations": [
                {
                    "timestamp": STAMP,
                    "operation": "read MANIFEST.json",
                    "tokens": 2500,
                    "category": "manifest",
                    "session_id": "s",
                    "metadata": {},
                }
            ],
            "total_tokens": 2500,
        },
        "t": {
            "session_id": "t",
            "started": "1970-01-02T00:00:03.000000Z",
            "ended": None,
            "operations": [],
            "total_tokens": 0,
        },
    }


def test_the_attributes_of_open_telemetry() -> None:
    tokens = Tokens(
        input=1, cache_read=20, cache_write_5m=300, cache_write_1h=4000, output=7, reasoning=5
    )
    usage = Usage(
        moment=86_400.5,
        provider="anthropic",
        model="m",
        key="msg_1",
        session="s",
        agent="a",
        tokens=tokens,
    )
    assert telemetry(usage) == {
        "timestamp": STAMP,
        "gen_ai.provider.name": "anthropic",
        "gen_ai.response.model": "m",
        "gen_ai.response.id": "msg_1",
        "gen_ai.conversation.id": "s",
        "gen_ai.agent.name": "a",
        "gen_ai.usage.input_tokens": 4321,
        "gen_ai.usage.cache_read.input_tokens": 20,
        "gen_ai.usage.cache_creation.input_tokens": 4300,
        "gen_ai.usage.output_tokens": 7,
    }
    assert telemetry(Usage(total=5)) is None


def test_parts_that_do_not_overlap() -> None:
    tokens = Tokens(input=1, cache_read=20, cache_write_5m=300, cache_write_1h=4000, output=7)
    usage = Usage(moment=86_400.5, model="m", session="s", tokens=tokens, cost_usd=0.0)
    assert apart(usage) == {
        "timestamp": STAMP,
        "model": "m",
        "session_id": "s",
        "input_tokens": 1,
        "cache_read_input_tokens": 20,
        "cache_creation_input_tokens": 4300,
        "output_tokens": 7,
        "total_tokens": 4328,
        "cost_usd": 0.0,
    }
    assert apart(Usage(total=5)) is None


@pytest.mark.parametrize("form", [telemetry, apart])
@pytest.mark.parametrize(
    "tokens", [Tokens(input=5, output=7), Tokens(input=1, cache_read=20, cache_write_5m=3)]
)
def test_both_conventions_are_read_back_as_they_were(
    form: Callable[[Usage], Mapping[str, object] | None], tokens: Tokens
) -> None:
    given = form(Usage(tokens=tokens, total=tokens.total))
    found = read(record(json.dumps(given))).usage
    assert found is not None
    assert (found.tokens, found.total) == (tokens, tokens.total)
