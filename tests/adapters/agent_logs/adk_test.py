"""The log of the ADK agent: records are anchored, words in previews tell nothing."""

from __future__ import annotations

from collections import Counter

import pytest

from ctxtally.adapters.agent_logs.adk import RECORD, AdkReader
from ctxtally.adapters.agent_logs.opening import read
from tests.support.data import DEV, needs_dev

LOG = DEV / "logs" / "adk-agent.pressure-6k.log"
HEAD = "2026-11-20 17:16:28,813 - {} - devops_agent.py:1585 - "
USED = [2060, 5740, 5444, 5643, 5535, 5389, 5901, 5860, 5591, 5620, 5184, 5918]


def taken(*lines: str) -> AdkReader:
    reader = AdkReader()
    for number, line in enumerate(lines, start=1):
        reader.take(number, line)
    return reader


def info(message: str) -> str:
    return HEAD.format("INFO") + message


def warning(message: str) -> str:
    return HEAD.format("WARNING") + message


def error(message: str) -> str:
    return HEAD.format("ERROR") + message


TURN = info("  \N{BAR CHART} Total Used: 2,060 / 6,000")


@needs_dev
def test_the_real_log() -> None:
    log = read(str(LOG))
    assert [turn.used for turn in log.turns] == USED
    assert {turn.limit for turn in log.turns} == {6000}
    assert [turn.number for turn in log.turns] == list(range(1, 13))
    counts = Counter(event.kind for turn in log.turns for event in turn.events)
    assert counts == {"included": 71, "excluded": 20, "pressure": 11, "critical": 3}
    excluded = [event for turn in log.turns for event in turn.events if event.kind == "excluded"]
    assert {event.reason for event in excluded} == {"Exceeds available budget"}
    assert Counter(event.what.rstrip(" 0123456789") for event in excluded) == {
        "Code snippet": 10,
        "Turn": 9,
        "Key Decisions": 1,
    }
    critical = [
        (turn.number, event.tokens)
        for turn in log.turns
        for event in turn.events
        if event.kind == "critical"
    ]
    assert critical == [(7, 6052), (8, 6026), (12, 6253)]
    assert all(turn.used == (turn.base or 0) + (turn.context or 0) for turn in log.turns)
    assert (log.form, log.remarks) == ("adk", ())


@needs_dev
def test_counting_words_in_the_real_log_gives_other_figures() -> None:
    lines = LOG.read_text("utf-8").splitlines()
    records = [found for found in map(RECORD.fullmatch, lines) if found]
    assert (len(lines), len(records)) == (3464, 3331)
    assert Counter(found["level"] for found in records) == {
        "INFO": 3284,
        "WARNING": 38,
        "ERROR": 9,
    }
    assert sum("CRITICAL" in line for line in lines) == 15
    assert sum("Final prompt validation" in line for line in lines) == 30
    counts = Counter(event.kind for turn in read(str(LOG)).turns for event in turn.events)
    assert counts["critical"] == 3


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(info("Preview: Total Used: 1 / 2"), id="not at the start"),
        pytest.param("Total Used: 1 / 2", id="a continuation line"),
        pytest.param(error("  Total Used: 1 / 2"), id="at another level"),
        pytest.param(info("Total Used: 1 / 2 as you said"), id="something behind it"),
        pytest.param(info("Token Utilization: 0.0%"), id="a figure that is never filled in"),
        pytest.param(info("[user] said Total Used: 1 / 2"), id="a word in front of it"),
    ],
)
def test_what_is_no_turn(line: str) -> None:
    assert taken(line).turns == []


@pytest.mark.parametrize(
    "mark",
    [
        "",
        "  ",
        "  \N{BAR CHART} ",
        "  \u00f0\u0178\u201c\u0160 ",
        "  ? ",
        "  ???? ",
        "\\U0001f4ca ",
    ],
)
def test_a_mark_that_an_encoding_spoilt(mark: str) -> None:
    (turn,) = taken(info(f"{mark}Total Used: 2,060 / 6,000")).turns
    assert (turn.used, turn.limit, turn.line) == (2060, 6000, 1)
    assert turn.time == "2026-11-20 17:16:28,813"


def test_a_message_that_begins_on_the_next_line() -> None:
    assert len(taken(info(""), "Total Used: 1 / 2").turns) == 1
    assert len(taken(info(""), "preview", "Total Used: 1 / 2").turns) == 0
    assert len(taken(info("a"), "Total Used: 1 / 2").turns) == 0


EVENTS = {
    "included": (info("  \u2705 INCLUDED: Turn 3 (1,357 tokens)"), ("Turn 3", 1357, "")),
    "excluded": (
        warning(
            "  \u274c EXCLUDED: Code snippet 1 (938 tokens) - Exceeds target snippet limit (3)"
        ),
        ("Code snippet 1", 938, "Exceeds target snippet limit (3)"),
    ),
    "pressure": (
        warning("\N{POLICE CARS REVOLVING LIGHT} HIGH TOKEN PRESSURE - Aggressive"),
        ("", None, ""),
    ),
    "compressed": (
        info("Agent optimization level 2: Aggressive context reduction"),
        ("Agent optimization level 2", None, ""),
    ),
    "over-limit": (
        error("Base prompt (7,000 tokens) already exceeds token limit (6,000)!"),
        ("", 7000, ""),
    ),
}


@pytest.mark.parametrize("kind", EVENTS)
def test_what_is_told_before_its_turn(kind: str) -> None:
    line, (what, tokens, reason) = EVENTS[kind]
    first, second = taken(TURN, line, TURN).turns
    assert first.events == ()
    (event,) = second.events
    assert (event.kind, event.line, event.what, event.tokens, event.reason) == (
        kind,
        2,
        what,
        tokens,
        reason,
    )


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (error("CRITICAL: Final prompt (6,052 tokens) exceeds token limit (6,000)!"), "critical"),
        (
            warning("\u26a0\ufe0f  LOW UTILIZATION: Only using 12.5% of capacity!"),
            "low-utilisation",
        ),
    ],
)
def test_what_is_told_after_its_turn(line: str, kind: str) -> None:
    first, second = taken(TURN, line, TURN).turns
    assert [event.kind for event in first.events] == [kind]
    assert second.events == ()


def test_an_event_whose_turn_never_came_is_of_the_last_turn() -> None:
    reader = taken(TURN, EVENTS["pressure"][0])
    assert reader.turns[0].events == (), "its turn may still come"
    assert [event.kind for event in reader.ended[0].events] == ["pressure"]
    reader.take(3, TURN)
    for turns in (reader.turns, reader.ended):
        assert [len(turn.events) for turn in turns] == [0, 1]
    assert taken(EVENTS["pressure"][0]).ended == []


def test_an_error_before_the_first_turn_is_of_that_turn() -> None:
    line = error("CRITICAL: Final prompt (6,052 tokens) exceeds token limit (6,000)!")
    (turn,) = taken(line, TURN).turns
    assert [event.kind for event in turn.events] == ["critical"]


@pytest.mark.parametrize(
    "message",
    ["Applied minimal context optimization", "\u26a0\ufe0f  EMERGENCY OPTIMIZATION: Only 9 tokens"],
)
def test_the_other_words_for_compression(message: str) -> None:
    (turn,) = taken(warning(message), TURN).turns
    assert [event.kind for event in turn.events] == ["compressed"]


def test_a_number_that_is_too_long() -> None:
    (turn,) = taken(info(f"Total Used: {'9' * 20} / 6,000")).turns
    assert turn.used == 2**53
