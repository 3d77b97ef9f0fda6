from __future__ import annotations

from decimal import Decimal

import pytest

from ctxtally.model.analysis import Analysis, Analyzed, Course, Group, Period, Target, Unusual
from ctxtally.model.record import replace
from ctxtally.model.tally import Tally
from ctxtally.model.usage import Tokens
from ctxtally.render import analyze, analyze_markdown

ALL = Group(name="all", operations=3, tokens=30, counted={"reported": 20, "": 10})


def analysis(whole: Group = ALL, **more: object) -> Analysis:
    groups = {"operation": (), "category": ()}
    return Analysis(**{"period": Period(), "whole": whole, "by": groups} | more)  # type: ignore[arg-type] # as the test wants


@pytest.mark.parametrize(
    ("found", "lines"),
    [
        pytest.param(
            analysis(),
            [
                "Total operations: 3",
                "Total tokens: 30 (66.7% reported, 33.3% not said how counted)",
                "Average per operation: 10",
                "Cost: 0.00 USD",
            ],
            id="two ways of counting",
        ),
        pytest.param(
            analysis(Group(name="all", operations=2, unknown=2, unpriced=2)),
            [
                "Total operations: 2",
                "Total tokens: 0",
                "Average per operation: -",
                "Operations that tell no tokens: 2",
            ],
            id="nothing is known",
        ),
        pytest.param(
            analysis(
                Group(
                    name="all",
                    operations=2,
                    tokens=9,
                    counted={"reported": 9},
                    cost_usd=Decimal("1234.567"),
                    unpriced=1,
                ),
                buckets=Tokens(output=9),
            ),
            [
                "Total operations: 2",
                "Total tokens: 9 (reported)",
                "Average per operation: 4",
                "Input: 0, read from a cache: 0, written to one: 0, output: 9",
                "Cost: 1,234.57 USD, without 1 operation of no known price",
            ],
            id="no input",
        ),
    ],
)
def test_totals(found: Analysis, lines: list[str]) -> None:
    assert analyze.totals(found) == lines


@pytest.mark.parametrize(
    ("course", "lines"),
    [
        (Course(days=1), ["Trend: too few days to tell (1 complete day with usage)"]),
        (
            Course(days=5, slope=1_200.4, low=3.0, high=2_000.0),
            [
                (
                    "Trend: rises; +1,200 tokens a day, 95% between +3 and +2,000 "
                    "(5 complete days with usage)"
                ),
                "Unusual days: told from 8 days on",
            ],
        ),
        (
            Course(days=9, slope=-5.0, low=-9.0, high=-1.0, judged=True),
            [
                "Trend: falls; -5 tokens a day, 95% between -9 and -1 (9 complete days with usage)",
                "Unusual days: none",
            ],
        ),
        (
            Course(
                days=9,
                slope=0.0,
                low=-9.0,
                high=1.0,
                judged=True,
                unusual=(Unusual(day="2026-01-05", tokens=9_000, score=5.25),),
            ),
            [
                (
                    "Trend: no clear direction; +0 tokens a day, 95% between -9 and +1 "
                    "(9 complete days with usage)"
                ),
                "Unusual day: 2026-01-05, 9,000 tokens, +5.2 robust deviations off the median",
            ],
        ),
    ],
)
def test_trend(course: Course, lines: list[str]) -> None:
    assert analyze.trend(course) == lines


@pytest.mark.parametrize(
    ("group", "line"),
    [
        (Group(name="x", operations=2, unknown=2), "x: unknown tokens (2 ops)"),
        (
            Group(name="x", operations=3, tokens=10, unknown=1, counted={"reported": 10}),
            "x: 10 tokens (3 ops), 33.3%, average 5, without 1 of unknown tokens",
        ),
        (
            Group(name="x", operations=1, counted={"reported": 0}),
            "x: 0 tokens (1 ops), 0.0%, average 0",
        ),
    ],
)
def test_what_nobody_knows_is_not_0(group: Group, line: str) -> None:
    whole = Group(name="all", operations=9, tokens=30, unknown=2, counted={"reported": 30})
    found = replace(analysis(whole), by={"operation": (group,), "category": (group,)})
    analyzed = Analyzed(
        subject="index",
        counter="o200k_base",
        exact=True,
        log="l",
        tally=Tally(),
        usage=found,
        targets=(),
        dimensions=("category",),
        remarks=(),
    )
    text = analyze.text(analyzed)
    assert f"By category:\n  {line}\n" in text
    assert f"Top operations:\n  1. {line}\n" in text
    average = "-" if group.average is None else f"{group.average:.0f}"
    tokens = "-" if group.average is None else f"{group.tokens}"
    row = f"| {tokens} | {group.operations} | {average} | `x` |"
    assert analyze_markdown.markdown(analyzed).count(row) == 2


def test_what_strangers_wrote_is_safe_to_print() -> None:
    target = Target(name="t", wanted=9.0, unit="tokens", actual=None, because="b\x1b")
    found = Analyzed(
        subject="index",
        counter="o200k_base",
        exact=True,
        log="l\x1b",
        tally=Tally(),
        usage=analysis(Group(name="all")),
        targets=(target,),
        dimensions=("category",),
        remarks=("r\x1b",),
    )
    assert analyze.text(found) == (
        "=== TOKEN USAGE ANALYSIS ===\nl\\x1b\n\n"
        "Total operations: 0\nTotal tokens: 0\nAverage per operation: -\n\n"
        "Trend: too few days to tell (0 complete days with usage)\n\n"
        "Targets (index, o200k_base):\n  t: not measured, b\\x1b; wanted below 9\n\n"
        "note: r\\x1b"
    )
