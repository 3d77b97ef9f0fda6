"""The figures of the golden outputs, worked out again from the rows with none of our own code."""

from __future__ import annotations

import json
import re
from math import exp, log, sqrt
from statistics import fmean, variance
from typing import Any

import pytest

from tests.support.data import CHECKOUT

GOLDEN = CHECKOUT / "tests" / "golden" / "run"
RUNS = GOLDEN / "compare" / "input" / "output" / "tech"
# NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2: column 0.975 for three, four and ten
# degrees of freedom, and column 0.90 for ten.
T3, T4, T10, T10_90 = 3.182, 2.776, 2.228, 1.372


def rows(run: str) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for line in (RUNS / run / "tokens.jsonl").read_text("utf-8").split("\n")
        if line
    ]


def total(run: str) -> int:
    return int(sum(one["input_tokens"] + one["output_tokens"] for one in rows(run)))


def cost(run: str) -> float:
    return float(sum(one["cost_usd"] for one in rows(run)))


def iterations(run: str) -> int:
    return len({one["iteration"] for one in rows(run)})


def printed(case: str) -> str:
    return (GOLDEN / case / "expected.txt").read_text("utf-8")


def document(case: str) -> Any:  # noqa: ANN401 - a test knows what it asked for
    return json.loads(printed(case).rpartition("exit: ")[0])


def saving(firsts: list[float], seconds: list[float], quantile: float) -> tuple[float, ...]:
    """Return the share that is saved and its range, in percent, for pairs."""
    steps = [log(one / other) for one, other in zip(firsts, seconds, strict=True)]
    half = quantile * sqrt(variance(steps) / len(steps))
    return tuple(100 * (1 - exp(-fmean(steps) + by)) for by in (0, half, -half))


def mean(values: list[float]) -> float:
    return exp(fmean(map(log, values)))


def test_the_comparison() -> None:
    found = document("compare-json")
    sides = [[f"run_{side}{number}" for number in range(1, 6)] for side in "ab"]
    for key, cents, measure in (("saving", 0, total), ("cost_saving", 4, cost)):
        first, second = ([float(measure(run)) for run in side] for side in sides)
        part = found[key]
        figures = (part["percent"], part["low"], part["high"])
        assert figures == pytest.approx(saving(first, second, T4), abs=0.02), key
        name = "usd" if cents else "tokens"
        assert part[name] == round(mean(first) - mean(second), cents or None)
    first, second = ([float(iterations(run)) for run in side] for side in sides)
    assert found["factors"]["iterations"] == round(mean(second) / mean(first), 4)
    for side, name in ((first, "baseline"), (second, "optimized")):
        assert found[name]["iterations"] == round(mean(side), 4)
    whole = [
        [mean([measure(f"run_{side}{n}") for n in range(1, 6)]) for side in "ab"]
        for measure in (total, cost)
    ]
    for place, name in enumerate(("baseline", "optimized")):
        assert found[name]["total_tokens"] == round(whole[0][place])
        assert found[name]["cost_usd"] == round(whole[1][place], 4)
    tokens, usd = (after / before for before, after in whole)
    times = mean(second) / mean(first)
    assert found["factors"]["tokens per iteration"] == round(tokens / times, 4)
    assert found["factors"]["cost per token"] == round(usd / tokens, 4)
    assert found["savings"] == {
        "tokens_saved": round(whole[0][0] - whole[0][1]),
        "cost_saved_usd": round(whole[1][0] - whole[1][1], 4),
        "savings_percentage": round(100 * (1 - tokens), 1),
    }
    assert found["paired_by"] == [f"issue-{number}" for number in range(1, 6)]
    assert found["saving"]["verdict"] == "saved"


def test_the_comparison_of_four_tasks() -> None:
    text = printed("compare")
    first = [float(total(f"run_a{number}")) for number in range(1, 5)]
    second = [float(total(f"run_b{number}")) for number in range(1, 5)]
    told = re.search(r"Tokens: ([\d,]+) \(([\d.]+)%; 95% interval ([\d.]+)% to ([\d.]+)%\)", text)
    assert told
    assert told[1] == f"{mean(first) - mean(second):,.0f}"
    expected = saving(first, second, T3)
    assert [float(one) for one in told.groups()[1:]] == pytest.approx(list(expected), abs=0.06)
    for side, name in ((first, "a"), (second, "b")):
        between = f"{min(side):,.0f} to {max(side):,.0f}"
        assert f"  Tokens: {mean(side):,.0f} (geometric mean of {between})\n" in text
        whole = mean([cost(f"run_{name}{number}") for number in range(1, 5)])
        assert f"  Cost:   ${whole:.4f}\n" in text
    each = [mean([one / many for one in side]) for side, many in ((first, 5), (second, 3))]
    assert f"  tokens per iteration: x {each[1] / each[0]:.2f}\n" in text


def test_the_estimate() -> None:
    found = document("estimate-json")["history"]
    names = [path.name for path in RUNS.iterdir()]
    logs = [log(total(run) / iterations(run)) for run in names]
    spread = sqrt(variance(logs) * (1 + 1 / len(logs)))
    assert found["runs"] == len(names) == 11
    for key, quantile in (("p50", 0.0), ("p90", T10_90), ("low", -T10), ("high", T10)):
        by_hand = 4 * exp(fmean(logs) + quantile * spread)
        assert found[key]["tokens"] == pytest.approx(by_hand, rel=3e-4), key
    scopes, middle = document("estimate-json")["scopes"], 4 * exp(fmean(logs))
    assert [scopes[key]["tokens"] for key in ("low", "high")] == [
        round(middle * 0.7),
        round(middle * 0.8),
    ]


def test_the_summary() -> None:
    text, held = printed("summary"), rows("run_mixed")
    priced = [one for one in held if one["cost_usd"] is not None]
    whole = total("run_mixed")
    unpriced = whole - sum(one["input_tokens"] + one["output_tokens"] for one in priced)
    entered = sum(one["input_tokens"] for one in held)
    cached = sum(one.get("cache_read_tokens", 0) for one in held)
    for line in (
        f"Total Tokens: {whole:,}",
        f"  Input:  {entered:,}",
        f"    read from a cache:  {cached:,} ({cached / entered:.1%})",
        f"  Output: {whole - entered:,}",
        f"Estimated Cost: ${sum(one['cost_usd'] for one in priced):.4f}",
        f"  Unpriced: {unpriced:,} tokens ({unpriced / whole:.1%})",
        f"  Avg tokens/iteration: {whole / 2:,.0f}",
        *(
            f"  {one[key] or '(none)':<15}:{one['input_tokens'] + one['output_tokens']:>9,} tokens "
            + ("(unpriced)" if one["cost_usd"] is None else f"(${one['cost_usd']:.4f})")
            for one in held
            for key in ("operation", "model")
        ),
    ):
        assert f"{line}\n" in text
