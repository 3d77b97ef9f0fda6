from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.transcripts import SONNET, buckets, read, said, write

if TYPE_CHECKING:
    from pathlib import Path

FORM = "claude-code"
MESSAGE = {"input_tokens": 10, "output_tokens": 20, "cache_read_input_tokens": 40}
WRITTEN = {"cache_creation_input_tokens": 30}


def test_what_a_line_tells(tmp_path: Path) -> None:
    line = said("msg_1", cwd="/r/sub", used={"server_tool_use": {"web_search_requests": 2}})
    (one,), how = read(write(tmp_path / "s.jsonl", line), FORM)
    assert (one.key, one.agent, one.provider, one.model) == ("msg_1", FORM, "anthropic", SONNET)
    assert (one.session, one.branch, one.cwd, one.moment) == ("s1", "main", "/r/sub", 1772359200.0)
    assert (one.side, one.final, one.searches, one.speed) == (False, True, 2, "")
    assert buckets([one]) == [(10, 40, 30, 20, 0)]
    assert (how.offset, how.bad, how.torn) == ((tmp_path / "s.jsonl").stat().st_size, 0, False)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        pytest.param(said("msg_1"), "msg_1", id="the provider's id alone"),
        pytest.param(said("msg_bdrk_1"), "msg_bdrk_1", id="that of another provider"),
        pytest.param(said("alpha-1"), "claude-code:alpha-1:req_alpha-1:s1", id="another shape"),
        pytest.param(
            said("alpha-1", session=""),
            "claude-code:alpha-1:req_alpha-1:2026-03-01T10:00:00.000Z",
            id="without a session",
        ),
        pytest.param(said("", uuid="u"), "claude-code:u", id="no id: that of the line"),
    ],
)
def test_keys(tmp_path: Path, line: object, key: str) -> None:
    (one,), _ = read(write(tmp_path / "s.jsonl", line), FORM)
    assert one.key == key


def test_lines_without_any_id_are_told_apart(tmp_path: Path) -> None:
    found, _ = read(write(tmp_path / "s.jsonl", said(""), said("")), FORM)
    again, _ = read(tmp_path / "s.jsonl", FORM)
    assert len({one.key for one in found}) == 2
    assert [one.key for one in again] == [one.key for one in found]


@pytest.mark.parametrize(
    ("line", "provider", "model"),
    [
        (said("msg_bdrk_1"), "bedrock", SONNET),
        (said("x", message={"model": "converse/jp.claude"}), "bedrock", "converse/jp.claude"),
        (said("x"), "", SONNET),
    ],
    ids=["its id", "its model", "not known"],
)
def test_who_answered(tmp_path: Path, line: object, provider: str, model: str) -> None:
    (one,), _ = read(write(tmp_path / "s.jsonl", line), FORM)
    assert (one.provider, one.model) == (provider, model)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(said("msg_1", message={"model": "<synthetic>"}), id="no model answered"),
        pytest.param(said("msg_1", (0, 0, 0, 0)), id="no tokens at all"),
        pytest.param(said("msg_1", message={"usage": None}), id="no usage"),
        pytest.param(said("msg_1", message={"usage": [1]}), id="usage of another kind"),
        pytest.param({"type": "assistant", "message": '"usage"'}, id="a message that is text"),
        pytest.param(
            {"type": "user", "message": {"role": "user", "usage": MESSAGE}}, id="not an answer"
        ),
        pytest.param({"type": "result", "usage": MESSAGE}, id="sums of a command"),
        pytest.param(
            {"type": "progress", "data": {"message": said("msg_1")}}, id="a copy within a line"
        ),
    ],
)
def test_what_is_no_response(tmp_path: Path, line: object) -> None:
    found, how = read(write(tmp_path / "s.jsonl", line), FORM)
    assert (found, how.bad) == ([], 0)


def test_lifetimes_of_what_was_written(tmp_path: Path) -> None:
    split = {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20}
    (one,), _ = read(write(tmp_path / "s.jsonl", said("m", used={"cache_creation": split})), FORM)
    assert (one.tokens.cache_write_5m, one.tokens.cache_write_1h) == (10, 20)


def test_thinking_is_a_part_of_output(tmp_path: Path) -> None:
    used = {"output_tokens_details": {"thinking_tokens": 12}, "speed": "fast"}
    (one,), _ = read(write(tmp_path / "s.jsonl", said("m", used=used)), FORM)
    assert buckets([one]) == [(10, 40, 30, 20, 12)]
    assert one.speed == "fast"


@pytest.mark.parametrize(
    ("used", "told"),
    [
        pytest.param({}, ("", "", ""), id="older versions tell nothing"),
        pytest.param(
            {"speed": "standard", "service_tier": "standard", "inference_geo": "not_available"},
            ("", "", ""),
            id="as usual",
        ),
        pytest.param({"speed": None, "service_tier": None, "inference_geo": None}, ("", "", "")),
        pytest.param({"inference_geo": "global"}, ("", "", ""), id="from anywhere"),
        pytest.param({"inference_geo": "us"}, ("", "", "us"), id="from one country"),
        pytest.param({"service_tier": "batch"}, ("", "batch", ""), id="in a batch"),
        pytest.param(
            {"speed": "fast", "service_tier": "priority", "inference_geo": "us"},
            ("fast", "priority", "us"),
            id="all of it",
        ),
        pytest.param({"service_tier": 5, "inference_geo": ["us"]}, ("", "", ""), id="no texts"),
    ],
)
def test_the_terms_of_a_request(
    tmp_path: Path, used: dict[str, object], told: tuple[str, str, str]
) -> None:
    (one,), _ = read(write(tmp_path / "s.jsonl", said("msg_1", used=used)), FORM)
    assert (one.speed, one.service_tier, one.inference_geo) == told


def test_an_adviser_is_asked_as_the_response_is(tmp_path: Path) -> None:
    told = [iteration("advisor_message", 7, model="m", speed="fast")]
    used = {"service_tier": "batch", "inference_geo": "us", "iterations": told}
    found, _ = read(write(tmp_path / "s.jsonl", said("msg_1", used=used)), FORM)
    assert [(one.speed, one.service_tier, one.inference_geo) for one in found] == [
        ("", "batch", "us"),
        ("fast", "batch", "us"),
    ]


def iteration(kind: str, tokens: int, **more: object) -> dict[str, object]:
    return {"type": kind, "input_tokens": tokens, "output_tokens": 1} | more


@pytest.mark.parametrize(
    ("iterations", "expected"),
    [
        pytest.param(
            [iteration("message", 6), iteration("message", 4, output_tokens=19)],
            [("m", 10)],
            id="the parts of the response are in its usage",
        ),
        pytest.param(
            [iteration("message", 10), iteration("advisor_message", 7, model="adviser")],
            [("m", 10), ("m/2", 7)],
            id="an adviser stands apart",
        ),
        pytest.param(
            [
                iteration("message", 10, output_tokens=20) | WRITTEN,
                iteration("fallback_message", 7) | {"model": None},
            ],
            [("m", 10)],
            id="a fallback is in the sum",
        ),
        pytest.param(
            [
                iteration("message", 10, output_tokens=20, cache_read_input_tokens=40) | WRITTEN,
                iteration("fallback_message", 7) | {"model": None},
            ],
            [("m", 10), ("m/2", 7)],
            id="a fallback beside a sum that is complete",
        ),
        pytest.param(["x", None], [("m", 10)], id="no iterations"),
        pytest.param({"type": "advisor_message"}, [("m", 10)], id="no list"),
    ],
)
def test_iterations(tmp_path: Path, iterations: object, expected: list[tuple[str, int]]) -> None:
    line = said("m", used={"iterations": iterations}, message={"id": "msg_1"})
    found, _ = read(write(tmp_path / "s.jsonl", line), FORM)
    assert [(one.key.replace("msg_1", "m"), one.tokens.input) for one in found] == expected
    assert all(one.model in (SONNET, "adviser", "") for one in found)


def test_a_line_without_a_time_was_written_after_the_one_before(tmp_path: Path) -> None:
    lines = [said("msg_0", at=""), said("msg_1"), said("msg_2", at="yesterday")]
    lines.append(said("msg_3", at="2026-13-01T10:00:00.000Z"))
    found, _ = read(write(tmp_path / "s.jsonl", *lines), FORM)
    assert [one.moment for one in found] == [86_400.0, *[1772359200.0] * 3]


@pytest.mark.parametrize(
    ("second", "responses"),
    [
        pytest.param(said("msg_1", at="2026-03-01T10:00:09.000Z"), 1, id="the same again"),
        pytest.param(said("msg_1", (10, 21, 30, 40)), 2, id="more came back"),
        pytest.param(said("msg_1", stop=None), 2, id="another end"),
        pytest.param(said("msg_1", isSidechain=True), 2, id="of a subagent"),
        pytest.param(said("msg_1", session="s2"), 2, id="of another session"),
        pytest.param(said("msg_2"), 2, id="another response"),
    ],
)
def test_a_line_that_says_the_same_as_the_one_before(
    tmp_path: Path, second: object, responses: int
) -> None:
    found, _ = read(write(tmp_path / "s.jsonl", said("msg_1"), second), FORM, many=True)
    assert len(found) == responses


def test_ids_that_no_provider_gave_are_told_apart_by_their_time(tmp_path: Path) -> None:
    lines = [said("1", session="", at=f"2026-03-01T10:00:0{n}.000Z") for n in (1, 2)]
    found, _ = read(write(tmp_path / "s.jsonl", *lines), FORM)
    assert len({one.key for one in found}) == 2
