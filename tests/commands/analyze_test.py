"""`ctxtally analyze` as users run it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from ctxtally.survey import usage
from tests.support.data import DEV, needs_dev

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

LOG = ".git/ctxtally/usage-log.jsonl"
DAY = "2025-11-01"
# Some of them are days to newer Pythons.
NO_DAYS = ("2026-W01-1", "2026W011", "2026-0131", "202601-31", "\u0662026-01-31")
# What the guide of the monitor logs as its first example.
EXAMPLE = (
    {"operation": "read MANIFEST.json", "tokens": 29588, "category": "manifest"},
    {
        "operation": "load blog-writing + humanization-standards",
        "tokens": 6000,
        "category": "blog",
    },
)


def log(repo: Repo, *records: dict[str, object]) -> None:
    whole = {"timestamp": f"{DAY}T10:00:00", "session_id": "blog-post-cybersecurity"}
    repo.write({LOG: "".join(f"{json.dumps(whole | one)}\n" for one in records)})


def test_the_example_of_the_monitor(repo: Repo, run: Run) -> None:
    log(repo, *EXAMPLE)
    ran = run("analyze")
    assert (ran.status, ran.err) == (0, "")
    head, _, targets = ran.out.partition("Trend: ")
    assert head == (
        "=== TOKEN USAGE ANALYSIS ===\n"
        ".git/ctxtally/usage-log.jsonl, 2025-11-01 to 2025-11-01 (UTC), 1 day with usage\n\n"
        "Total operations: 2\n"
        "Total tokens: 35,588 (not said how counted)\n"
        "Average per operation: 17,794\n"
        "Sessions: 1, 35,588 tokens on average\n\n"
        "By category:\n"
        "  manifest: 29,588 tokens (1 ops), 83.1%, average 29,588\n"
        "  context: 6,000 tokens (1 ops), 16.9%, average 6,000\n\n"
        "Top operations:\n"
        "  1. read MANIFEST.json: 29,588 tokens (1 ops), 83.1%, average 29,588\n"
        "  2. load blog-writing + humanization-standards: 6,000 tokens (1 ops), 16.9%, "
        "average 6,000\n\n"
    )
    assert targets.splitlines() == [
        "too few days to tell (1 complete day with usage)",
        "",
        "Targets (index, o200k_base):",
        "  tokens per session: 35,588, wanted below 15,000: missed (35,588 tokens, sessions: 1)",
        "  context loading efficiency: not measured, no agent loads anything; wanted above 85.0%",
        "  redundancy: not measured, no agent loads anything; wanted below 15.0%",
        "  MANIFEST.json: not measured, the tree has none; wanted below 2,000",
    ]


@pytest.mark.parametrize("large", [1 << 60, 0])
@pytest.mark.parametrize(
    ("told", "head", "target"),
    [
        pytest.param(
            [40_000, None, None, None],
            "Sessions: 4, 40,000 tokens on average, without 3 of unknown tokens",
            "tokens per post: 40,000, wanted below 15,000: missed "
            "(40,000 tokens, sessions with a post: 1, without 3 of unknown tokens)",
            id="some",
        ),
        pytest.param(
            [None, None],
            "Sessions: 2, of unknown tokens",
            "tokens per post: not measured, sessions with a post: 2, all of unknown tokens; "
            "wanted below 15,000",
            id="all",
        ),
    ],
)
def test_what_a_session_does_not_tell_is_not_taken_for_0(
    repo: Repo,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    *,
    large: int,
    told: list[int | None],
    head: str,
    target: str,
) -> None:
    monkeypatch.setattr(usage, "LARGE", large)
    post = {"v": 1, "kind": "usage", "category": "blog", "operation": "write"}
    log(
        repo,
        *(
            {**post, "id": f"01{at}", "tokens": tokens, "session": f"s{at}", "ts": f"{DAY}T10:00Z"}
            for at, tokens in enumerate(told)
        ),
    )
    lines = run("analyze").out.splitlines()
    assert head in lines
    assert f"  {target}" in lines


def test_an_empty_log_is_no_mistake(repo: Repo, run: Run) -> None:
    repo.write({LOG: ""})
    for form in ("text", "json", "markdown"):
        ran = run("analyze", "--format", form)
        assert (ran.status, ran.err) == (0, "")
    assert run("analyze", "--format", "json").json["totals"]["average"] is None


def test_ten_operations_are_at_the_top_and_the_others_are_counted(repo: Repo, run: Run) -> None:
    log(repo, *({"operation": f"step {at:02}", "tokens": at} for at in range(1, 41)))
    document = run("analyze", "--format", "json", "--by", "operation").json
    assert [one["name"] for one in document["top"]] == [f"step {at}" for at in range(40, 30, -1)]
    assert len(document["by"]) == 40
    out = run("analyze", "--by", "operation").out
    assert "  step 16: 16 tokens (1 ops)" in out
    assert "\n  and 15 more, in --format json\n" in out


def test_days_are_shown_in_order_the_last_of_them(repo: Repo, run: Run) -> None:
    days = [f"2025-{month:02}-01T00:00:00" for month in range(1, 13)]
    days += [f"2025-12-{day:02}T00:00:00" for day in range(2, 17)]
    log(repo, *({"timestamp": one, "operation": "o", "tokens": 5} for one in days))
    lines = run("analyze", "--by", "day").out.partition("By day:\n")[2].splitlines()
    assert lines[0].startswith("  2025-03-01: ")
    assert lines[24].startswith("  2025-12-16: ")
    assert lines[25] == "  and 2 more, in --format json"


def test_the_last_days(repo: Repo, run: Run) -> None:
    now = datetime.now(timezone.utc)
    moments = {at: (now - timedelta(days=at)).isoformat() for at in (0, 6, 7)}
    log(
        repo,
        *({"timestamp": one, "operation": "o", "tokens": 1 << at} for at, one in moments.items()),
    )
    assert run("analyze", "--days", "7", "--format", "json").json["totals"]["tokens"] == 1 + 64
    assert run("analyze", "--days", "1", "--format", "json").json["totals"]["tokens"] == 1
    assert run("analyze", "--days", "0007", "--format", "json").json["totals"]["tokens"] == 65


def test_a_period_leaves_out_what_has_no_date(repo: Repo, run: Run) -> None:
    log(repo, *EXAMPLE, {"timestamp": "someday", "operation": "o", "tokens": 1})
    document = run("analyze", "--since", "20251101", "--until", DAY, "--format", "json").json
    assert document["totals"]["tokens"] == 35_588
    assert document["period"] == {"since": DAY, "until": DAY, "active_days": 1}
    assert "left out, for they have no date: 1 operation" in document["remarks"]
    assert run("analyze", "--until", "2025-10-31", "--format", "json").json["by"] == []


@pytest.mark.parametrize(
    ("arguments", "message", "way_out"),
    [
        (
            ["--since", "2025-11-02", "--until", "2025-11-01"],
            "--since 2025-11-02 is after --until 2025-11-01",
            "give the earlier day to --since",
        ),
        (
            ["--since", DAY, "--days", "3"],
            "--days cannot stand beside --since or --until",
            "leave out one of them",
        ),
        *(
            (
                ["--days", given],
                f"argument --days: {given!r} is not a number of days",
                "see `ctxtally analyze --help`",
            )
            for given in ("0", "x", "36526", "1.5", "0000365259999", "9" * 5_000, "\u0663", "")
        ),
        *(
            (
                ["--until", given],
                f"argument --until: {given!r} is not a day; write 2026-01-31",
                "see `ctxtally analyze --help`",
            )
            for given in (
                "2026-W01-1",
                "2026W011",
                "2026-0131",
                "202601-31",
                "\u0662026-01-31",
                "2025-02-30",
                "today",
                "2025",
                "",
            )
        ),
    ],
)
def test_a_mistake(repo: Repo, run: Run, arguments: list[str], message: str, way_out: str) -> None:
    repo.write({LOG: ""})
    ran = run("analyze", *arguments)
    assert (ran.status, ran.err) == (2, f"error: {message}\n  = help: {way_out}\n")


def test_names_of_strangers_are_safe_to_print(repo: Repo, run: Run) -> None:
    log(repo, {"operation": "\x1b[31mred|`x`\n", "tokens": 3, "category": "a\x1b"})
    assert "\x1b" not in run("analyze").out
    assert "  a\\x1b: 3 tokens" in run("analyze").out
    assert "``\\x1b[31mred\\|`x`\\n``" in run("analyze", "--format", "markdown", "--by", "day").out


def test_a_priced_response(repo: Repo, run: Run) -> None:
    own = '[[price]]\nmodel = "m"\ninput = 10\noutput = 100\n'
    repo.write({"ctxtally.toml": own})
    log(repo, {"input_tokens": 100_000, "output_tokens": 20_000, "model": "m"}, *EXAMPLE)
    out = run("analyze").out
    assert "\nCost: 3.00 USD, without 2 operations of no known price\n" in out
    assert "\nnote: prices: 1 of the configuration" in out


def test_what_an_index_always_loads_begins_each_session(repo: Repo, run: Run) -> None:
    index = (
        "categories: {core: {modules: [{name: a, file: docs/a.md}, {name: b, file: docs/b.md}]}}\n"
        "loading_strategy: {always_load: [core/a]}\n"
    )
    files = {"docs/a.md": "word " * 50, "docs/b.md": "word " * 300}
    repo.add({"docs/context/INDEX.yaml": index, **files})
    tokens = run.tokens()

    def measured() -> tuple[float, str]:
        targets = run("analyze", "--format", "json").json["targets"]
        one = next(one for one in targets if one["name"] == "context loading efficiency")
        return one["actual"], one["because"]

    actual, because = measured()
    whole = sum(tokens.values())
    assert actual == pytest.approx(1 - tokens["docs/a.md"] / whole)
    assert because == f"an index begins with {tokens['docs/a.md']} of {whole} tokens"
    repo.add({"CLAUDE.md": "@docs/a.md\n" + "other " * 20})
    tokens = run.tokens()
    actual, because = measured()
    assert because.startswith("claude-code begins with ")
    both = tokens["docs/a.md"] + tokens["CLAUDE.md"]
    assert actual == pytest.approx(1 - both / sum(tokens.values()), abs=0.01)


@needs_dev
def test_a_log_of_another_program(repo: Repo, run: Run) -> None:
    source = DEV / "usage-logs" / "dante-norton.usage.jsonl"
    repo.write({LOG: source.read_bytes()})
    document = run("analyze", "--format", "json", "--by", "model").json
    rows = [json.loads(line) for line in source.read_text("utf-8").splitlines()]
    assert document["totals"]["tokens"] == sum(row["total_tokens"] for row in rows)
    assert {one["name"]: one["tokens"] for one in document["by"]} == {
        "openai:gpt-5.6-terra": 1_715_431 + 1_910_726,
        "jev-latest": 5_721_943,
    }
