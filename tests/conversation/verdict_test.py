"""Verdicts on conversations whose truth is known."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from ctxtally.conversation.verdict import RULES
from ctxtally.model.criteria import Criteria
from ctxtally.model.record import replace
from ctxtally.model.turn import TurnEvent
from tests.conversation.made import BASE, HEALTHY, LIMIT, SICK, judged, over, turns

if TYPE_CHECKING:
    from ctxtally.model.turn import Happening

TOOTH = [0.3, 0.4, 0.5, 0.6, 0.7]


@pytest.mark.untraced
def test_no_false_alarm_in_a_thousand_healthy_conversations() -> None:
    for seed in range(1_000):
        kind = HEALTHY[seed % len(HEALTHY)]
        found = judged(kind(Random(seed)))  # noqa: S311 - a seed, not a secret
        assert found.verdict == "healthy", (seed, kind.__name__, found.broken)


@pytest.mark.untraced
def test_no_miss_in_a_thousand_sick_conversations() -> None:
    for seed in range(1_000):
        kind = SICK[seed % len(SICK)]
        found = judged(kind(Random(seed)))  # noqa: S311 - a seed, not a secret
        wanted = ("critical",) if kind is over else ("failing", "critical")
        assert found.verdict in wanted, (seed, kind.__name__)


QUIET = {
    "low and flat": [0.1] * 10,
    "builds up, then stays": [0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.51, 0.5, 0.5, 0.51, 0.5, 0.5],
    "saw-tooth": TOOTH * 4,
    "one turn of eleven above 80%": [*[0.5] * 9, 0.85, 0.5],
    "10% of the turns at 80%": [*[0.5] * 9, 0.8],
    "emptied once, and back": [*[0.5] * 10, 0.01, 0.01, *[0.5] * 10],
    "levels off late": [*[0.3 + 0.01 * at for at in range(40)], *[0.7] * 30],
    "grows without reaching anything": [0.01 * at for at in range(1, 25)],
    "10,000 turns": TOOTH * 2_000,
}


@pytest.mark.parametrize("shares", QUIET.values(), ids=QUIET)
def test_healthy(shares: list[float]) -> None:
    found = judged(turns(shares))
    assert (found.verdict, found.broken) == ("healthy", ())


SPEAKING = {
    "growing": ([0.04 * at for at in range(1, 21)], {"growth"}, "failing"),
    "grows past every peak": (
        [*TOOTH, *[0.3 + 0.03 * at for at in range(16)]],
        {"growth"},
        "failing",
    ),
    "peaks that grow": (
        [share for top in range(7) for share in (0.3, 0.5, 0.56 + 0.05 * top)],
        {"growth"},
        "failing",
    ),
    "at 82% for long": ([0.5, 0.82] * 6, {"high-use"}, "failing"),
    "high and never compressed": (
        [*[0.5] * 10, *[0.85] * 10],
        {"high-use", "compression"},
        "failing",
    ),
    "one turn at 96% and no relief": (
        [*[0.5] * 17, 0.93, 0.96, 0.93],
        {"near-limit", "high-use", "compression"},
        "failing",
    ),
    "near the limit, and never less": (
        [*[0.5] * 10, *[0.95] * 5],
        {"near-limit", "high-use", "compression", "relief"},
        "critical",
    ),
    "over the limit once": ([*[0.5] * 10, 1.01, 0.5], {"limit-error"}, "critical"),
    "emptied for good": ([*[0.5] * 10, *[0.01] * 4], {"stripped"}, "failing"),
    "emptied at the end": ([*[0.5] * 10, 0.01, 0.01], {"stripped"}, "failing"),
    "10,000 turns, growing": ([0.9 * at / 10_000 for at in range(10_000)], {"growth"}, "failing"),
}


@pytest.mark.parametrize(("shares", "rules", "verdict"), SPEAKING.values(), ids=SPEAKING)
def test_sick(shares: list[float], rules: set[str], verdict: str) -> None:
    found = judged(turns(shares))
    assert {one.rule for one in found.broken} >= rules
    assert found.verdict == verdict


def test_compression_after_the_limit_comes_too_late() -> None:
    found = judged(turns([*[0.5] * 9, 0.9, 1.05, 0.3, 0.3]))
    rule = next(one for one in found.broken if one.rule == "compression")
    assert rule.message == "the context was cut only in turn 12, although use was at 90% in turn 10"
    assert rule.lines == (100,)


def test_a_conversation_that_only_ends_high() -> None:
    found = judged(turns([*[0.5] * 10, 0.81]))
    rule = next(one for one in found.rules if one.rule == "compression")
    assert (rule.outcome, rule.message) == (
        "held",
        "use reached 80% only at the end, in turn 11",
    )


@pytest.mark.parametrize("kind", ["over-limit", "critical"])
def test_a_word_of_the_log_is_a_limit_error(kind: Happening) -> None:
    found = judged(turns([0.5] * 12, events={7: kind}))
    (rule,) = found.broken
    assert (found.verdict, rule.rule, rule.turns, rule.lines) == (
        "critical",
        "limit-error",
        (7,),
        (71,),
    )
    assert rule.message == "over the limit: 1 of 12 prompts"


@pytest.mark.parametrize("kind", ["failed", "timed-out"])
def test_a_turn_that_crashes(kind: Happening) -> None:
    found = judged(turns([0.5] * 12, events={3: kind}))
    assert [one.rule for one in found.broken] == ["crash"]
    assert found.verdict == "critical"


@pytest.mark.parametrize(
    ("reason", "speaks"),
    [
        ("", True),
        ("Exceeds available budget", True),
        ("Exceeds remaining budget (12 tokens)", True),
        ("Would exceed budget", True),
        ("Exceeds adaptive turn limit (5)", False),
        ("Exceeds target snippet limit (3)", False),
    ],
)
def test_only_want_of_room_counts_as_exclusion(reason: str, *, speaks: bool) -> None:
    event = TurnEvent(kind="excluded", line=9, what="Turn 3", tokens=9, reason=reason)
    made = [replace(turn, events=(event,)) for turn in turns([0.5] * 12)]
    found = judged(made)
    assert [one.rule for one in found.broken] == (["exclusions"] if speaks else [])


def test_exclusions_that_are_resolved() -> None:
    events: dict[int, Happening] = dict.fromkeys(range(3, 7), "excluded")
    assert judged(turns([0.5] * 12, events=events)).verdict == "healthy"
    events[7] = "excluded"
    assert judged(turns([0.5] * 12, events=events)).verdict == "failing"


def test_a_compaction_that_the_log_names_does_not_strip() -> None:
    # A real pair: from 991,860 tokens to 33,352.
    shares = [*[0.99 * 0.75] * 10, *[0.033 * 0.75] * 10]
    assert judged(turns(shares)).verdict == "failing"
    assert judged(turns(shares, events={11: "compressed"})).verdict == "healthy"


def test_with_a_base_even_a_named_compaction_strips() -> None:
    share = BASE / LIMIT
    shares = [*[0.5] * 10, *[share] * 10]
    found = judged(turns(shares, base=BASE, events={11: "compressed"}))
    assert [one.rule for one in found.broken] == ["stripped"]
    assert found.broken[0].message == (
        "from turn 11 to turn 20 at most 10% of the context before is left"
    )


def test_a_context_that_was_never_much_is_not_lost() -> None:
    assert judged(turns([0.08, *[0.09] * 5, *[0.08] * 8], base=BASE)).verdict == "healthy"


def test_the_context_of_the_log_does_without_a_base() -> None:
    made = [replace(turn, context=30_000 if turn.number < 9 else 100) for turn in turns([0.5] * 12)]
    assert [one.rule for one in judged(made).broken] == ["stripped"]


@pytest.mark.parametrize("many", [0, 1, 9])
def test_too_few_turns_are_no_verdict(many: int) -> None:
    found = judged(turns([0.99] * many))
    assert found.verdict == "not-enough-turns"
    assert found.broken == ()
    assert found.rules[-1].message == f"{many} turns are not enough: it takes 10"


def test_an_error_needs_no_more_turns() -> None:
    assert judged(turns([0.5, 1.2])).verdict == "critical"


def test_every_rule_is_told_once() -> None:
    found = judged(turns([0.5] * 12))
    assert [one.rule for one in found.rules] == list(RULES)
    assert {one.outcome for one in found.rules} == {"held"}


@pytest.mark.parametrize(
    ("criteria", "shares"),
    [
        (Criteria(high=0.5), [0.55] * 12),
        (Criteria(turns=8), [0.04 * at + 0.5 for at in range(8)]),
        (Criteria(near=0.81, high_turns=0.9), [*[0.5] * 11, 0.82]),
        (Criteria(stripped=0.5), [*[0.6] * 10, *[0.2] * 3]),
    ],
)
def test_thresholds_come_from_the_configuration(criteria: Criteria, shares: list[float]) -> None:
    assert judged(turns(shares)).verdict in ("healthy", "not-enough-turns")
    assert judged(turns(shares), criteria).verdict == "failing"


def test_steps_tell_the_direction_and_what_is_odd() -> None:
    made = turns([0.1, 0.25, 0.25, 0.2, 0.85, 0.96, 1.1], events={4: "compressed", 7: "excluded"})
    found = judged(made)
    assert [(step.direction, step.change, step.warnings) for step in found.steps] == [
        ("", None, ()),
        ("INCREASE", 15_000, ("grew by 150%",)),
        ("STABLE", 0, ()),
        ("DECREASE", -5_000, ("compressed",)),
        ("INCREASE", 65_000, ("at or above 80%", "grew by 325%")),
        ("INCREASE", 11_000, ("at or above 95%",)),
        ("INCREASE", 14_000, ("above the limit", "1 left out")),
    ]


def test_a_limit_that_changes_is_told() -> None:
    made = [*turns([0.1] * 2), replace(turns([0.1])[0], number=3, limit=LIMIT // 2)]
    assert judged(made).steps[2].warnings == ("the limit was 100,000",)


def test_the_figures() -> None:
    figures = judged(turns([*TOOTH, *TOOTH, 0.9, 0.97])).figures
    assert figures is not None
    assert (figures.peak, figures.peak_turn) == (97_000, 12)
    assert (figures.over_high, figures.over_near) == (2 / 12, 1 / 12)
    assert figures.compressions == (6,)
    assert judged([]).figures is None


def test_a_log_that_begins_at_nothing_was_not_stripped() -> None:
    found = judged(turns([0.0] * 3 + [0.2] * 16))
    assert found.verdict == "healthy"
