"""`ctxtally run`: whole outputs from rows, the figures that its example shows, and each mistake."""

from __future__ import annotations

import json
import os
import re
import sys
from itertools import combinations
from math import exp, log, sqrt
from statistics import fmean, median, variance
from typing import TYPE_CHECKING, Any

import pytest

from ctxtally.adapters.prices import NOTE
from tests.support.runs import BASELINE, SAMPLE, made, one_row, row

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.command import Ran, Run
    from tests.support.repo import Repo

RUN_ID = "run_tech_20260228_123456"
SUMMARY = """\
============================================================
Token Usage Summary \u2014 run_tech_20260228_123456
============================================================
Phase: tech
Iterations: 3

Total Tokens: 18,500
  Input:  11,000
  Output: 7,500

Estimated Cost: $0.6750
  Per iteration: $0.2250
  Avg tokens/iteration: 6,167

Breakdown by operation:
  advocate       :    9,200 tokens ($0.3360)
  contrarian     :    7,800 tokens ($0.2850)
  integrator     :    1,500 tokens ($0.0540)
============================================================
"""
COMPARISON = """\
============================================================
Token Usage Comparison
============================================================

Baseline: run_tech_baseline
  Tokens: 25,000
  Cost:   $0.9000
  Iterations: 5

Optimized: run_tech_with_scopes
  Tokens: 18,500
  Cost:   $0.6750
  Iterations: 3

Savings:
  Tokens: 6,500 (26.0%)
  Cost:   $0.2250

No verdict at n = 1: one run does not say what the next one takes.
To show 26.0% takes about 45 runs a side, if runs
spread by 50%, which is assumed.
============================================================
"""
ESTIMATE = """\
============================================================
Token Usage Estimator
============================================================

Estimated for 5 iterations:
  Input tokens:  20,000 (5 \u00d7 2,000 \u00d7 2 roles)
  Output tokens: 10,000 (5 \u00d7 1,000 \u00d7 2 roles)
  Total tokens:  30,000

Estimated cost (GPT-4 pricing):
  Input:  $0.6000
  Output: $0.6000
  Total:  $1.2000

With scope-based iteration (claimed 20-30% savings, not measured here):
  Tokens: 21,000 - 24,000
  Cost:   $0.8400 - $0.9600

note: assumed, not measured: there are 0 runs with token data to go by, and it takes two
note: GPT-4 pricing is assumed: $30 and $60 for a million tokens in and out; --model names another
============================================================
"""
REPORT = """\
================================================================================
Token Usage Report \u2014 Recent 10 Runs
Phase: tech
================================================================================

Run ID                         Phase            Tokens       Cost  Iter
--------------------------------------------------------------------------------
run_tech_20260228_150000       tech             18,500    $0.6750     3
run_tech_20260228_140000       tech             22,000    $0.8100     4
run_tech_20260228_130000       tech             25,000    $0.9000     5
run_tech_20260228_120000       tech             17,500    $0.6200     3
run_tech_20260228_110000       tech             17,000    $0.6250     3
run_tech_20260228_100000       tech             17,000    $0.6240     3
run_tech_20260228_090000       tech             17,000    $0.6240     3
run_tech_20260228_080000       tech             17,000    $0.6240     3
run_tech_20260228_070000       tech             17,000    $0.6240     3
run_tech_20260228_060000       tech             17,000    $0.6240     3
--------------------------------------------------------------------------------
TOTAL                                          185,000    $6.7500

Runs with token data: 10/10
Average per run: 18,500 tokens ($0.6750)
Trend from run to run: +167 tokens (95%: -3,500 to +7,500)
================================================================================
"""
# Newest first: tokens, cost, iterations.
TEN = [
    *((18_500, 0.675, 3), (22_000, 0.81, 4), (25_000, 0.9, 5), (17_500, 0.62, 3)),
    *((17_000, 0.625, 3), *(((17_000, 0.624, 3),) * 5)),
]


@pytest.fixture(autouse=True)
def tech(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the runs of a phase go, below the current directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STUDIO_ROOT", raising=False)
    return tmp_path / "output" / "tech"


def good(ran: Ran) -> str:
    assert (ran.status, ran.err) == (0, "")
    return ran.out


def refused(ran: Ran) -> tuple[str, str]:
    assert (ran.status, ran.out) == (2, "")
    error, way_out = ran.err.splitlines()
    return error.removeprefix("error: "), way_out.removeprefix("  = help: ")


def ten(tech: Path) -> None:
    for number, (tokens, cost, iterations) in enumerate(TEN):
        name = f"run_tech_20260228_{15 - number:02}0000"
        made(tech / name, one_row(tokens, iterations, cost), changed=1e9 - number)


def test_the_summary_of_the_example(tech: Path, run: Run) -> None:
    made(tech / RUN_ID, SAMPLE, {"run_id": RUN_ID, "phase": "tech"})
    assert good(run("run", "summary", RUN_ID)) == SUMMARY
    assert good(run("run", "summary", f"output/tech/{RUN_ID}")) == SUMMARY
    by_hand = sum(int(str(one["total_tokens"])) for one in SAMPLE)
    assert (by_hand, round(18_500 / 3, 2)) == (18_500, 6_166.67)


def test_the_comparison_of_the_example(tech: Path, run: Run) -> None:
    made(tech / "run_tech_baseline", BASELINE)
    made(tech / "run_tech_with_scopes", SAMPLE)
    pair = ("run_tech_baseline", "run_tech_with_scopes")
    assert good(run("run", "compare", *pair)) == COMPARISON
    assert good(run("run", "compare", pair[0], "--against", pair[1])) == COMPARISON


def test_the_estimate_of_the_example(run: Run) -> None:
    assert good(run("run", "estimate", "--iterations", "5", "--scopes")) == ESTIMATE


def test_the_report_of_the_example(tech: Path, run: Run) -> None:
    ten(tech)
    made(tech.parent / "design" / "run_x", one_row(5), changed=2e9)
    assert good(run("run", "report", "--phase", "tech")) == REPORT
    totals = [tokens for tokens, _, _ in reversed(TEN)]
    assert sum(totals) == 185_000
    pairs = list(combinations(enumerate(totals), 2))
    assert round(median((b - a) / (at - before) for (before, a), (at, b) in pairs)) == 167
    assert sum(cost for _, cost, _ in TEN) == pytest.approx(6.75)


def test_what_is_saved_is_what_is_shown(tech: Path, run: Run) -> None:
    path = made(tech / RUN_ID, SAMPLE)
    before = f'{{"phase": "tech",\n "kept": 1e3,\t"run_id": "{RUN_ID}"}}'
    (path / "run.json").write_bytes(before.encode())
    assert good(run("run", "summary", RUN_ID, "--save")) == SUMMARY
    held = json.loads((path / "token_summary.json").read_text("utf-8"))
    assert list(held)[:10] == [
        *("run_id", "phase", "total_input_tokens", "total_output_tokens", "total_tokens"),
        *("total_cost_usd", "iterations", "avg_tokens_per_iteration", "cost_per_iteration"),
        "breakdown_by_operation",
    ]
    assert held["avg_tokens_per_iteration"] == 6166.67
    assert (held["total_cost_usd"], held["cost_per_iteration"]) == (0.675, 0.225)
    parts = {"count": 3, "total_tokens": 9200, "total_cost": 0.336, "unpriced_tokens": 0}
    assert held["breakdown_by_operation"]["advocate"] == parts
    assert held["breakdown_by_iteration"]["3"] == {
        "total_tokens": 7_300,
        "total_cost": 0.261,
        "operations": ["advocate", "contrarian", "integrator"],
    }
    text = (path / "run.json").read_text("utf-8")
    assert text.startswith('{"phase": "tech",\n "kept": 1e3,\t"run_id": ')
    assert json.loads(text)["tokens"] == {
        "total_input": 11_000,
        "total_output": 7_500,
        "total": 18_500,
        "cost_usd": 0.675,
        "tracked": True,
    }
    assert good(run("run", "summary", RUN_ID, "--save")) == SUMMARY
    assert (path / "run.json").read_text("utf-8") == text


def test_a_summary_outlives_its_records(tech: Path, run: Run) -> None:
    path = made(tech / RUN_ID, SAMPLE)
    good(run("run", "summary", RUN_ID, "--save"))
    (path / "tokens.jsonl").unlink()
    out = good(run("run", "summary", RUN_ID))
    head, _, rest = out.partition("Breakdown")
    note = "note: its operations are gone: the totals are those once saved\n"
    assert (head, rest) == (SUMMARY.partition("Breakdown")[0] + note + "=" * 60 + "\n", "")
    error, _ = refused(run("run", "summary", RUN_ID, "--save"))
    assert error == f"output/tech/{RUN_ID} has no tokens.jsonl, so there is nothing to save"


MIXED = [
    row("plan", 3_000, 800, 1, None, "claude-sonnet-4-5", cache_read_tokens=2_000),
    row("write", 5_000, 1_000, 1, 0.2, "gpt-4"),
    row("check", 600, 400, 2, None, None),
    row("ch\x1b[31m", 60, 40, None, None, "house-model"),
]


def test_prices_and_what_has_none(tech: Path, run: Run) -> None:
    path = made(tech / "run_a", MIXED)
    with (path / "tokens.jsonl").open("a", encoding="utf-8") as log:
        log.write('{"timestamp": "2026-02-28T12:00:00", "operation": "plan", "inp')
    out = good(run("run", "summary", "run_a"))
    version = out.partition("genai-prices ")[2].partition(" ")[0]
    newest = out.partition("newest price ")[2].partition(")")[0]
    # 1,000 at $3, 2,000 at $0.30 and 800 at $15 a million, and what was recorded: $0.0156 + $0.2.
    assert out == (
        "============================================================\n"
        "Token Usage Summary \u2014 run_a\n"
        "============================================================\n"
        "Phase: tech\n"
        "Iterations: 2\n"
        "\n"
        "Total Tokens: 10,900\n"
        "  Input:  8,660\n"
        "    read from a cache:  2,000 (23.1%)\n"
        "    written to a cache: 0\n"
        "  Output: 2,240\n"
        "\n"
        "Estimated Cost: $0.2156\n"
        "  Unpriced: 1,100 tokens (10.1%)\n"
        "  Avg tokens/iteration: 5,450\n"
        "\n"
        "Breakdown by operation:\n"
        "  write          :    6,000 tokens ($0.2000)\n"
        "  plan           :    3,800 tokens ($0.0156)\n"
        "  check          :    1,000 tokens (unpriced)\n"
        "  ch\\x1b[31m     :      100 tokens (unpriced)\n"
        "\n"
        "Breakdown by model:\n"
        "  gpt-4          :    6,000 tokens ($0.2000)\n"
        "  claude-sonnet-4-5:    3,800 tokens ($0.0156)\n"
        "  (none)         :    1,000 tokens (unpriced)\n"
        "  house-model    :      100 tokens (unpriced)\n"
        "\n"
        f"note: 1 cost by genai-prices {version} (newest price {newest})\n"
        "note: 1 line of tokens.jsonl could not be read\n"
        "============================================================\n"
    )


def test_own_prices_of_the_repository(repo: Repo, run: Run) -> None:
    table = '[[price]]\nmodel = "house-model"\ninput = 50\noutput = 100\n'
    repo.write({"ctxtally.toml": table})
    made(repo.root / "output" / "tech" / "run_a", [row("w", 60, 40, 1, None, "House-Model")])
    out = good(run("run", "summary", "run_a"))
    assert "Estimated Cost: $0.0070\n" in out
    assert "note: 1 cost by 1 own price, genai-prices " in out


def test_without_the_package(tech: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    made(tech / "run_a", [row("w", 60, 40, 1, None, "gpt-4")])
    out = good(run("run", "summary", "run_a"))
    assert "Estimated Cost: unknown\n  Unpriced: 100 tokens (100.0%)\n" in out
    assert f"note: {NOTE}\n" in out
    assert f"note: {NOTE}\n" in good(run("run", "report"))
    estimate = good(run("run", "estimate", "--iterations", "2", "--model", "gpt-4"))
    assert "Estimated cost (gpt-4 pricing):\n  Input:  unknown\n" in estimate
    assert f"note: {NOTE}\n" in estimate


def test_a_long_list_of_operations_is_cut(tech: Path, run: Run) -> None:
    made(tech / "run_a", [row(f"step {number}", 100 - number, 0) for number in range(50)])
    lines = good(run("run", "summary", "run_a")).splitlines()
    assert lines[-3:-1] == [
        "  step 19        :       81 tokens (unpriced)",
        f"  30 more        : {sum(range(51, 81)):>8,} tokens",
    ]


def test_an_estimate_tells_of_records_that_could_not_be_taken(tech: Path, run: Run) -> None:
    ten(tech)
    path = made(tech / "run_x", SAMPLE)
    (path / "tokens.jsonl").write_text("[]\n" + json.dumps(row("a", 9, 9, 1, 0.1)), "utf-8")
    out = good(run("run", "estimate", "--iterations", "2"))
    assert out.splitlines()[-2] == (
        "note: 1 run among them with records that could not be taken as they are: see "
        "`ctxtally run report`"
    )


def test_an_estimate_leaves_out_runs_with_unknown_tokens(tech: Path, run: Run) -> None:
    ten(tech)
    told = good(run("run", "estimate", "--iterations", "3"))
    rows = [row("a", 9, 9, 1, 0.1), row("b", 9, 9, 1, 0.1) | {"input_tokens": None}]
    made(tech / "run_x", [one | {"total_tokens": None} for one in rows])
    note = "\nnote: 1 run with unknown tokens left out\n" + "=" * 60 + "\n"
    assert good(run("run", "estimate", "--iterations", "3")) == told[:-61] + note


def test_markdown_tells_what_has_no_price(tech: Path, run: Run) -> None:
    made(tech / "run_a", MIXED)
    lines = good(run("run", "summary", "run_a", "--format", "markdown")).splitlines()
    assert lines[2] == (
        "Phase `tech`, 2 iterations: 10,900 tokens (8,660 in, 2,240 out), $0.2156, "
        "1,100 tokens unpriced."
    )


def test_where_the_prices_of_a_comparison_come_from(tech: Path, run: Run) -> None:
    made(tech / "run_a", MIXED[:2])
    made(tech / "run_b", SAMPLE)
    out = good(run("run", "compare", "run_a", "run_b"))
    assert "\nnote: 1 cost by genai-prices " in out
    assert "  Cost:   $0.2156\n" in out


@pytest.mark.parametrize("action", [("summary", "run_a", "--save"), ("report",)])
def test_money_that_nobody_has_is_unknown(tech: Path, run: Run, action: tuple[str, ...]) -> None:
    path = made(tech / "run_a", [row("w", 6, 4, cost=1e308), row("v", 6, 4, cost=2.0**53)])
    (path / "token_summary.json").write_text('{"total_cost_usd": Infinity}', "utf-8")
    out = good(run("run", *action, "--format", "json"))
    found = json.loads(out, parse_constant=pytest.fail)
    (told,) = (found if action[0] == "summary" else found["runs"][0])["remarks"]
    assert told == "2 fields could not be taken, so unknown"
    assert (found if action[0] == "summary" else found["totals"])["total_cost_usd"] is None


def test_an_empty_run(tech: Path, run: Run) -> None:
    made(tech / "run_a", [])
    out = good(run("run", "summary", "run_a"))
    assert "Iterations: 0\n\nTotal Tokens: 0\n" in out
    assert "Estimated Cost: $0.0000\n" in out


# Five runs a side; those of the second are 0.6 times those of the first, so that both spread alike
# and Welch's degrees of freedom are 8.
LOGS = (9.2, 9.5, 9.6, 9.7, 10.0)
FIRST = [round(exp(one)) for one in LOGS]
SECOND = [round(exp(one) * 0.6) for one in LOGS]
T8, T4 = 2.306, 2.776  # NIST/SEMATECH e-Handbook, 1.3.6.7.2, column 0.975


def sides(tech: Path, **meta: str) -> tuple[list[str], list[str]]:
    names: tuple[list[str], list[str]] = ([], [])
    for which, totals, iterations, price in ((0, FIRST, 5, 40e-6), (1, SECOND, 3, 40e-6)):
        for number, tokens in enumerate(totals):
            name = f"run_{'ab'[which]}{number}"
            about = {key: f"{value}{number}" for key, value in meta.items()}
            made(tech / name, one_row(tokens, iterations, tokens * price), dict(about))
            names[which].append(name)
    return names


def test_a_saving_that_is_shown(tech: Path, run: Run) -> None:
    first, second = sides(tech)
    out = good(run("run", "compare", *first, "--against", *second))
    one, other = [log(tokens) for tokens in FIRST], [log(tokens) for tokens in SECOND]
    half = T8 * sqrt(variance(one) / 5 + variance(other) / 5)
    change = fmean(other) - fmean(one)
    low, high = (1 - exp(change + half)) * 100, (1 - exp(change - half)) * 100
    means = exp(fmean(one)), exp(fmean(other))
    assert low > 0
    share = f"{(1 - exp(change)) * 100:.1f}%"
    saving = f"{share}; 95% interval {low:.1f}% to {high:.1f}%"
    assert out == (
        "============================================================\n"
        "Token Usage Comparison\n"
        "============================================================\n"
        "\n"
        "Baseline: 5 runs\n"
        f"  Tokens: {means[0]:,.0f} (geometric mean of {FIRST[0]:,} to {FIRST[-1]:,})\n"
        f"  Cost:   ${means[0] * 40e-6:.4f}\n"
        "  Iterations: 5.0\n"
        "\n"
        "Optimized: 5 runs\n"
        f"  Tokens: {means[1]:,.0f} (geometric mean of {SECOND[0]:,} to {SECOND[-1]:,})\n"
        f"  Cost:   ${means[1] * 40e-6:.4f}\n"
        "  Iterations: 3.0\n"
        "\n"
        "Savings:\n"
        f"  Tokens: {means[0] - means[1]:,.0f} ({saving})\n"
        f"  Cost:   ${(means[0] - means[1]) * 40e-6:.4f} ({saving})\n"
        "\n"
        "Where that comes from:\n"
        "  iterations:           x 0.60\n"
        "  tokens per iteration: x 1.00\n"
        "  cost per token:       x 1.00\n"
        "\n"
        f"Verdict: saved, by {share} in 5 and 5 runs.\n"
        "============================================================\n"
    )
    back = good(run("run", "compare", *second, "--against", *first))
    assert "Verdict: cost more, by 66.7% in 5 and 5 runs.\n" in back


def test_tasks_are_held_against_themselves(tech: Path, run: Run) -> None:
    first, second = sides(tech, task="t")
    made(tech / "run_c", one_row(9_000), {"task": "elsewhere"})
    found = run("run", "compare", *first, "run_c", "--against", *second, "--format", "json").json
    steps = [log(other / one) for one, other in zip(FIRST, SECOND, strict=True)]
    half = T4 * sqrt(variance(steps) / 5)
    assert found["paired_by"] == ["t0", "t1", "t2", "t3", "t4"]
    assert found["saving"]["percent"] == pytest.approx((1 - exp(fmean(steps))) * 100, abs=0.01)
    assert found["saving"]["low"] == pytest.approx((1 - exp(fmean(steps) + half)) * 100, abs=0.01)
    assert found["saving"]["verdict"] == "saved"
    left = "1 run left out, for the other side has none of the same task"
    assert found["remarks"] == [left]
    text = good(run("run", "compare", *first, "run_c", "--against", *second))
    assert f"Verdict: saved, by 40.0% in 5 tasks of both sides.\nnote: {left}\n" in text


def test_a_difference_that_is_not_shown(tech: Path, run: Run) -> None:
    for name, tokens in (("a", 9_000), ("b", 20_000), ("c", 8_000), ("d", 15_000)):
        made(tech / f"run_{name}", one_row(tokens))
    out = good(run("run", "compare", "run_a", "run_b", "--against", "run_c", "run_d"))
    assert "  Cost:   unknown: part of it is unpriced\n" in out
    verdict, needs, spread = out.splitlines()[-4:-1]
    assert verdict == "Verdict: not shown: 2 and 2 runs allow for no difference."
    # Cohen's 2 (sd x (1.96 + 0.84) / change)^2, and one for Student's t.
    change = (log(9_000 * 20_000) - log(8_000 * 15_000)) / 2
    squares = variance([log(9_000), log(20_000)]) + variance([log(8_000), log(15_000)])
    many = 2 * (squares / 2) * ((1.95996 + 0.84162) / change) ** 2
    told = int(needs.removeprefix("To show 18.4% takes about ").split()[0])
    assert told == pytest.approx(many + 1, abs=1)
    assert (needs.partition(str(told))[2], spread) == (
        " runs a side, if runs",
        "spread as these do.",
    )


def test_copies_are_no_runs(tech: Path, run: Run) -> None:
    for name, tokens in (("a", 9_000), ("b", 9_000), ("c", 8_000), ("d", 8_000)):
        made(tech / f"run_{name}", one_row(tokens))
    out = good(run("run", "compare", "run_a", "run_b", "--against", "run_c", "run_d"))
    told = "No verdict: the runs do not differ in themselves. Are they copies?"
    assert out.splitlines()[-2] == told


@pytest.mark.parametrize(
    ("costs", "told"),
    [
        ((0.25, 0.0), ("$0.2500", "$0.0000", "not compared: some runs are free")),
        ((0.0, 0.0), ("$0.0000", "$0.0000", "not compared: some runs are free")),
        (
            (0.25, None),
            ("$0.2500", "unknown: part of it is unpriced", "unknown: part of it is unpriced"),
        ),
    ],
)
def test_each_side_has_its_own_cost(
    tech: Path, run: Run, costs: tuple[float | None, ...], told: tuple[str, ...]
) -> None:
    for name, cost in zip("ab", costs, strict=True):
        made(tech / f"run_{name}", one_row(9_000, cost=cost))
    out = good(run("run", "compare", "run_a", "run_b"))
    lines = [line for line in out.splitlines() if line.startswith("  Cost:")]
    assert lines == [f"  Cost:   {one}" for one in told]


@pytest.mark.parametrize(
    ("costs", "notes", "cost"),
    [
        ((0.0, 0.0), [], " ($0.0000)"),
        ((0.0, 0.5), ["note: no costs: 1 run for free, and others not"], ""),
    ],
)
def test_an_estimate_from_free_runs(
    tech: Path, run: Run, costs: tuple[float, ...], notes: list[str], cost: str
) -> None:
    for at, one in enumerate(costs):
        made(tech / f"run_{at}", one_row(9_000 + at, cost=one))
    out = good(run("run", "estimate", "--iterations", "1"))
    assert f"  Half of such runs stay below: 9,000 tokens{cost}\n" in out
    assert [line for line in out.splitlines() if line.startswith("note:")] == notes


@pytest.mark.parametrize(
    ("planned", "notes"),
    [
        (3, []),
        (
            2,
            [
                (
                    "note: each of these runs had 3 iterations or more, and runs of fewer differ "
                    "more than the interval says"
                )
            ],
        ),
    ],
)
def test_an_estimate_of_fewer_iterations_than_any_run_had(
    tech: Path, run: Run, planned: int, notes: list[str]
) -> None:
    for name, iterations in (("a", 3), ("b", 5)):
        rows = [row("w", 900 + at, 40) | {"iteration": at} for at in range(iterations)]
        made(tech / f"run_{name}", [one | {"cost_usd": 0.1} for one in rows])
    out = good(run("run", "estimate", f"--iterations={planned}"))
    assert [line for line in out.splitlines() if line.startswith("note:")] == notes


def test_an_estimate_from_copies_says_so(tech: Path, run: Run) -> None:
    for name in "abc":
        made(tech / f"run_{name}", one_row(9_000, 3, 0.1))
    out = good(run("run", "estimate", "--iterations", "1"))
    assert out.splitlines()[-2] == "note: the runs do not differ in themselves: are they copies?"


def test_copies_are_no_tasks(tech: Path, run: Run) -> None:
    for number, tokens in enumerate((9_000, 700, 30)):
        for side, times in (("a", 10), ("b", 9)):
            made(tech / f"run_{side}{number}", one_row(tokens * times), {"task": f"t{number}"})
    first, second = ([f"run_{side}{number}" for number in range(3)] for side in "ab")
    out = good(run("run", "compare", *first, "--against", *second))
    told = "No verdict: all tasks differ by the same factor. Are they copies?"
    assert out.splitlines()[-2] == told


def test_what_is_not_shown_takes_more_runs_than_there_are(tech: Path, run: Run) -> None:
    firsts = [made(tech / f"run_a{at}", one_row(one)) for at, one in enumerate((10_000, 40_000))]
    totals = (9_800, 10_000, 10_100, 10_200, 9_900, 10_050)
    seconds = [made(tech / f"run_b{at}", one_row(one)) for at, one in enumerate(totals)]
    out = good(run("run", "compare", *map(str, firsts), "--against", *map(str, seconds)))
    assert out.splitlines()[-4:-1] == [
        "Verdict: not shown: 2 and 6 runs allow for no difference.",
        "To show 50.0% takes about 18 runs a side, if runs",
        "spread as these do.",
    ]


def test_no_number_of_runs_shows_nothing(tech: Path, run: Run) -> None:
    for name, tokens in (("a", 9_000), ("b", 20_000), ("c", 20_000), ("d", 9_001)):
        made(tech / f"run_{name}", one_row(tokens))
    out = good(run("run", "compare", "run_a", "run_b", "--against", "run_c", "run_d"))
    told = "Verdict: not shown: 2 and 2 runs allow for no difference."
    assert out.splitlines()[-2] == told


def test_what_the_comparison_tells_as_json(tech: Path, run: Run) -> None:
    made(tech / "run_tech_baseline", BASELINE)
    made(tech / "run_tech_with_scopes", SAMPLE)
    pair = ("run_tech_baseline", "run_tech_with_scopes")
    assert run("run", "compare", *pair, "--format", "json").json == {
        "schema": "ctxtally/run-compare/1",
        "baseline": {
            "run_id": pair[0],
            "runs": [pair[0]],
            "total_tokens": 25_000,
            "cost_usd": 0.9,
            "iterations": 5.0,
        },
        "optimized": {
            "run_id": pair[1],
            "runs": [pair[1]],
            "total_tokens": 18_500,
            "cost_usd": 0.675,
            "iterations": 3.0,
        },
        "savings": {"tokens_saved": 6_500, "cost_saved_usd": 0.225, "savings_percentage": 26.0},
        "saving": {
            "tokens": 6_500,
            "percent": 26.0,
            "low": None,
            "high": None,
            "verdict": "not-enough-runs",
        },
        "cost_saving": {"usd": 0.225, "percent": 25.0, "low": None, "high": None},
        "runs_needed": 45,
        "spread_assumed": True,
        "paired_by": [],
        "factors": {},
        "prices": None,
        "remarks": [],
    }


def test_an_estimate_from_runs(tech: Path, run: Run) -> None:
    ten(tech)
    found = run("run", "estimate", "--iterations", "5", "--scopes", "--format", "json").json
    logs = [log(tokens / iterations) for tokens, _, iterations in TEN]
    spread = sqrt(variance(logs) * (1 + 1 / 10))
    # NIST/SEMATECH e-Handbook, 1.3.6.7.2: nine degrees of freedom, columns 0.90 and 0.975.
    expected = {"p50": 0.0, "p90": 1.383, "low": -2.262, "high": 2.262}
    assert found["basis"] == "history"
    assert found["history"]["runs"] == 10
    for key, quantile in expected.items():
        by_hand = 5 * exp(fmean(logs) + quantile * spread)
        assert found["history"][key]["tokens"] == pytest.approx(by_hand, rel=1e-3), key
    half = found["history"]["p50"]
    assert found["scopes"]["low"]["tokens"] == pytest.approx(0.7 * half["tokens"], abs=1)
    assert found["scopes"]["high"]["cost_usd"] == pytest.approx(0.8 * half["cost_usd"], abs=1e-4)
    text = good(run("run", "estimate", "--iterations", "5"))
    assert "Estimated for 5 iterations, from 10 runs:\n  Half of such runs stay below: " in text
    assert good(run("run", "estimate", "--iterations", "5", "--avg-input", "2000")) == (
        ESTIMATE.partition("With scope")[0] + ESTIMATE[ESTIMATE.index("note: GPT-4") :]
    )


def test_an_estimate_at_the_price_of_a_model(tech: Path, run: Run) -> None:
    made(tech / "run_a", [row("w", 10, 10, 1, 0.1, "gpt-4")])
    found = run("run", "estimate", "--iterations", "5", "--model", "o3", "--format", "json").json
    assert found["assumption"]["total_cost_usd"] == 0.12  # 20,000 at $2 and 10,000 at $8 a million
    assert found["assumption"]["pricing"] == "o3"
    why, where = found["remarks"]
    assert why == (
        "assumed, not measured: there are 0 runs with token data to go by, and it takes two"
    )
    assert re.fullmatch(
        r"at today's price by genai-prices [\d.]+ \(newest price [\d-]{10}\)", where
    )
    text = good(run("run", "estimate", "--iterations", "5", "--model", "house-model"))
    assert "note: nobody says what house-model costs; [[price]] can\n" in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("summary", "run_a"),
        ("compare", "run_a", "run_b"),
        ("report",),
        ("estimate", "--iterations", "2"),
        ("estimate", "--iterations", "2", "--avg-input", "5", "--scopes"),
    ],
)
def test_the_same_figures_in_every_format(tech: Path, run: Run, arguments: tuple[str, ...]) -> None:
    made(tech / "run_a", SAMPLE)
    made(tech / "run_b", MIXED)
    json_text = good(run("run", *arguments, "--format", "json"))
    document = json.loads(json_text)
    assert document["schema"] == f"ctxtally/run-{arguments[0]}/1"
    table = good(run("run", *arguments, "--format", "markdown"))
    text = good(run("run", *arguments))
    assert "\x1b" not in json_text + table + text
    shown = {cell.strip() for line in table.splitlines() for cell in line.split("|")}
    figures = [cell for cell in shown if cell.replace(",", "").isdecimal() and len(cell) > 3]
    assert figures
    assert all(one in text for one in figures)
    numbers = set(map(str, _numbers(document)))
    assert all(one.replace(",", "") in numbers for one in figures)


def _numbers(value: Any) -> list[int]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return [number for one in value.values() for number in _numbers(one)]
    if isinstance(value, list):
        return [number for one in value for number in _numbers(one)]
    return [value] if isinstance(value, int) else []


@pytest.mark.parametrize(
    ("arguments", "message", "way_out"),
    [
        (
            ("summary", "gone"),
            "no run gone: it is no directory, and none of that name is in output",
            "`ctxtally run report` lists the runs; --output says where they are",
        ),
        (
            ("summary", "run_none"),
            "output/tech/run_none has no token data: there is no tokens.jsonl in it",
            "log its operations by ctxtally.tracker.TokenTracker",
        ),
        (
            ("summary", "run_twice"),
            "there are 2 runs run_twice",
            "name one: output/other/run_twice, output/tech/run_twice",
        ),
        (
            ("compare", "run_a", "run_empty"),
            "output/tech/run_empty has no token data: nothing in it took a token",
            "compare runs that were logged",
        ),
        (
            ("compare", "run_a", "output/tech/../tech/run_a"),
            "output/tech/../tech/run_a is named twice: it would count as two runs",
            "name each run once",
        ),
        (
            ("compare", "run_a"),
            "1 run and no --against: which of them are the baseline?",
            "`ctxtally run compare A B`, or `compare A... --against B...`",
        ),
        (
            ("report", "--phase", "gone"),
            "no runs of phase gone in output",
            "--output says where they are: directories of phases with those of runs below",
        ),
        (
            ("report", "--output", "nowhere"),
            "no runs in nowhere",
            "--output says where they are: directories of phases with those of runs below",
        ),
        (
            ("report", "--limit", "0"),
            "argument --limit: '0' is not a number from 1 to 1,000,000",
            "see `ctxtally run report --help`",
        ),
        (
            ("estimate", "--iterations", "00000000000000001999999999"),
            (
                "argument --iterations: '00000000000000001999999999' is not a number from 1 to "
                "1,000,000"
            ),
            "see `ctxtally run estimate --help`",
        ),
        (
            ("estimate", "--iterations", "1", "--avg-input", "10", "--phase", "nosuch"),
            (
                "--phase is about the runs that there are, and with --avg-input or --avg-output "
                "none of them counts"
            ),
            "leave out one or the other",
        ),
        (
            ("estimate",),
            "the following arguments are required: --iterations",
            "see `ctxtally run estimate --help`",
        ),
    ],
)
def test_mistakes(
    tech: Path, run: Run, arguments: tuple[str, ...], message: str, way_out: str
) -> None:
    made(tech / "run_a", SAMPLE)
    made(tech / "run_none", None, {})
    made(tech / "run_empty", [])
    made(tech / "run_twice", SAMPLE)
    made(tech.parent / "other" / "run_twice", SAMPLE)
    assert refused(run("run", *arguments)) == (message, way_out)


@pytest.mark.skipif(os.name == "nt", reason="names may be as long, and links need a right")
def test_folders_that_cannot_be_looked_into(tmp_path: Path, run: Run) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "output").mkdir()
    way_out = "make it readable, or leave it out: --output and --phase say where to look"
    for arguments in (("--output", "loop"), ("--output", "x" * 300), ("--phase", "x" * 300)):
        error, told = refused(run("run", "report", *arguments))
        assert told == way_out
        assert " cannot be looked into: " in error


def test_a_phase_without_permission(tech: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def refusing(path: str) -> Any:  # noqa: ANN401 - as the original has it
        if path.endswith("tech"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    made(tech / "run_a", SAMPLE)
    monkeypatch.setattr("os.scandir", refusing)
    error, _ = refused(run("run", "report"))
    assert error == f"{tech.relative_to(tech.parents[1])} cannot be looked into: Permission denied"


def test_runs_may_be_elsewhere(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path / "studio" / "output" / "tech" / RUN_ID, SAMPLE)
    monkeypatch.setenv("STUDIO_ROOT", str(tmp_path / "studio"))
    assert good(run("run", "summary", RUN_ID)) == SUMMARY
    monkeypatch.delenv("STUDIO_ROOT")
    assert good(run("run", "summary", RUN_ID, "--output", "studio/output")) == SUMMARY


def test_runs_without_data_are_shown(tech: Path, run: Run) -> None:
    made(tech / "run_a", SAMPLE, changed=1e9)
    made(tech / "run_b", None, {}, changed=2e9)
    made(tech / "run_c", MIXED, changed=3e9)
    (tech / "notes").mkdir()
    lines = good(run("run", "report")).splitlines()
    assert lines[6:9] == [
        "run_c                          tech             10,900          -     2",
        "run_b                          tech                  -          -     -",
        "run_a                          tech             18,500    $0.6750     3",
    ]
    assert lines[10:14] == [
        "TOTAL                                           29,400    $0.6750",
        "",
        "Runs with token data: 2/3",
        "Average per run: 14,700 tokens (-)",
    ]
    assert lines[15] == "note: 1,100 tokens unpriced (3.7%); such runs add no cost"
    assert good(run("run", "report", "--limit", "1")).splitlines()[1].endswith("Recent 1 Runs")
    found = run("run", "report", "--format", "json").json
    assert [one["total_cost_usd"] for one in found["runs"]] == [None, None, 0.675]
    assert found["totals"]["total_cost_usd"] == 0.675


def test_what_is_saved_changes_no_order(tech: Path, run: Run) -> None:
    ten(tech)
    made(tech / "run_none", None, {}, changed=2e9)
    rows = made(tech / "run_no_times", [row("w", 6, 4) | {"timestamp": None}])
    os.utime(rows / "tokens.jsonl", (3e9, 3e9))
    os.utime(rows, (1, 1))
    before = good(run("run", "report"))
    names = [line.split()[0] for line in before.splitlines()[6:9]]
    assert names == ["run_no_times", "run_none", "run_tech_20260228_150000"]
    good(run("run", "summary", "run_tech_20260228_060000", "--save"))
    good(run("run", "summary", "run_no_times", "--save"))
    assert good(run("run", "report")) == before


def test_the_last_record_may_be_cut_off(tech: Path, run: Run) -> None:
    made(tech / "run_a", SAMPLE, changed=1e9)
    path = made(tech / "run_b", SAMPLE, changed=1.1e9)
    with (path / "tokens.jsonl").open("a", encoding="utf-8") as log:
        log.write('{"timestamp": "2026-02-28T12')
    lines = good(run("run", "report")).splitlines()
    assert [line.split()[0] for line in lines[6:8]] == ["run_b", "run_a"]


def test_runs_with_unknown_tokens_bend_no_trend(tech: Path, run: Run) -> None:
    ten(tech)
    unknown = {"input_tokens": None, "total_tokens": None}
    made(tech / "run_x", [row("a", 9, 9), row("b", 9, 9) | unknown], changed=1e9 - 5.5)
    text = good(run("run", "report", "--limit", "11"))
    assert REPORT.splitlines()[-2] in text.splitlines()


def test_no_run_has_data(tech: Path, run: Run) -> None:
    made(tech / "run_a", None, {})
    made(tech / "run_b", [])
    lines = good(run("run", "report")).splitlines()
    assert lines[-4:] == [
        "TOTAL                                                0          -",
        "",
        "Runs with token data: 0/2",
        "=" * 80,
    ]
    assert run("run", "report", "--format", "json").json["totals"] == {
        "runs": 2,
        "with_data": 0,
        "total_tokens": 0,
        "total_cost_usd": None,
        "unpriced_tokens": 0,
    }


def test_a_range_that_nobody_reads(tech: Path, run: Run) -> None:
    for name, tokens in (("a", 1), ("b", 10**6), ("c", 10**6), ("d", 2)):
        made(tech / f"run_{name}", one_row(tokens))
    out = good(run("run", "compare", "run_a", "run_b", "--against", "run_c", "run_d"))
    assert "; 95% interval below -100,000% to 100.0%)\n" in out


def test_an_estimate_without_costs_says_why(tech: Path, run: Run) -> None:
    ten(tech)
    made(tech / "run_x", [row("a", 9, 9)])
    out = good(run("run", "estimate", "--iterations", "2"))
    assert out.splitlines()[-2] == "note: no costs: 1 run with a part that has no price"
    assert "$" not in out
