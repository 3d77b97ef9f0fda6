"""Lines of Claude Code, of which only some members are read."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.adapters.json_objects import line_objects
from ctxtally.adapters.transcripts.claude import ClaudeReader
from ctxtally.adapters.transcripts.claude_lines import ClaudeLines
from ctxtally.adapters.transcripts.source import Lines
from ctxtally.usage.responses import joined
from tests.support.transcripts import said

if TYPE_CHECKING:
    from ctxtally.adapters.transcripts.source import Parse
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
    told = [_responses(lines.parse(content)) for content in (one, one, other, one, one)]
    assert list(map(bool, told)) == [True, False, True, True, False]


said_again = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["assistant", "user", None]),
        "timestamp": st.sampled_from(
            ["2026-03-01T10:00:00.000Z", "2026-03-01T10:00:09.000Z", "1 March", "", None]
        ),
        "cwd": st.sampled_from(["/a", "/b", None]),
        "branch": st.sampled_from(["main", "topic"]),
        "session": st.sampled_from(["s1", "s2"]),
        "isSidechain": st.booleans(),
        "stop": st.sampled_from([None, "end_turn"]),
        "message": st.fixed_dictionaries(
            {},
            optional={
                "role": st.sampled_from(["assistant", "user", None]),
                "model": st.sampled_from(["opus", "<synthetic>", None]),
            },
        ),
    },
)


@given(st.lists(st.tuples(st.sampled_from(["msg_1", "alpha"]), said_again), min_size=2, max_size=5))
def test_lines_that_nearly_say_the_same(told: list[tuple[str, dict[str, Any]]]) -> None:
    content = "\n".join(json.dumps(said(key, **more)) for key, more in told).encode()

    def found(parse: Parse) -> tuple[dict[str, Response], set[tuple[str, str]]]:
        whole: dict[str, Response] = {}
        places = set()
        for one in Lines(ClaudeReader("s.jsonl"), parse, 0, 4e9).responses(BytesIO(content)):
            before = whole.get(one.key)
            whole[one.key] = one if before is None else joined(before, one)
            places.add((one.key, one.cwd))
        return whole, places

    assert found(ClaudeLines().parse) == found(line_objects(many=False))
