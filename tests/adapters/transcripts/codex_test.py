from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters.transcripts.families import Families
from tests.support.transcripts import buckets, read, write

if TYPE_CHECKING:
    from pathlib import Path

FORM = "codex"
NAMES = ("input_tokens", "cached_input_tokens", "output_tokens", "reasoning_output_tokens")
META = {"id": "k1", "cwd": "/r", "git": {"branch": "main"}, "model_provider": "azure"}


def at(second: float) -> str:
    return f"2026-04-01T09:00:{second:06.3f}Z"


def line(second: float, kind: str, payload: object) -> dict[str, object]:
    return {"timestamp": at(second), "type": kind, "payload": payload}


def used(*counts: int) -> dict[str, int]:
    return dict(zip(NAMES, counts, strict=False))


def count(second: float, totals: object, last: object = None, **more: object) -> dict[str, object]:
    info = {"total_token_usage": totals, "last_token_usage": last} | more
    return line(second, "event_msg", {"type": "token_count", "info": info})


def begun(**more: object) -> list[dict[str, object]]:
    return [
        line(0, "session_meta", META | more),
        line(0, "turn_context", {"model": "gpt-5.2-codex", "cwd": "/r/sub"}),
    ]


def test_what_an_event_tells(tmp_path: Path) -> None:
    path = write(tmp_path / "rollout-1.jsonl", *begun(), count(5, used(100, 40, 20, 7)))
    (one,), how = read(path, FORM)
    assert (one.key, one.agent, one.provider) == (f"codex:k1:{at(5)}", "codex", "azure")
    assert (one.model, one.session, one.branch, one.cwd) == (
        "gpt-5.2-codex",
        "k1",
        "main",
        "/r/sub",
    )
    assert (one.side, one.final) == (False, True)
    assert buckets([one]) == [(60, 40, 0, 20, 7)]
    assert how.state is not None


def settled(second: float, settings: object) -> dict[str, object]:
    told = {"type": "thread_settings_applied", "thread_settings": settings}
    return line(second, "event_msg", told)


def test_the_service_that_is_asked_for_holds_until_another_one_is(tmp_path: Path) -> None:
    settings = [
        *({"service_tier": "priority"}, {"model": "m", "service_tier": "default"}),
        *({"service_tier": "flex"}, {"service_tier": None}, {"service_tier": "fast"}, None),
    ]
    lines = [
        one
        for number, asked in enumerate(settings, 1)
        for one in (
            settled(5 * number, asked),
            count(5 * number + 1, used(20 * number, 0, number)),
            count(5 * number + 2, used(20 * number + 9, 0, number)),
        )
    ]
    path = write(tmp_path / "rollout-1.jsonl", *begun(), count(1, used(2, 0, 0)), *lines)
    found, how = read(path, FORM)
    tiers = ["", "priority", "", "flex", "", "fast", ""]
    assert [one.service_tier for one in found] == tiers[:1] + [
        one for one in tiers[1:] for _ in "12"
    ]
    write(path, *begun(), settled(1, {"service_tier": "priority"}), count(2, used(2, 0, 0)))
    _, how = read(path, FORM)
    with path.open("a") as file:
        file.write(json.dumps(count(3, used(4, 0, 0))) + "\n")
    (one,), _ = read(path, FORM, how)
    assert one.service_tier == "priority"


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([], [], id="none"),
        pytest.param(
            [count(1, None, used(5, 1, 2)), count(2, None, used(5, 1, 2))],
            [(4, 1, 0, 2, 0), (4, 1, 0, 2, 0)],
            id="no totals: the last request",
        ),
        pytest.param([count(1, None, None)], [], id="neither"),
        pytest.param(
            [count(1, used(9, 0, 1)), count(2, used(9, 3, 1))],
            [(9, 0, 0, 1, 0), (0, 3, 0, 0, 0)],
            id="more of it was cached",
        ),
        pytest.param(
            [count(1, used(9, 0, 1)), count(2, used(4, 0, 1), used(3, 0, 1))],
            [(9, 0, 0, 1, 0), (3, 0, 0, 1, 0)],
            id="set back: the last request",
        ),
        pytest.param(
            [count(1, used(9, 0, 1)), count(2, used(4, 0, 1), used(0, 0, 0))],
            [(9, 0, 0, 1, 0), (4, 0, 0, 1, 0)],
            id="set back, and the last request is not told",
        ),
        pytest.param(
            [count(1, used(9, 0, 3, 2)), count(2, used(12, 0, 5))],
            [(9, 0, 0, 3, 2), (3, 0, 0, 2, 0)],
            id="reasoning is left out later",
        ),
        pytest.param(
            [count(1, {"input_tokens": 9, "cache_write_input_tokens": 4, "output_tokens": 1})],
            [(5, 0, 4, 1, 0)],
            id="written to the cache",
        ),
        pytest.param([count(1, used(3, 9, 1))], [(0, 9, 0, 1, 0)], id="more cached than read"),
        pytest.param(
            [line(1, "event_msg", {"type": "token_count", "info": "x"})], [], id="info is text"
        ),
        pytest.param([line(1, "event_msg", "token_count")], [], id="a payload that is text"),
        pytest.param(
            [line(1, "response_item", {"type": "message", "text": '"token_count"'})],
            [],
            id="an event that is quoted",
        ),
    ],
)
def test_counting(tmp_path: Path, events: list[object], expected: list[tuple[int, ...]]) -> None:
    found, how = read(write(tmp_path / "rollout-1.jsonl", *begun(), *events), FORM)
    assert (buckets(found), how.bad) == (expected, 0)
    assert len({one.key for one in found}) == len(expected), "each has a name of its own"


def test_events_of_one_time_are_told_apart(tmp_path: Path) -> None:
    path = write(tmp_path / "rollout-1.jsonl", *begun(), *(count(1, used(n, 0, 1)) for n in (1, 2)))
    found, _ = read(path, FORM)
    assert [one.key for one in found] == [f"codex:k1:{at(1)}", f"codex:k1:{at(1)}+1"]


def test_the_model_of_an_event_and_of_a_turn(tmp_path: Path) -> None:
    events = (
        count(1, used(1, 0, 1), model="gpt-5.3-codex"),
        line(2, "turn_context", {"model": ""}),
        count(3, used(2, 0, 1)),
        line(4, "turn_context", {"model": "o3"}),
        count(5, used(3, 0, 1)),
    )
    found, _ = read(write(tmp_path / "rollout-1.jsonl", *begun(), *events), FORM)
    assert [one.model for one in found] == ["gpt-5.3-codex", "gpt-5.3-codex", "o3"]


def test_without_a_beginning_the_file_is_the_session(tmp_path: Path) -> None:
    (one,), _ = read(write(tmp_path / "rollout-x.jsonl", count(1, used(1, 0, 1))), FORM)
    assert (one.session, one.provider, one.model, one.cwd) == ("rollout-x", "openai", "", "")


@pytest.mark.parametrize("cut", range(1, 6))
def test_reading_on_is_as_reading_at_once(tmp_path: Path, cut: int) -> None:
    events = [
        *begun(),
        count(1, used(9, 0, 1)),
        count(1, used(9, 0, 1)),
        count(1, used(12, 3, 1)),
        line(2, "token_usage_record", {"response_id": "resp_1", "usage": used(7, 0, 1)}),
        line(3, "compacted", {"compaction_response_id": "resp_1"}),
        count(4, used(20, 3, 2)),
    ]
    whole, _ = read(write(tmp_path / "rollout-1.jsonl", *events), FORM)
    first, how = read(write(tmp_path / "rollout-1.jsonl", *events[:cut]), FORM)
    how = how._replace(state=json.loads(json.dumps(how.state)))
    rest, _ = read(write(tmp_path / "rollout-1.jsonl", *events), FORM, how)
    assert first + rest == whole
    assert buckets(whole) == [(9, 0, 0, 1, 0), (0, 3, 0, 0, 0), (7, 0, 0, 1, 0), (8, 0, 0, 1, 0)]
    assert whole[2].key == "resp_1"


def test_an_event_at_the_end_of_a_file_is_counted_once(tmp_path: Path) -> None:
    events = (*begun(), count(1, used(9, 0, 1)))
    path = write(tmp_path / "rollout-1.jsonl", *events, end="")
    first, how = read(path, FORM)
    again, how = read(write(path, *events), FORM, how)
    assert first == again
    assert read(path, FORM, how)[0] == []


@pytest.mark.parametrize(
    ("record", "compacted", "keys"),
    [
        pytest.param("resp_1", "resp_1", ["resp_1"], id="told of the compaction"),
        pytest.param("resp_2", "resp_1", [], id="of another response"),
        pytest.param("resp_1", None, [], id="the compaction tells none"),
        pytest.param(None, "resp_1", [], id="no record"),
    ],
)
def test_what_a_compaction_took(
    tmp_path: Path, record: str | None, compacted: str | None, keys: list[str]
) -> None:
    events = [*begun()]
    if record:
        told = {"response_id": record, "usage": used(7, 2, 1)}
        events.append(line(1, "token_usage_record", told))
    events.append(line(2, "compacted", {"compaction_response_id": compacted}))
    found, how = read(write(tmp_path / "rollout-1.jsonl", *events), FORM)
    assert [one.key for one in found] == keys
    assert how.compactions == 1


PARENT = [count(1, used(10, 0, 1)), count(2, used(30, 0, 3))]


@pytest.mark.parametrize(
    ("name", "session"),
    [("rollout-2026-k0.jsonl", "k0"), ("rollout-other.jsonl", "k0"), ("rollout-x.jsonl", "k9")],
    ids=["found by its name", "by its first line", "not there"],
)
@pytest.mark.parametrize(
    "meta",
    [
        {"forked_from_id": "k0"},
        {"source": {"subagent": {"thread_spawn": {"parent_thread_id": "k0"}}}},
    ],
    ids=["a fork", "a subagent"],
)
def test_what_was_spent_before_a_fork_is_the_parent_s(
    tmp_path: Path, name: str, session: str, meta: dict[str, object]
) -> None:
    write(tmp_path / name, *begun(id=session), *PARENT, count(9, used(99, 0, 9)))
    events = [*begun(**meta), count(0.1, used(10, 0, 1)), count(0.2, used(30, 0, 3))]
    path = write(tmp_path / "rollout-1.jsonl", *events, count(8, used(35, 0, 4)))
    found, _ = read(path, FORM)
    assert buckets(found) == [(5, 0, 0, 1, 0)]
    assert [one.side for one in found] == ["source" in meta]


def test_a_copied_history_has_the_parent_s_own_beginning_in_it(tmp_path: Path) -> None:
    events = [*begun(forked_from_id="gone"), *begun(id="gone"), count(5, used(9, 0, 1))]
    (one,), _ = read(write(tmp_path / "rollout-1.jsonl", *events), FORM)
    assert one.session == "k1"


@pytest.mark.parametrize(
    "kind", ["inter_agent_communication", "inter_agent_communication_metadata"]
)
def test_the_first_turn_of_its_own(tmp_path: Path, kind: str) -> None:
    events = [
        *begun(forked_from_id="gone"),
        count(1, used(10, 0, 1)),
        line(4, kind, {"trigger_turn": False}),
        count(5, used(30, 0, 3)),
        line(6, "token_usage_record", {"response_id": "resp_1", "usage": used(7, 0, 1)}),
        line(6, "compacted", {"compaction_response_id": "resp_1"}),
        line(7, "event_msg", {"type": "task_started"}),
        line(7, kind, {"trigger_turn": True}),
        count(8, used(35, 0, 4)),
        line(9, kind, {"trigger_turn": True}),
    ]
    found, _ = read(write(tmp_path / "rollout-1.jsonl", *events), FORM)
    assert buckets(found) == [(5, 0, 0, 1, 0)]


def test_a_burst_at_the_beginning_was_copied(tmp_path: Path) -> None:
    copied = [
        count(second, used(tokens, 0, 1)) for second, tokens in ((0.1, 10), (0.9, 20), (1.8, 24))
    ]
    own = [count(9, used(50, 0, 2)), count(9.5, used(60, 0, 3))]
    path = write(tmp_path / "rollout-1.jsonl", *begun(forked_from_id="gone"), *copied, *own)
    assert buckets(read(path, FORM)[0]) == [(26, 0, 0, 1, 0), (10, 0, 0, 1, 0)]


def test_a_fork_of_itself_is_none(tmp_path: Path) -> None:
    events = [*begun(forked_from_id="k1"), count(5, used(9, 0, 1))]
    assert len(read(write(tmp_path / "rollout-1.jsonl", *events), FORM)[0]) == 1


def test_a_parent_that_is_gone_by_now(tmp_path: Path) -> None:
    families = Families([str(tmp_path / "rollout-k0.jsonl"), str(tmp_path / "other.jsonl")])
    assert families.totals(str(tmp_path / "rollout-k1.jsonl"), "k0") == set()
    assert families.totals(str(tmp_path / "rollout-k1.jsonl"), "k7") is None
    assert families.has_turn(str(tmp_path / "rollout-k1.jsonl")) is False


def test_a_parent_with_lines_of_other_kinds(tmp_path: Path) -> None:
    path = write(
        tmp_path / "other.jsonl",
        '{"payload": "token_count"}',
        line(0, "session_meta", {"id": "k0"}),
        '"token_count"',
        line(1, "event_msg", {"type": "token_count", "info": {}}),
        count(2, used(1, 2, 3)),
    )
    second = write(tmp_path / "second.jsonl", line(0, "session_meta", {"id": "k0"}))
    families = Families([str(second), str(path)])
    assert families.totals("x", "k0") == set(), "the first one of the name"
    named = path.rename(tmp_path / "rollout-k0.jsonl")
    assert Families([str(named)]).totals("x", "k0") == {(1, 2, 0, 3, 0)}
