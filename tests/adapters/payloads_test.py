from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctxtally.adapters.payloads import parse, status_line, usable
from ctxtally.model.agent_call import AGENTS, Call
from ctxtally.model.loading import Loading
from ctxtally.model.measurement import Measurement

if TYPE_CHECKING:
    from collections.abc import Mapping

LINE: dict[str, object] = {
    "cwd": "/r",
    "session_id": "abc123",
    "model": {"id": "claude-opus-5", "display_name": "Opus"},
    "workspace": {"current_dir": "/r/sub", "project_dir": "/r"},
    "context_window": {
        "total_input_tokens": 15500,
        "total_output_tokens": 1200,
        "context_window_size": 200000,
        "used_percentage": 8,
        "remaining_percentage": 92,
        "current_usage": {
            "input_tokens": 8500,
            "output_tokens": 1200,
            "cache_creation_input_tokens": 5000,
            "cache_read_input_tokens": 2000,
        },
    },
    "exceeds_200k_tokens": False,
    "rate_limits": {"five_hour": {"used_percentage": 23.5, "resets_at": 1738425600}},
}


def call(found: object, agent: str | None = None, **environment: str) -> Call | None:
    return parse(json.dumps(found).encode(), agent, environment)


@pytest.mark.parametrize(
    ("found", "environment", "agent"),
    [
        pytest.param({"cursor_version": "3", "session_id": "x"}, {}, "cursor", id="version"),
        pytest.param({"conversation_id": "c"}, {}, "cursor", id="conversation"),
        pytest.param(
            {"transcript_path": "C:\\u\\.cursor\\p\\1.jsonl"}, {}, "cursor", id="cursor folder"
        ),
        pytest.param({"sessionId": "s", "timestamp": 1763650000000}, {}, "copilot", id="numbers"),
        pytest.param({"extensionId": "x", "session_id": "s"}, {}, "copilot", id="VS Code"),
        pytest.param({"transcript_path": "/x/github.copilot-chat/1"}, {}, "copilot", id="chat"),
        pytest.param(
            {"timestamp": "2026-11-20T17:00:00Z", "transcript_path": "/x/1"},
            {"GEMINI_PROJECT_DIR": "/r"},
            "gemini-cli",
            id="Gemini by its variable",
        ),
        pytest.param(
            {"timestamp": "2026-11-20T17:00:00Z", "transcript_path": "/u/.gemini/tmp/1"},
            {},
            "gemini-cli",
            id="Gemini by its folder",
        ),
        pytest.param({"timestamp": "2026-11-20T17:00:00Z"}, {}, "copilot", id="PascalCase"),
        pytest.param({"turn_id": "1", "transcript_path": "/x/1"}, {}, "codex", id="turn"),
        pytest.param(
            {"model": "m", "permission_mode": "default", "source": "s", "transcript_path": None},
            {},
            "codex",
            id="start without transcript",
        ),
        pytest.param(
            {
                "model": "m",
                "permission_mode": "default",
                "source": "s",
                "transcript_path": "/u/.codex/sessions/1",
            },
            {},
            "codex",
            id="start in its folder",
        ),
        pytest.param(
            {"model": "m", "source": "compact", "transcript_path": "/u/.claude/projects/x/1"},
            {},
            "claude-code",
            id="Claude names its model after compaction",
        ),
        pytest.param(
            {"permission_mode": "default", "transcript_path": "/u/.claude/projects/x/1"},
            {"GEMINI_PROJECT_DIR": "/r"},
            "claude-code",
            id="Claude inside Gemini",
        ),
        pytest.param({}, {}, "claude-code", id="nothing"),
    ],
)
def test_which_agent(found: dict[str, object], environment: dict[str, str], agent: str) -> None:
    made = call({"hook_event_name": "SessionStart"} | found, **environment)
    assert made
    assert made.agent == agent
    for named in AGENTS:
        told = call({"hook_event_name": "SessionStart"} | found, named, **environment)
        assert told
        assert told.agent == named, "what is said goes before what is found"


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("SessionStart", "start"),
        ("sessionStart", "start"),
        ("session_start", "start"),
        ("UserPromptSubmit", "prompt"),
        ("beforeSubmitPrompt", "prompt"),
        ("BeforeAgent", "prompt"),
        ("PostToolUse", "tool"),
        ("PostToolBatch", "tool"),
        ("AfterTool", "tool"),
        ("Stop", "stop"),
        ("agentStop", "stop"),
        ("AfterAgent", "stop"),
        ("PreCompact", "compact"),
        ("PreCompress", "compact"),
        ("SessionEnd", "end"),
        ("InstructionsLoaded", "loaded"),
    ],
)
def test_which_event(name: str, event: str) -> None:
    made = call({"hook_event_name": name})
    assert made
    assert (made.event, made.name) == (event, name)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"source": "startup", "initialPrompt": "x"}, "sessionStart"),
        ({"prompt": "x"}, "userPromptSubmitted"),
        ({"toolName": "bash", "toolArgs": "{}", "toolResult": {}}, "postToolUse"),
        ({"trigger": "auto", "customInstructions": ""}, "preCompact"),
        ({"stopReason": "end_turn", "transcriptPath": "/x"}, "agentStop"),
        ({"reason": "complete"}, "sessionEnd"),
    ],
)
def test_events_that_are_not_named(fields: dict[str, object], name: str) -> None:
    made = call({"sessionId": "s", "timestamp": 1763650000000, "cwd": "/r"} | fields)
    assert made
    assert (made.agent, made.name, made.session) == ("copilot", name, "s")


@pytest.mark.parametrize(
    "found",
    [
        pytest.param([], id="a list"),
        pytest.param("SessionStart", id="a word"),
        pytest.param({}, id="no event"),
        pytest.param({"hook_event_name": "PreToolUse"}, id="an event that is not ours"),
        pytest.param({"hook_event_name": ["SessionStart"]}, id="an event of another type"),
        pytest.param({"hook_event_name": "SessionStart", "agent_id": "a1"}, id="a subagent"),
    ],
)
def test_nothing_for_us(found: object) -> None:
    assert call(found) is None


def test_the_parts_of_a_call() -> None:
    assert call(
        {
            "hook_event_name": "preCompact",
            "conversation_id": "conv-1",
            "session_id": "other",
            "model": "m",
            "cwd": "",
            "workspace_roots": ["/r", "/s"],
            "context_tokens": 170000,
            "context_window_size": 200000.0,
            "transcript_path": None,
        }
    ) == Call(
        agent="cursor",
        event="compact",
        name="preCompact",
        session="conv-1",
        directory="/r",
        model="m",
        tokens=170_000,
        window=200_000,
    )


@pytest.mark.parametrize("roots", [[], [7], "/r", None])
def test_odd_roots(roots: object) -> None:
    made = call({"hook_event_name": "stop", "workspace_roots": roots})
    assert made
    assert made.directory == ""


@pytest.mark.parametrize("tokens", [-1, True, "7", None, 2**60, []])
def test_odd_numbers(tokens: object) -> None:
    made = call({"hook_event_name": "SessionStart", "context_tokens": tokens})
    assert made
    assert made.tokens == 0


def test_a_loaded_file() -> None:
    made = call(
        {
            "hook_event_name": "InstructionsLoaded",
            "file_path": "/r/a.md",
            "memory_type": "Project",
            "load_reason": "include",
            "parent_file_path": "/r/CLAUDE.md",
        }
    )
    assert made
    assert made.loading == Loading(path="/r/a.md", reason="include", parent="/r/CLAUDE.md")
    assert made.memory == "Project"
    nothing = call({"hook_event_name": "InstructionsLoaded"})
    assert nothing
    assert nothing.loading is None


SMALL = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
ANY_JSON = SMALL | st.lists(SMALL, max_size=2) | st.dictionaries(st.text(max_size=3), SMALL)
KEYS = st.sampled_from(
    ["hook_event_name", "session_id", "cwd", "transcript_path", "source", "context_window", "model"]
)
NAMES = st.sampled_from(["SessionStart", "PreCompact", "InstructionsLoaded", "Stop"])


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(KEYS, ANY_JSON | NAMES))
def test_any_values(found: Mapping[str, object]) -> None:
    raw = json.dumps(found).encode()
    made = parse(raw, None, {})
    assert made is None or made.name == found.get("hook_event_name")
    status_line(raw, {}, 0.0)


@given(st.binary(max_size=100))
def test_any_bytes(raw: bytes) -> None:
    assert parse(raw, None, {}) is None
    assert status_line(raw, {}, 0.0) is None


def test_a_byte_order_mark_and_bytes_that_are_no_text() -> None:
    made = parse(b'\xef\xbb\xbf{"hook_event_name": "Stop", "session_id": "\xff"}', None, {})
    assert made
    assert made.session == "\ufffd"


def line(**window: object) -> Measurement | None:
    context = dict(LINE["context_window"])  # type: ignore[call-overload] # it is a mapping
    told = status_line(json.dumps(LINE | {"context_window": context | window}).encode(), {}, 7.0)
    return told.measurement if told else None


def test_the_status_line() -> None:
    told = status_line(json.dumps(LINE).encode(), {}, 7.0)
    assert told
    assert told.directory == "/r"
    assert told.measurement == Measurement(
        tokens=15_500,
        window=200_000,
        source="statusline",
        at=7.0,
        session="abc123",
        model="claude-opus-5",
    )


@pytest.mark.parametrize(
    ("window", "tokens"),
    [
        pytest.param({"current_usage": None, "used_percentage": 42}, 84_000, id="only a share"),
        pytest.param({"current_usage": None, "used_percentage": 104.5}, 209_000, id="too full"),
        pytest.param({"current_usage": None, "used_percentage": None}, None, id="null is not 0"),
        pytest.param({"current_usage": None, "used_percentage": 0}, None, id="0 at the start"),
        pytest.param({"current_usage": None, "used_percentage": "8"}, None, id="a word"),
        pytest.param({"context_window_size": None}, None, id="without a window"),
    ],
)
def test_how_full(window: dict[str, object], tokens: int | None) -> None:
    found = line(**window)
    assert (found.tokens if found else None) == tokens


def test_a_line_without_a_window_or_a_directory() -> None:
    assert status_line(b'{"session_id": "x"}', {}, 0.0) is None
    bare = {key: value for key, value in LINE.items() if key not in ("cwd", "model")}
    told = status_line(json.dumps(bare).encode(), {}, 0.0)
    assert told
    assert (told.directory, told.measurement.model) == ("/r/sub", "")
    told = status_line(json.dumps(bare | {"workspace": 3}).encode(), {}, 0.0)
    assert told
    assert told.directory == ""


@pytest.mark.parametrize(
    ("text", "window", "found"),
    [
        ("", 200_000, 200_000),
        ("150000", 200_000, 150_000),
        ("500000", 200_000, 200_000),
        ("500k", 1_000_000, 100_000),
        ("9" * 400, 2_000_000, 1_000_000),
        ("lots", 200_000, 200_000),
    ],
)
def test_where_compaction_begins(text: str, window: int, found: int) -> None:
    assert usable(window, {"CLAUDE_CODE_AUTO_COMPACT_WINDOW": text}) == found


def test_long_windows_that_are_turned_off() -> None:
    off = {"CLAUDE_CODE_DISABLE_1M_CONTEXT": "1"}
    assert usable(1_000_000, off) == 200_000
    assert usable(128_000, off) == 128_000
    assert usable(1_000_000, {"CLAUDE_CODE_DISABLE_1M_CONTEXT": "0"}) == 1_000_000
