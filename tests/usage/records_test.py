"""Records of many programs: what each tells, and what it does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctxtally.model.record import asdict
from ctxtally.model.usage import Tokens, Usage
from ctxtally.usage.records import is_record, read
from tests.support.data import DEV, needs_dev

if TYPE_CHECKING:
    from ctxtally.usage.fields import Record


NAMES = (
    *("v", "id", "kind", "ts", "timestamp", "input", "input_tokens", "output", "output_tokens"),
    *("cached_tokens", "cache_read", "cache_write", "cache_write_1h", "reasoning", "total"),
    *("tokens", "total_tokens", "cost", "cost_usd", "model", "iteration", "usage", "session"),
    *("promptTokenCount", "thoughtsTokenCount", "toolUsePromptTokenCount", "server_tool_use"),
    *("prompt_tokens_details", "cache_creation", "ephemeral_1h_input_tokens", "service_tier"),
    *("cache_write_tokens", "cache_write_5m_tokens", "web_search_requests"),
)


def record(text: str) -> Record:
    found: Record = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    return found


def usage(**fields: Any) -> Usage:  # noqa: ANN401 - of any type
    found, drift, other = read(record(json.dumps(fields)))
    assert found is not None
    assert (drift, other) == (0, False)
    return found


def test_the_record_of_the_session_monitor() -> None:
    text = (
        '{"timestamp": "2026-11-20T17:28:12.756132", "operation": "read MANIFEST.json", "tokens":'
        ' 2500, "category": "manifest", "session_id": "blog-post-1", "metadata": {}}'
    )
    assert read(record(text)).usage == Usage(
        moment=1_795_195_692.756132,
        day="2026-11-20",
        operation="read MANIFEST.json",
        total=2500,
        category="manifest",
        session="blog-post-1",
    )


def test_the_record_of_the_run_tracker() -> None:
    text = (
        '{"timestamp": "2026-02-28T12:00:00", "operation": "advocate", "iteration": 1,'
        ' "input_tokens": 2500, "output_tokens": 1200, "total_tokens": 3700, "model": "gpt-4",'
        ' "cost_usd": 0.15}'
    )
    assert read(record(text)).usage == Usage(
        moment=1_772_280_000.0,
        day="2026-02-28",
        operation="advocate",
        iteration=1,
        tokens=Tokens(input=2500, output=1200),
        total=3700,
        model="gpt-4",
        cost_usd=0.15,
    )


def test_an_event_of_ours() -> None:
    text = (
        '{"v":1,"id":"01K","ts":"2026-11-21T00:00:00.250000Z","day":"2026-11-21","kind":"usage",'
        '"source":"transcript","counted":"reported","key":"msg_1","session":"s","run":"r",'
        '"phase":"p","iteration":2,"operation":"answer","category":"docs","repo":"o/r",'
        '"branch":"main","commit":"abc","agent":"claude-code","provider":"anthropic",'
        '"model":"m","input":1,"cache_read":2,"cache_write_5m":3,"cache_write_1h":4,"output":5,'
        '"reasoning":6,"total":15,"cost_usd":0.01,"tokenizer":"o200k_base"}'
    )
    assert read(record(text)) == (
        Usage(
            id="01K",
            key="msg_1",
            moment=1_795_219_200.25,
            day="2026-11-21",
            session="s",
            run="r",
            phase="p",
            iteration=2,
            operation="answer",
            category="docs",
            repo="o/r",
            branch="main",
            commit="abc",
            agent="claude-code",
            provider="anthropic",
            model="m",
            tokens=Tokens(
                input=1, cache_read=2, cache_write_5m=3, cache_write_1h=4, output=5, reasoning=6
            ),
            total=15,
            cost_usd=0.01,
            counted="reported",
            tokenizer="o200k_base",
            source="transcript",
        ),
        0,
        False,
    )


@pytest.mark.parametrize("kind", ["budget", "context", "conversation", "handoff", "instructions"])
def test_other_events_of_ours_are_no_usage(kind: str) -> None:
    assert read({"v": "1", "id": "x", "kind": kind, "tokens": "5"}) == (None, 0, True)


@pytest.mark.parametrize("kind", ["session.start", "session.end", "compact"])
def test_marks_have_no_tokens(kind: str) -> None:
    found, drift, _ = read({"v": "1", "id": "x", "kind": kind, "session": "s", "ts": "0"})
    assert found == Usage(id="x", moment=0.0, day="1970-01-01", kind=kind, session="s")
    assert drift == 0


def test_an_event_that_only_filled_a_cache() -> None:
    found = usage(v=1, id="x", kind="usage", cache_write_5m=30)
    assert (found.tokens, found.total) == (Tokens(cache_write_5m=30), 30)
    assert usage(cache_write_5m=30, cache_write_1h=4).tokens == Tokens(
        cache_write_5m=30, cache_write_1h=4
    )


def test_an_event_whose_tokens_nobody_knows_is_kept() -> None:
    found = usage(v=1, id="x", kind="usage", source="capture", model="m")
    assert (found.tokens, found.total) == (None, None)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"t": 1781840737.3}, id="only a time"),
        pytest.param({"timestamp": "2026-01-02T03:04:05", "skill": "pdf", "count": 3}, id="skills"),
        pytest.param({"ts": 1, "input": "What is this?", "output": "A log."}, id="prompts"),
        pytest.param({"tokens": {"a": 1}, "usage": {"cpu": 5}}, id="other blocks"),
        pytest.param({}, id="nothing"),
        pytest.param({"id": "x", "kind": "budget"}, id="not ours without a version"),
    ],
)
def test_what_tells_no_tokens_is_skipped(fields: dict[str, object]) -> None:
    assert read(record(json.dumps(fields))) == (None, 0, False)


@pytest.mark.parametrize("name", ["timestamp", "ts", "generated"])
def test_the_names_of_a_time(name: str) -> None:
    assert usage(**{name: "2026-01-02T03:04:05Z", "tokens": 1}).moment == 1_767_323_045.0
    assert usage(t=1781840737.3, tokens=1).moment == 1_781_840_737.3


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("input_tokens", "output_tokens"),
        ("prompt_tokens", "completion_tokens"),
        ("input", "output"),
        ("in_tok", "out_tok"),
        ("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"),
    ],
)
def test_the_names_of_input_and_output(first: str, second: str) -> None:
    found = usage(**{first: 5, second: 7})
    assert (found.tokens, found.total) == (Tokens(input=5, output=7), 12)
    assert usage(**{first: 5}).tokens == Tokens(input=5)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"cached_tokens": 60}, Tokens(input=40, cache_read=60), id="OpenAI"),
        pytest.param({"cached_input_tokens": 60}, Tokens(input=40, cache_read=60), id="Codex"),
        pytest.param({"cache_read": 60}, Tokens(input=100, cache_read=60), id="apart"),
        pytest.param(
            {"cache_read_input_tokens": 60, "cache_creation_input_tokens": 7},
            Tokens(input=100, cache_read=60, cache_write_5m=7),
            id="Anthropic",
        ),
        pytest.param(
            {"cache_read_tokens": 60, "cache_creation_tokens": 7},
            Tokens(input=100, cache_read=60, cache_write_5m=7),
            id="Claude Code's telemetry",
        ),
        pytest.param(
            {
                "gen_ai.usage.cache_read.input_tokens": 60,
                "gen_ai.usage.cache_creation.input_tokens": 7,
            },
            Tokens(input=33, cache_read=60, cache_write_5m=7),
            id="OpenTelemetry",
        ),
        pytest.param(
            {"cache_read": 60, "total_tokens": 100}, Tokens(input=40, cache_read=60), id="by total"
        ),
        pytest.param(
            {"cached_tokens": 60, "total_tokens": 160},
            Tokens(input=100, cache_read=60),
            id="by total, apart",
        ),
        pytest.param(
            {"cached_tokens": 60, "total_tokens": 111},
            Tokens(input=40, cache_read=60),
            id="a total that fits nothing",
        ),
        pytest.param(
            {"cached_tokens": 101}, Tokens(input=100, cache_read=101), id="more than there is"
        ),
        pytest.param({"cached_tokens": None}, Tokens(input=100), id="null is none"),
        pytest.param(
            {"cache_write": 7, "cache_write_1h": 8},
            Tokens(input=100, cache_write_5m=7, cache_write_1h=8),
            id="by how long it is kept",
        ),
    ],
)
def test_what_came_from_a_cache(fields: dict[str, object], expected: Tokens) -> None:
    found = usage(input_tokens=100, output_tokens=0, **fields)
    assert found.tokens == expected
    assert found.total == fields.get("total_tokens", expected.total)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param(
            {
                "prompt_tokens": 100,
                "completion_tokens": 20,
                "total_tokens": 120,
                "prompt_tokens_details": {"cached_tokens": 60, "audio_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": 5, "audio_tokens": 0},
            },
            Tokens(input=40, cache_read=60, output=20, reasoning=5),
            id="OpenAI's chat",
        ),
        pytest.param(
            {
                "input_tokens": 200,
                "output_tokens": 30,
                "total_tokens": 230,
                "input_tokens_details": {"cached_tokens": 150},
                "output_tokens_details": {"reasoning_tokens": 10},
            },
            Tokens(input=50, cache_read=150, output=30, reasoning=10),
            id="OpenAI's responses",
        ),
        pytest.param(
            {
                "prompt_tokens": 100,
                "completion_tokens": 20,
                "prompt_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 10},
            },
            Tokens(input=30, cache_read=60, cache_write_5m=10, output=20),
            id="OpenRouter",
        ),
        pytest.param(
            {
                "input_tokens": 100,
                "output_tokens": 20,
                "total_tokens": 120,
                "input_token_details": {"cache_read": 60, "cache_creation": 10, "audio": 0},
                "output_token_details": {"reasoning": 5},
            },
            Tokens(input=30, cache_read=60, cache_write_5m=10, output=20, reasoning=5),
            id="LangChain",
        ),
        pytest.param(
            {
                "input_tokens": 7,
                "output_tokens": 20,
                "cache_read_input_tokens": 40,
                "cache_creation_input_tokens": 30,
                "cache_creation": {
                    "ephemeral_5m_input_tokens": 10,
                    "ephemeral_1h_input_tokens": 20,
                },
                "output_tokens_details": {"thinking_tokens": 12},
            },
            Tokens(
                input=7,
                cache_read=40,
                cache_write_5m=10,
                cache_write_1h=20,
                output=20,
                reasoning=12,
            ),
            id="Anthropic",
        ),
        pytest.param(
            {
                "input_tokens": 7,
                "output_tokens": 1,
                "cache_creation": {"ephemeral_5m_input_tokens": 3, "ephemeral_1h_input_tokens": 2},
            },
            Tokens(input=7, cache_write_5m=3, cache_write_1h=2, output=1),
            id="its lifetimes alone",
        ),
        pytest.param(
            {"prompt_tokens": 9, "completion_tokens": 1, "prompt_tokens_details": None},
            Tokens(input=9, output=1),
            id="null",
        ),
        pytest.param(
            {
                "prompt_tokens": 9,
                "completion_tokens": 1,
                "cached_tokens": 2,
                "prompt_tokens_details": {"cached_tokens": 5},
            },
            Tokens(input=7, cache_read=2, output=1),
            id="what stands beside them goes first",
        ),
        pytest.param(
            {"promptTokenCount": 100, "candidatesTokenCount": 20, "totalTokenCount": 120},
            Tokens(input=100, output=20),
            id="Gemini",
        ),
        pytest.param(
            {
                "promptTokenCount": 100,
                "cachedContentTokenCount": 60,
                "candidatesTokenCount": 20,
                "thoughtsTokenCount": 7,
                "toolUsePromptTokenCount": 3,
                "totalTokenCount": 130,
                "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 100}],
            },
            Tokens(input=43, cache_read=60, output=27, reasoning=7),
            id="Gemini with thoughts, tools and a cache",
        ),
        pytest.param(
            {
                "prompt_token_count": 100,
                "cached_content_token_count": 60,
                "candidates_token_count": 20,
                "thoughts_token_count": 7,
                "tool_use_prompt_token_count": 3,
                "total_token_count": 130,
            },
            Tokens(input=43, cache_read=60, output=27, reasoning=7),
            id="the same from Python",
        ),
        pytest.param(
            {"promptTokenCount": 100, "thoughtsTokenCount": 7, "totalTokenCount": 107},
            Tokens(input=100, output=7, reasoning=7),
            id="nothing but thoughts",
        ),
        pytest.param(
            {
                "input_token_count": 100,
                "output_token_count": 20,
                "tool_token_count": 3,
                "cached_content_token_count": 60,
                "thoughts_token_count": 7,
                "total_token_count": 130,
            },
            Tokens(input=43, cache_read=60, output=27, reasoning=7),
            id="the telemetry of Gemini CLI",
        ),
        pytest.param(
            {
                "inputTokens": 100,
                "outputTokens": 20,
                "totalTokens": 120,
                "cachedInputTokens": 60,
                "reasoningTokens": 5,
            },
            Tokens(input=40, cache_read=60, output=20, reasoning=5),
            id="Vercel's AI SDK",
        ),
        pytest.param(
            {
                "inputTokens": 7,
                "outputTokens": 20,
                "totalInputTokens": 77,
                "cacheReadInputTokens": 40,
                "cacheCreationInputTokens": 30,
            },
            Tokens(input=7, cache_read=40, cache_write_5m=30, output=20),
            id="Amp",
        ),
        pytest.param(
            {
                "promptTokens": 1813,
                "completionTokens": 305,
                "promptTokensDetails": {"cachedTokens": 4366, "cacheWriteTokens": 2183},
            },
            Tokens(input=1813, cache_read=4366, cache_write_5m=2183, output=305),
            id="Continue",
        ),
        pytest.param(
            {
                "gen_ai.usage.input_tokens": 100,
                "gen_ai.usage.output_tokens": 20,
                "gen_ai.usage.cache_write.input_tokens": 10,
                "gen_ai.usage.reasoning.output_tokens": 5,
            },
            Tokens(input=90, cache_write_5m=10, output=20, reasoning=5),
            id="OpenTelemetry",
        ),
        pytest.param(
            {
                "input_tokens": 100,
                "output_tokens": 20,
                "cache_write_tokens": 30,
                "cache_write_1h_tokens": 20,
                "total_tokens": 120,
            },
            Tokens(input=70, cache_write_5m=10, cache_write_1h=20, output=20),
            id="a run's tracker",
        ),
    ],
)
def test_how_answers_of_providers_tell_tokens(fields: dict[str, Any], expected: Tokens) -> None:
    found = usage(**fields)
    assert found.tokens == expected
    within = usage(model="m", usage=fields)
    assert (within.tokens, within.total, within.model) == (expected, found.total, "m")


@pytest.mark.parametrize(
    "text",
    [
        '{"input_tokens": 1, "input_tokens_details": {"cached_tokens": -5}}',
        '{"usage": {"input_tokens": 1, "input_tokens_details": {"cached_tokens": -5}}}',
        '{"promptTokenCount": 1, "thoughtsTokenCount": "many"}',
        '{"input_tokens": 1, "cache_write_1h_tokens": 1.5}',
    ],
)
def test_a_part_that_cannot_be_taken(text: str) -> None:
    found = read(record(text))
    assert found.usage is not None
    assert (found.usage.tokens, found.usage.total, found.drift) == (None, None, 1)


def test_the_terms_of_answers() -> None:
    told = {"service_tier": "batch", "inference_geo": "us", "speed": "fast"}
    beside = usage(input_tokens=1, **told)
    assert (beside.service_tier, beside.inference_geo, beside.speed) == ("batch", "us", "")
    tools = {"web_search_requests": 2, "web_fetch_requests": 5}
    within = usage(usage={"input_tokens": 1, "server_tool_use": tools} | told)
    assert (within.service_tier, within.inference_geo, within.speed) == ("batch", "us", "fast")
    assert (within.searches, usage(input_tokens=1, server_tool_use=tools).searches) == (2, 2)
    outside = usage(service_tier="flex", usage={"input_tokens": 1, "service_tier": "batch"})
    assert outside.service_tier == "flex"
    several = usage(a={"input_tokens": 1, "service_tier": "batch"}, b={"input_tokens": 1})
    assert several.service_tier == ""
    unknown = read(record('{"usage": {"input_tokens": 1, "service_tier": [5]}}'))
    assert (unknown.usage, unknown.drift) == (usage(usage={"input_tokens": 1}), 0)
    drifted = read(record('{"tokens": 1, "server_tool_use": {"web_search_requests": -1}}'))
    assert (drifted.usage, drifted.drift) == (Usage(total=1), 1)


@pytest.mark.parametrize(
    ("reasoning", "output"),
    [(5, 20), (20, 20), (21, 41)],
    ids=["a part", "all", "more than the output, so beside it"],
)
def test_reasoning_is_a_part_of_the_output(reasoning: int, output: int) -> None:
    found = usage(input_tokens=1, output_tokens=20, reasoning_tokens=reasoning)
    assert found.tokens == Tokens(input=1, output=output, reasoning=reasoning)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"cost": 0.5}, 0.5, id="cost"),
        pytest.param({"reported_cost": "0.25"}, 0.25, id="reported"),
        pytest.param({"cost_usd": 0, "computed_cost": 0.125}, 0.125, id="0 where another is known"),
        pytest.param({"cost_usd": 0}, None, id="0"),
        pytest.param({"cost_usd": 0, "cost": "0.00"}, None, id="0 twice"),
        pytest.param({"cost_usd": 0, "tokens": 0}, 0.0, id="0 for nothing"),
        pytest.param({"cost_usd": 0, "tokens": None}, 0.0, id="0 for what is unknown"),
        pytest.param({"cost_usd": None}, None, id="null"),
        pytest.param({"cost": 1e-3}, 0.001, id="an exponent"),
        pytest.param({}, None, id="missing"),
    ],
)
def test_costs(fields: dict[str, object], expected: float | None) -> None:
    assert usage(**{"tokens": 1} | fields).cost_usd == expected


@pytest.mark.parametrize("cost", ["1e308", "9007199254740992", '"1e16"'])
def test_money_beyond_all_sums_is_unknown(cost: str) -> None:
    found = read(record(f'{{"tokens": 1, "cost_usd": {cost}}}'))
    assert found.usage
    assert (found.usage.cost_usd, found.drift) == (None, 1)


def test_blocks_within_a_record_are_added_up() -> None:
    found = usage(
        timestamp="2026-01-02T03:04:05",
        overseer={"input_tokens": 5, "output_tokens": 1},
        worker={"input_tokens": 7, "cache_read": 2},
        note={"text": "hello"},
    )
    assert (found.tokens, found.total) == (Tokens(input=12, cache_read=2, output=1), 15)
    assert read(record('{"usage": {"input_tokens": -5}, "b": {"total_tokens": 7}}')) == (
        Usage(),
        1,
        False,
    )


@pytest.mark.parametrize(
    ("text", "total", "drift"),
    [
        ('{"tokens": 0}', 0, 0),
        ('{"tokens": "0012"}', 12, 0),
        (f'{{"tokens": {2**53 - 1}}}', 2**53 - 1, 0),
        (f'{{"tokens": {2**53}}}', None, 1),
        (f'{{"total_tokens": {"9" * 5000}}}', None, 1),
        ('{"tokens": -5}', None, 1),
        ('{"tokens": 1e3}', None, 1),
        ('{"tokens": "5.00"}', 5, 0),
        ('{"tokens": NaN}', None, 1),
        ('{"total_tokens": true}', None, 1),
        ('{"total_tokens": [5]}', None, 1),
        ('{"total_tokens": "many"}', None, 1),
        ('{"total_tokens": "\u0665"}', None, 1),
        ('{"tokens": null}', None, 0),
        ('{"total_tokens": null, "tokens": 5}', 5, 0),
    ],
)
def test_the_value_of_a_count(text: str, total: int | None, drift: int) -> None:
    found = read(record(text))
    assert found.usage is not None
    assert (found.usage.total, found.drift) == (total, drift)


@pytest.mark.parametrize(
    ("text", "drift"),
    [
        ('{"input_tokens": null, "output_tokens": 5}', 0),
        ('{"input_tokens": -1, "output_tokens": 5}', 1),
        ('{"input_tokens": 1, "output_tokens": 5, "cached_tokens": {}}', 1),
    ],
)
def test_buckets_are_known_or_not_as_a_whole(text: str, drift: int) -> None:
    found = read(record(text))
    assert found.usage is not None
    assert (found.usage.tokens, found.usage.total, found.drift) == (None, None, drift)


def test_repeated_fields_are_unknown() -> None:
    found = read({"tokens": "5", "model": "m", "x": "1"}, {"model", "x"})
    assert (found.usage, found.drift) == (Usage(total=5), 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"v": 1, "id": "x"}', True),
        ('{"timestamp": "2026-01-02", "total_tokens": 5}', True),
        ('{"timestamp": "2026-01-02", "text": "x"}', False),
        ('{"v": 1}', False),
        ('{"tokens": 5}', False),
    ],
)
def test_what_is_a_record_for_itself(text: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert is_record(record(text)) is expected


VALUES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5) | st.from_regex(r"-?[0-9]{1,18}(\.0)?"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=4,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), VALUES), st.sets(st.sampled_from(NAMES)))
def test_no_value_is_an_error(fields: dict[str, Any], repeated: set[str]) -> None:
    found = read(fields, repeated)
    if found.usage is None:
        return
    assert found.usage.total is None or 0 <= found.usage.total < 5 * 2**53
    if found.usage.tokens is not None:
        assert min(asdict(found.usage.tokens).values()) >= 0


@needs_dev
def test_a_published_log() -> None:
    lines = (DEV / "usage-logs" / "dante-norton.usage.jsonl").read_text("utf-8").splitlines()
    for line in lines:
        found = read(record(line)).usage
        assert found is not None
        assert found.tokens is not None
        assert found.total == found.tokens.total == json.loads(line)["total_tokens"]
