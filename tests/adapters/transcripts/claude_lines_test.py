"""Lines of Claude Code, of which only some members are read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.adapters.json_objects import line_objects
from ctxtally.adapters.transcripts.claude import ClaudeReader
from ctxtally.adapters.transcripts.claude_lines import ClaudeLines
from tests.support.transcripts import said

if TYPE_CHECKING:
    from ctxtally.model.response import Response

odd: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())
)
members = st.dictionaries(
    st.sampled_from(
        [
            *("type", "subtype", "uuid", "timestamp", "cwd", "requestId", "sessionId", "message"),
            *("gitBranch", "isSidechain", "toolUseResult"),
        ]
    ),
    odd,
    max_size=4,
)
within = st.dictionaries(
    st.sampled_from(["id", "role", "model", "stop_reason", "usage", "content"]), odd, max_size=3
)
counts = st.dictionaries(
    st.sampled_from(["input_tokens", "output_tokens", "cache_creation", "speed", "iterations"]),
    odd | st.integers(0, 9_999),
    max_size=4,
)


def _responses(found: dict[str, Any] | None) -> list[Response] | None:
    return None if found is None else list(ClaudeReader("s.jsonl").take(found, 0, 1.0))


@given(members, within, counts, st.booleans())
def test_what_is_read_is_all_that_counts(
    line: dict[str, object],
    message: dict[str, object],
    used: dict[str, object],
    ascii_only: bool,  # noqa: FBT001 - as it is drawn
) -> None:
    made: dict[str, Any] = said("msg_1")
    made["message"] |= {"usage": made["message"]["usage"] | used} | message
    text = json.dumps(made | line, ensure_ascii=ascii_only)
    content = text.encode("utf-8", "surrogatepass") + b"\n"
    assert _responses(ClaudeLines().parse(content)) == _responses(line_objects(many=False)(content))


@pytest.mark.parametrize(
    "content",
    [
        b'{"message":{"id":"msg_1","usage":{"input_tokens":5}',
        b'{"message":[{"usage":{"input_tokens":5}}],"type":"assistant"}',
        b'{"message":{"usage":{"input_tokens":5}},"message":{"usage":{"input_tokens":6}}}',
        b'{"toolUseResult":{"usage":{"input_tokens":5}}}',
        b'{"type":"assistant","message":{"id":"msg_\xff","usage":{"input_tokens":5}}}',
        b'{"type":"assistant","message":{"usage":{"input_tokens":NaN,"output_tokens":4}}}',
        b'{"type":"assistant","message":{"usage":%s}}' % (b"[" * 99_999),
        b'["usage"]',
        b'"usage"',
    ],
)
def test_what_is_odd_is_read_as_a_whole(content: bytes) -> None:
    assert _responses(ClaudeLines().parse(content)) == _responses(line_objects(many=False)(content))


def test_a_line_that_says_the_same_tells_nothing() -> None:
    lines = ClaudeLines()
    one, other = (json.dumps(said(f"msg_{number}")).encode() for number in (1, 2))
    told = [bool(lines.parse(content)) for content in (one, one, other, one, one)]
    assert told == [True, False, True, True, False]
