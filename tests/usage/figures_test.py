"""Every figure of the golden analyses, worked out again from the log by other means than ours."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from datetime import date, timedelta
from itertools import combinations
from math import sqrt
from operator import mul
from random import Random
from statistics import fmean, median, quantiles
from typing import TYPE_CHECKING, Any

import pytest

from tests.golden_test import GOLDEN
from tests.tokens.oracle import encoding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Row = dict[str, Any]


def rows(case: str) -> list[Row]:
    """Return the records of usage that have a date, each once."""
    found: dict[str, Row] = {}
    for number, line in enumerate((GOLDEN / case / "usage-log.jsonl").read_text().splitlines()):
        if line.endswith("}"):
            row = json.loads(line)
            found[row.get("id", str(number))] = row
    kept = []
    for row in found.values():
        tokens = row.get("total", row.get("tokens"))
        stamp = str(row.get("ts") or row.get("timestamp"))
        if tokens is None or row.get("kind", "usage") != "usage" or not stamp.startswith("2026"):
            continue
        session = row.get("session", row.get("session_id"))
        kept.append(row | {"tokens": tokens, "day": stamp[:10], "session": session})
    return kept


def printed(case: str) -> str:
    text, _, _ = (GOLDEN / case / "expected.txt").read_text("utf-8").rpartition("exit: ")
    return text


def summed(found: Iterable[Row], key: str) -> dict[str, list[int]]:
    sums: dict[str, list[int]] = defaultdict(list)
    for row in found:
        sums[row.get(key) or "(none)"].append(row["tokens"])
    return sums


def described(name: str, tokens: list[int], whole: int) -> str:
    part = f"{100 * sum(tokens) / whole:.1f}%"
    average = f"{sum(tokens) / len(tokens):,.0f}"
    return f"{name}: {sum(tokens):,} tokens ({len(tokens)} ops), {part}, average {average}"


ALL = rows("analyze/small")
WHOLE = sum(row["tokens"] for row in ALL)
DOCUMENT = json.loads(printed("analyze/small-json"))
BY_DAY = {day: sum(tokens) for day, tokens in sorted(summed(ALL, "day").items())}


def test_the_totals() -> None:
    told = DOCUMENT["totals"]
    assert (told["operations"], told["tokens"]) == (len(ALL), WHOLE)
    assert told["average"] == pytest.approx(WHOLE / len(ALL))
    for way, name in (("reported", "reported"), ("estimate", "estimate"), (None, "unknown")):
        of_it = [row["tokens"] for row in ALL if row.get("counted") == way]
        assert told["counted"][name] == sum(of_it)
    for bucket, field in (("input", "input"), ("cache_read", "cache_read"), ("output", "output")):
        assert told[bucket] == sum(row.get(field, 0) for row in ALL)
    assert told["cache_write"] == sum(row.get("cache_write_5m", 0) for row in ALL)
    prompt = told["input"] + told["cache_read"] + told["cache_write"]
    assert told["cache_efficiency"] == pytest.approx(told["cache_read"] / prompt)
    assert told["cost_usd"] == pytest.approx(sum(row.get("cost_usd") or 0 for row in ALL))
    assert told["unpriced"] == sum(row.get("cost_usd") is None for row in ALL)
    sessions = summed(ALL, "session")
    assert told["sessions"]["count"] == len(sessions)
    assert told["posts"]["tokens"] == sum(
        sum(tokens)
        for name, tokens in sessions.items()
        if any(row["session"] == name and row["category"] == "blog" for row in ALL)
    )


@pytest.mark.parametrize("dimension", ["category", "day", "agent", "branch"])
def test_the_groups(dimension: str) -> None:
    told = {
        one["name"]: (one["operations"], one["tokens"], one["average"])
        for one in DOCUMENT["by"]
        if one["dimension"] == dimension
    }
    assert told == {
        name: (len(tokens), sum(tokens), pytest.approx(fmean(tokens)))
        for name, tokens in summed(ALL, dimension).items()
    }


@pytest.mark.parametrize(
    ("case", "keys"),
    [
        ("analyze/small", ["category", "model", "session", "operation"]),
        ("analyze/small-markdown", ["operation"]),
    ],
)
def test_the_lines_of_a_text(case: str, keys: list[str]) -> None:
    text = printed(case)
    for key in keys:
        for name, tokens in summed(ALL, key).items():
            average = f"{sum(tokens) / len(tokens):,.0f}"
            row = f"| {sum(tokens):,} | {len(tokens)} | {average} | `{name}` |"
            assert (described(name, tokens, WHOLE) if case.endswith("small") else row) in text
    assert f"Total tokens: {WHOLE:,} (" in text
    assert f"Average per operation: {WHOLE / len(ALL):,.0f}" in text


def test_the_trend() -> None:
    points = [(date.fromisoformat(day).toordinal(), tokens) for day, tokens in BY_DAY.items()]
    slopes = sorted((y - x) / (b - a) for (a, x), (b, y) in combinations(points, 2))
    many = len(points)
    # M. Hollander and D. Wolfe, Nonparametric Statistical Methods, section 9.3.
    reach = 1.96 * sqrt(many * (many - 1) * (2 * many + 5) / 18)
    # What is off the slope is not alike in neighbours, so that the range is not widened.
    off = [y - median(slopes) * x for x, y in points]
    places = [sorted(off).index(one) - (many - 1) / 2 for one in off]
    alike = sum(map(mul, places, places[1:])) / sum(one * one for one in places)
    assert alike + (2 + 4 * alike) / many <= 0
    told = DOCUMENT["trend"]
    assert told["days"] == many
    assert told["tokens_a_day"] == pytest.approx(median(slopes))
    assert told["low"] == slopes[int((len(slopes) - reach) / 2)]
    assert told["high"] == slopes[-1 - int((len(slopes) - reach) / 2)]


def test_the_unusual_days() -> None:
    middle = median(BY_DAY.values())
    off = median(abs(tokens - middle) for tokens in BY_DAY.values())
    assert DOCUMENT["trend"]["median"] == middle
    assert DOCUMENT["trend"]["unusual"] == [
        {"day": day, "tokens": tokens, "score": pytest.approx(score, abs=1e-2)}
        for day, tokens in BY_DAY.items()
        if abs(score := 0.6745 * (tokens - middle) / off) > 3.5
    ]


def test_the_targets() -> None:
    told = {one["name"]: one["actual"] for one in DOCUMENT["targets"]}
    folder = GOLDEN / "analyze" / "small" / "input"
    texts = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.suffix in (".md", ".json")
    }
    counter = encoding("o200k_base")
    tokens = {path: len(counter.encode_ordinary(text)) for path, text in texts.items()}
    assert told["MANIFEST.json"] == tokens["MANIFEST.json"]
    # CLAUDE.md imports the other one, and nobody loads the manifest.
    start = tokens["CLAUDE.md"] + tokens["docs/testing.md"]
    assert told["context loading efficiency"] == pytest.approx(1 - start / sum(tokens.values()))
    lines = texts["docs/testing.md"].splitlines(keepends=True)
    rest = counter.encode_ordinary("".join(lines[:3] + lines[4:]))
    assert lines[3] in texts["CLAUDE.md"], "line 4 is said before"
    repeated = tokens["docs/testing.md"] - len(rest)
    assert told["redundancy"] == pytest.approx(repeated / start)
    sessions = summed(ALL, "session")
    posts = {row["session"] for row in ALL if row["category"] == "blog"}
    assert told["tokens per post"] == pytest.approx(fmean(sum(sessions[one]) for one in posts))


def test_the_estimates_of_recommendations() -> None:
    text = printed("recommend/used")
    found = re.findall(r"estimated saving: ([\d,]+) tokens, ([\d,]+) x ([\d,]+) \((.*)\)", text)
    assert len(found) == text.count("[")
    sessions = len(summed(ALL, "session"))
    reads = sum("MANIFEST.json" in row["operation"] for row in ALL)
    for every, times, each, basis in found:
        numbers = [int(one.replace(",", "")) for one in (every, times, each)]
        assert numbers[0] == numbers[1] * numbers[2]
        if basis.startswith("sessions"):
            assert numbers[1] == sessions
        if basis.startswith("operations"):
            assert numbers[1] == reads


def test_each_estimate_of_a_recommendation() -> None:
    folder = GOLDEN / "recommend" / "small" / "input"
    count = encoding("o200k_base").encode_ordinary
    claude, tests, manifest = (
        (folder / path).read_text("utf-8")
        for path in ("CLAUDE.md", "docs/testing.md", "MANIFEST.json")
    )
    lines = tests.splitlines(keepends=True)
    repeated = len(count(tests)) - len(count("".join(lines[:3] + lines[4:])))
    too_much = len(count(claude)) - 200
    held = json.loads(manifest)
    registry = held["inventory"]["files"]["file_registry"]
    for path in [path for path in registry if not (folder / path).is_file()]:
        del registry[path]
    stale = len(count(manifest)) - len(count(json.dumps(held, indent=2) + "\n"))
    by_operation, by_category = summed(ALL, "operation"), summed(ALL, "category")
    context, reads = sum(by_category["context"]), len(by_category["manifest"])
    share = repeated / (len(count(claude)) + len(count(tests)))
    sessions = len(summed(ALL, "session"))
    beyond = reads * len(count(manifest)) - 5_000
    assert sum(by_category["manifest"]) > 5_000
    expected = [
        (1, sum(by_operation["turn"]) - 10_000),
        (1, beyond),
        (sessions, repeated),
        (sessions, too_much),
        (len(ALL), round(WHOLE / len(ALL)) - 3_000),
        (reads, stale),
        (1, round(context * share)),
    ]
    text = printed("recommend/used")
    found = re.findall(r"tokens, ([\d,]+) x ([\d,]+) \(", text)
    assert found == [(f"{times:,}", f"{each:,}") for times, each in expected]
    at_start = repeated + too_much
    told = f"{at_start + stale:,} tokens in all, {at_start:,} of them at every session start"
    for case in ("recommend/used", "recommend/small"):
        assert told in printed(case)


CHECKED = json.loads(printed("usage-check/month-json"))["allowances"]
TODAY = "2026-02-10"


def meant(name: str) -> list[Row]:
    chosen: dict[str, Callable[[Row], bool]] = {
        "claude in dollars": lambda row: str(row.get("model")).startswith("claude-"),
        "codex": lambda row: (row.get("agent"), row.get("branch")) == ("codex", "feature/x"),
    }
    choose = chosen.get(name, bool)
    key = "cost_usd" if name == "claude in dollars" else "tokens"
    return [row | {"tokens": row[key]} for row in ALL if row["day"] <= TODAY and choose(row)]


def test_the_text_has_the_figures_of_the_document() -> None:
    text = printed("usage-check/month")
    for one in CHECKED:
        digits = ",.2f" if one["unit"] == "USD" else ",.0f"
        amounts = f"{one['spent']:{digits}} of {one['max']:{digits}} {one['unit']}"
        assert f"{amounts}, {one['spent'] / one['max']:.1%}" in text
        told = one["forecast"]
        if told:
            half, most = (
                "-".join(f"{bound:{digits}}" for bound in told[name])
                for name in ("half", "nine_of_ten")
            )
            assert f", 50% [{half}], 90% [{most}]\n" in text
            assert f"  {told['exceed']:.1%} beyond {one['max']:{digits}} (" in text
    forecasts = [one for one in CHECKED if one["forecast"]]
    assert text.count("by the end of") == len(forecasts) == 3


@pytest.mark.parametrize("one", CHECKED, ids=lambda one: one["name"])
def test_what_is_taken_of_an_allowance(one: Row) -> None:
    found = [row for row in meant(one["name"]) if row["day"] >= one["since"]]
    if one["session"]:
        found = [row for row in meant(one["name"]) if row["session"] == one["session"]]
    assert one["spent"] == pytest.approx(sum(row["tokens"] for row in found))
    assert one["operations"] == len(found)
    assert one["share"] == pytest.approx(one["spent"] / one["max"], abs=1e-6)


@pytest.mark.parametrize(
    "one", [one for one in CHECKED if one["forecast"]], ids=lambda one: one["name"]
)
def test_a_forecast_is_that_of_other_draws(one: Row) -> None:
    """The same model written again: other draws, another seed, quantiles of the library."""
    days: dict[str, float] = defaultdict(float)
    for row in meant(one["name"]):
        days[row["day"]] += row["tokens"]
    last = date.fromisoformat(TODAY)
    weeks = [
        [days[(last - timedelta(days=7 * back + 6 - at)).isoformat()] for at in range(7)]
        for back in range(one["forecast"]["days"] // 7)
    ]
    ahead = (date.fromisoformat(one["until"]) - last).days
    random = Random(99)  # noqa: S311 - a seed, not a secret
    many = len(weeks)
    # As many weeks as are to come, each cut where the period ends.
    parts = [min(7, ahead - at) for at in range(0, ahead, 7)]
    alike = [sum(sum(week[:part]) for part in parts) for week in weeks]
    mean = fmean(alike)
    drawn = []
    for _ in range(4_000):
        level = fmean(random.choices(alike, k=many)) / mean
        future = sum(sum(random.choice(weeks)[:part]) for part in parts) / mean
        wide = 1.1 * sqrt(many / random.gammavariate((many - 1) / 2, 2))
        drawn.append(one["spent"] + mean * (level * future) ** wide)
    cuts = quantiles(drawn, n=20)
    told = one["forecast"]
    width = cuts[18] - cuts[0]
    expected = [cuts[9], cuts[4], cuts[14], cuts[0], cuts[18]]
    assert [told["median"], *told["half"], *told["nine_of_ten"]] == [
        pytest.approx(cut, abs=0.12 * width) for cut in expected
    ]
    assert told["exceed"] == pytest.approx(
        sum(one["max"] < total for total in drawn) / len(drawn), abs=0.04
    )
