from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.adapters import transcript_tail
from ctxtally.adapters.transcript_tail import Tail
from tests.support.data import DEV, needs_dev

if TYPE_CHECKING:
    from pathlib import Path


def claude(tokens: int, *, model: str = "claude-opus-5-5", **more: object) -> str:
    usage = {"input_tokens": 3, "cache_creation_input_tokens": None}
    message = {"model": model, "usage": usage | {"cache_read_input_tokens": tokens - 3}}
    return json.dumps({"type": "assistant", "message": message} | more)


def codex(tokens: int, window: int = 258_400) -> str:
    info = {"last_token_usage": {"total_tokens": tokens}, "model_context_window": window}
    payload = {"type": "token_count", "info": info}
    return json.dumps({"type": "event_msg", "payload": payload})


BOUNDARY = {"type": "system", "subtype": "compact_boundary"}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([claude(100), claude(250)], (250, 0, "claude-opus-5-5"), id="the last"),
        pytest.param(
            [claude(100), claude(9, isSidechain=True), claude(8, model="<synthetic>")],
            (100, 0, "claude-opus-5-5"),
            id="subagents and local errors are not it",
        ),
        pytest.param(
            [claude(100), json.dumps({"message": {"usage": {"input_tokens": 0}}})],
            (100, 0, "claude-opus-5-5"),
            id="nor is nothing",
        ),
        pytest.param(
            [
                claude(900),
                json.dumps(BOUNDARY | {"compactMetadata": {"preTokens": 900, "postTokens": 40}}),
            ],
            (40, 0, ""),
            id="compacted",
        ),
        pytest.param(
            [claude(900), json.dumps(BOUNDARY | {"compactMetadata": {"preTokens": 900}})],
            (900, 0, "claude-opus-5-5"),
            id="compacted to nobody knows what",
        ),
        pytest.param(
            [
                json.dumps(
                    {
                        "message": {
                            "model": "m",
                            "usage": {
                                "input_tokens": 460_258,
                                "iterations": [
                                    {"type": "message", "input_tokens": 229_181},
                                    {"type": "message", "input_tokens": 231_077},
                                    {"type": "advisor_message", "input_tokens": 5},
                                ],
                            },
                        }
                    }
                )
            ],
            (231_077, 0, "m"),
            id="the last iteration, not their sum",
        ),
        pytest.param([codex(5), codex(70)], (70, 258_400, ""), id="Codex"),
        pytest.param(
            [codex(70), json.dumps({"payload": {"type": "token_count", "info": None}})],
            (70, 258_400, ""),
            id="Codex without figures",
        ),
        pytest.param(
            ['{"type":"gemini","model":"g","tokens":{"input":5,"output":2,"thoughts":1}}'],
            (8, 0, "g"),
            id="Gemini without a total",
        ),
        pytest.param([claude(5), "{torn tokens", "[1]", ""], (5, 0, "claude-opus-5-5"), id="torn"),
        pytest.param(["tokens", "42"], None, id="nothing"),
        pytest.param([], None, id="empty"),
    ],
)
def test_the_last_usage(
    tmp_path: Path, lines: list[str], expected: tuple[int, int, str] | None
) -> None:
    path = tmp_path / "transcript.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    found = transcript_tail.read(str(path))
    made = Tail(tokens=expected[0], window=expected[1], model=expected[2]) if expected else None
    assert found == made


def test_geminis_older_form(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    messages = [
        {"type": "gemini", "model": "gemini-2.5-pro", "tokens": {"total": 12}},
        {"type": "user", "content": "x"},
    ]
    path.write_text(json.dumps({"sessionId": "1", "messages": messages}, indent=2), "utf-8")
    assert transcript_tail.read(str(path)) == Tail(tokens=12, model="gemini-2.5-pro")
    path.write_text('{"messages": 3, "tokens": 1}', "utf-8")
    assert transcript_tail.read(str(path)) is None


@pytest.mark.parametrize(
    ("behind", "found"),
    [(1_000, True), (100_000, True), (2_000_000, True), (5_000_000, False)],
)
def test_only_the_end_is_read(tmp_path: Path, behind: int, found: bool) -> None:  # noqa: FBT001 - a table
    path = tmp_path / "transcript.jsonl"
    filler = json.dumps({"type": "user", "toolUseResult": "x" * 900})
    path.write_text(f"{claude(7)}\n" + f"{filler}\n" * (behind // len(filler)), "utf-8")
    assert (transcript_tail.read(str(path)) is not None) is found


def test_what_is_not_there(tmp_path: Path) -> None:
    assert transcript_tail.read(str(tmp_path / "none")) is None
    assert transcript_tail.read("nul\0byte") is None
    assert transcript_tail.changed(str(tmp_path / "none")) is None
    assert transcript_tail.changed("nul\0byte") is None
    assert transcript_tail.read(str(tmp_path)) is None
    assert transcript_tail.changed(str(tmp_path)) is None


def test_700_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "transcript.jsonl"
    with path.open("wb") as file:
        file.truncate(700 << 20)  # a sparse file
        file.seek(0, 2)
        file.write(f"\n{claude(7)}\n".encode())
    assert transcript_tail.changed(str(path))
    assert transcript_tail.read(str(path)) == Tail(tokens=7, model="claude-opus-5-5")


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    path = tmp_path_factory.mktemp("any") / "transcript"
    path.write_bytes(b"\n".join([claude(7).encode(), *(b"tokens" + line for line in lines)]))
    assert transcript_tail.read(str(path)) == Tail(tokens=7, model="claude-opus-5-5")


@needs_dev
def test_real_transcripts() -> None:
    """The last usage of each, by another way: the whole file, line by line."""
    checked = 0
    for path in sorted((DEV / "transcripts" / "entireio-cli").glob("*.jsonl")):
        last = 0
        for line in path.read_text("utf-8").splitlines():
            record = json.loads(line)
            message = record.get("message")
            if record.get("isSidechain") or not isinstance(message, dict):
                continue
            usage = message.get("usage") or {}
            keys = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
            last = sum(usage.get(key) or 0 for key in keys) or last
        found = transcript_tail.read(str(path))
        assert (found.tokens if found else 0) == last, path.name
        checked += bool(last)
    assert checked >= 3
