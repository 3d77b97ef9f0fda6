"""Transcripts of Claude Code and Codex: a turn is one response of the API."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters.agent_logs.claude import ClaudeReader
from ctxtally.adapters.agent_logs.codex import CodexReader
from ctxtally.adapters.agent_logs.opening import read
from tests.support.data import DEV, needs_dev

if TYPE_CHECKING:
    from pathlib import Path

    from ctxtally.adapters.agent_logs.reader import Reader

ENTIRE = DEV / "transcripts" / "entireio-cli"


@needs_dev
def test_the_real_transcripts() -> None:
    expected = json.loads((ENTIRE / "expected.json").read_text("utf-8"))
    for name, facts in expected.items():
        log = read(str(ENTIRE / f"{name}.jsonl"))
        used = [turn.used for turn in log.turns]
        assert len(used) == facts["whole_file"]["distinct_message_ids"], name
        assert [used[0]] == facts["context_tokens_first"], name
        assert max(used) == facts["context_tokens_max"], name
        assert [used[-1]] == facts["context_tokens_last"], name
        compressed = sum(turn.has("compressed") for turn in log.turns)
        assert compressed == facts["compact_boundaries"], name


@needs_dev
def test_the_real_compaction() -> None:
    turns = read(str(ENTIRE / "4b-7d5121b42a-0.jsonl")).turns
    (at,) = [at for at, turn in enumerate(turns) if turn.has("compressed")]
    assert (at, turns[at - 1].used, turns[at].used) == (9, 153_738, 49_386)
    assert turns[at].events[0].tokens == 153_739
    assert turns[-1].used == 79_149


@needs_dev
@pytest.mark.parametrize(
    ("path", "used"),
    [
        (
            "ccusage/apps/ccusage/test/fixtures/codex/sessions/project-alpha/session-alpha.jsonl",
            [1200, 3000],
        ),
        ("codemie-code/codex/tests/integration/session/fixtures/codex/turn-1.jsonl", [1036]),
        (
            "codemie-code/codex/tests/integration/session/fixtures/codex/turn-spawn-skill.jsonl",
            [5200],
        ),
        (
            "codemie-code/claude/tests/integration/metrics/fixtures/claude/-tmp-private/agent-36541525.jsonl",
            [16979],
        ),
        ("claude-code-log/test/test_data/edge_cases.jsonl", [35, 200, 85, 168]),
        ("git-ai/tests/fixtures/codex-session-simple.jsonl", []),
    ],
)
def test_other_real_transcripts(path: str, used: list[int]) -> None:
    assert [turn.used for turn in read(str(DEV / "transcripts" / path)).turns] == used


def taken(reader: Reader, *lines: object) -> Reader:
    for number, line in enumerate(lines, start=1):
        reader.take(number, line if isinstance(line, str) else json.dumps(line))
    return reader


def answer(name: str, prompt: int, **more: object) -> dict[str, object]:
    usage = {"input_tokens": 4, "cache_read_input_tokens": prompt - 4, "output_tokens": 9}
    message = {"id": name, "role": "assistant", "model": "claude-opus-4-5", "usage": usage}
    return {"type": "assistant", "sessionId": "s", "timestamp": "T", "message": message} | more


def test_a_response_in_several_lines_is_one_turn() -> None:
    lines = (answer("msg_1", 100), answer("msg_1", 120), answer("msg_2", 90), answer("msg_1", 1))
    reader = taken(ClaudeReader(), *(answer("msg_1", 100), *lines))
    assert [(turn.used, turn.line, turn.number) for turn in reader.turns] == [
        (120, 1, 1),
        (90, 4, 2),
    ]
    assert reader.turns[0].model == "claude-opus-4-5"
    assert reader.turns[0].time == "T"


def test_subagents_are_other_conversations() -> None:
    side = answer("msg_2", 50, isSidechain=True)
    assert [turn.used for turn in taken(ClaudeReader(), answer("msg_1", 9), side).turns] == [9]
    assert [turn.used for turn in taken(ClaudeReader(), side).turns] == [50]


def test_the_last_iteration_is_the_prompt() -> None:
    line = answer("msg_1", 300)
    part = {"type": "message", "input_tokens": 200, "cache_read_input_tokens": None}
    more = {"iterations": [{"type": "message", "input_tokens": 100}, part, {"type": "advisor"}, 7]}
    line["message"]["usage"] |= more  # type: ignore[index] # it is a dict
    assert [turn.used for turn in taken(ClaudeReader(), line).turns] == [200]


@pytest.mark.parametrize(
    "line",
    [
        {"type": "summary", "summary": "x", "leafUuid": "y"},
        {"message": {"usage": {"input_tokens": 9}, "model": "<synthetic>"}},
        {"message": {"usage": {"input_tokens": 0}}},
        {"message": {"usage": {"input_tokens": None, "cache_read_input_tokens": True}}},
        {"message": {"usage": 7}},
        {"message": "usage"},
        "",
    ],
)
def test_what_is_no_response(line: object) -> None:
    reader = taken(ClaudeReader(), line)
    assert (reader.turns, reader.bad) == ([], 0)


@pytest.mark.parametrize("line", ["{", "42", "[1]", '"text"', "[" * 100_000])
@pytest.mark.parametrize("kind", [ClaudeReader, CodexReader])
def test_bad_lines_are_counted(kind: type[ClaudeReader | CodexReader], line: str) -> None:
    reader = taken(kind(), line)
    assert (reader.turns, reader.bad) == ([], 1)


def test_responses_without_a_name_are_told_apart_by_their_lines() -> None:
    line = {"message": {"usage": {"input_tokens": 9}}}
    assert len(taken(ClaudeReader(), line, line).turns) == 2


def test_a_compaction_is_of_the_turn_after_it() -> None:
    boundary = {"subtype": "compact_boundary", "compactMetadata": {"preTokens": 167189}}
    summary = {"isCompactSummary": True, "message": {"content": '"usage":{"input_tokens":999999}'}}
    reader = taken(ClaudeReader(), answer("msg_1", 900), boundary, summary, answer("msg_2", 90))
    assert [turn.used for turn in reader.turns] == [900, 90]
    (event,) = reader.turns[1].events
    assert (event.kind, event.tokens, event.line) == ("compressed", 167189, 2)
    (event,) = (
        taken(ClaudeReader(), {"subtype": "compact_boundary"}, answer("a", 9)).turns[0].events
    )
    assert event.tokens is None


@pytest.mark.parametrize(
    "content", ["Prompt is too long", [{"type": "text", "text": "Prompt is too long: x"}]]
)
def test_a_refused_prompt(content: object) -> None:
    refused = {"isApiErrorMessage": True, "message": {"model": "<synthetic>", "content": content}}
    (turn,) = taken(ClaudeReader(), answer("msg_1", 9), refused).turns
    assert [event.kind for event in turn.events] == ["over-limit"]


@pytest.mark.parametrize("content", ["Overloaded", [], [7], None])
def test_another_error_is_no_refusal(content: object) -> None:
    other = {"isApiErrorMessage": True, "message": {"model": "<synthetic>", "content": content}}
    assert taken(ClaudeReader(), answer("msg_1", 9), other).turns[0].events == ()


def event(totals: object, last: object, window: int | None = 258_400) -> dict[str, object]:
    info = {"total_token_usage": totals, "last_token_usage": last, "model_context_window": window}
    kept = {key: value for key, value in info.items() if value is not None}
    return {"type": "event_msg", "timestamp": "T", "payload": {"type": "token_count", "info": kept}}


def usage(read: int, cached: int, written: int) -> dict[str, int]:
    return {
        "input_tokens": read,
        "cached_input_tokens": cached,
        "output_tokens": written,
        "total_tokens": read + written,
    }


FIRST, SECOND = usage(1000, 400, 100), usage(2000, 1500, 200)
BOTH = usage(3000, 1900, 300)
CODEX: dict[str, tuple[list[dict[str, object]], list[int]]] = {
    "two responses": ([event(FIRST, FIRST), event(BOTH, SECOND)], [1100, 2200]),
    "repeats": ([event(FIRST, FIRST)] * 4 + [event(BOTH, SECOND)] * 2, [1100, 2200]),
    "without the last": ([event(FIRST, None), event(BOTH, None)], [1100, 2200]),
    "without totals": ([event(None, FIRST), event(None, SECOND)], [1100, 2200]),
    "estimate after a compaction": (
        [event(FIRST, FIRST), event(FIRST, {"total_tokens": 12847}), event(BOTH, SECOND)],
        [1100, 2200],
    ),
    "no figures": ([{"type": "event_msg", "payload": {"type": "token_count", "info": None}}], []),
    "neither totals nor the last": ([event(None, None)], []),
    "nothing was sent": ([event(None, usage(0, 0, 0)), event(FIRST, FIRST)], [1100]),
    "other lines": ([{"type": "response_item", "payload": {}}, {"type": "event_msg"}], []),
}


@pytest.mark.parametrize("case", CODEX)
def test_codex(case: str) -> None:
    lines, used = CODEX[case]
    reader = taken(CodexReader(), {"type": "turn_context", "payload": {"model": "m"}}, "", *lines)
    assert [turn.used for turn in reader.turns] == used
    assert {(turn.limit, turn.model, turn.time) for turn in reader.turns} <= {(258_400, "m", "T")}


def test_a_rollout_is_known_by_its_first_line(tmp_path: Path) -> None:
    log = tmp_path / "rollout.jsonl"
    rows = ({"type": "session_meta", "payload": {"id": "x"}}, event(FIRST, FIRST))
    log.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    found = read(str(log))
    assert (found.form, [turn.used for turn in found.turns]) == ("codex", [1100])


def test_codex_fills_the_window_up_where_a_prompt_is_refused() -> None:
    full = event({"total_tokens": 258_400}, {"total_tokens": 57_900})
    (turn,) = taken(CodexReader(), event(FIRST, FIRST), full).turns
    assert [one.kind for one in turn.events] == ["over-limit"]


def test_codex_compacts() -> None:
    lines = (event(FIRST, FIRST), {"type": "compacted", "payload": {}}, event(BOTH, SECOND))
    reader = taken(CodexReader(), *lines)
    assert [turn.has("compressed") for turn in reader.turns] == [False, True]
