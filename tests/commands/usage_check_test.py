"""`ctxtally usage check` as users and CI run it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

DAILY = '[[allowance]]\nname = "a day"\nper = "day"\nmax = "100 tokens"\n'
LOG = ".git/ctxtally/usage-log.jsonl"


def log(repo: Repo, *records: dict[str, object]) -> None:
    repo.write({LOG: "".join(f"{json.dumps(one)}\n" for one in records)})


def record(tokens: int, day: str = "2026-02-10", **more: object) -> dict[str, object]:
    return {"timestamp": f"{day}T09:00:00", "operation": "read", "tokens": tokens, **more}


@pytest.mark.parametrize(("tokens", "status"), [(100, 0), (101, 1)])
def test_the_exit_code_says_whether_it_is_over(
    repo: Repo, run: Run, tokens: int, status: int
) -> None:
    repo.write({"ctxtally.toml": DAILY})
    log(repo, record(tokens))
    for form in ("text", "json"):
        ran = run("usage", "check", "--day", "2026-02-10", "--format", form)
        assert (ran.status, ran.err) == (status, "")


@pytest.mark.parametrize(
    ("share", "status"), [("100%", 0), ("0.99", 1), ("0%", 1), ("1.0", 0), ("99.5%", 1)]
)
def test_a_likely_excess_fails_where_it_is_asked_for(
    repo: Repo, run: Run, share: str, status: int
) -> None:
    repo.write({"ctxtally.toml": DAILY.replace("day", "week").replace("100", "600")})
    first = datetime(2026, 1, 5, tzinfo=timezone.utc)
    days = [(first + timedelta(days=at)).date().isoformat() for at in range(37)]
    log(repo, *(record(100, day) for day in days))
    assert run("usage", "check", "--day", days[-1]).status == 0
    ran = run("usage", "check", "--day", days[-1], "--fail-above", share)
    assert ran.status == status
    assert "100.0% beyond 600" in ran.out


def test_now_is_judged_without_a_day(repo: Repo, run: Run) -> None:
    repo.write({"ctxtally.toml": DAILY})
    today = datetime.now(timezone.utc).date()
    tomorrow = (today + timedelta(days=2)).isoformat()
    log(
        repo,
        {"timestamp": f"{today.isoformat()}T00:00:00", "operation": "o", "tokens": 7},
        record(900, tomorrow),
    )
    (one,) = run("usage", "check", "--format", "json").json["allowances"]
    assert one["spent"] == 7
    assert one["no_forecast"] == "28 days of history are needed, there are 0"


def test_what_nobody_knows_the_time_of_is_told(repo: Repo, run: Run) -> None:
    repo.write({"ctxtally.toml": DAILY})
    now = datetime.now(timezone.utc)
    log(
        repo,
        {"operation": "read", "tokens": 5_000_000},
        record(900, (now + timedelta(days=3)).date().isoformat()),
        {"timestamp": (now + timedelta(hours=13)).isoformat()[:19], "tokens": 60},
    )
    ran = run("usage", "check")
    assert (ran.status, ran.err) == (0, "")
    note = 'note: not a part of "a day", for'
    assert ran.out.splitlines()[2:] == [
        f"a day ({now.date().isoformat()}): 60 of 100 tokens, 60.0%",
        "  no forecast: 28 days of history are needed, there are 0",
        "",
        f"{note} no date is told: 1 operation, 5,000,000 tokens",
        f"{note} they are more than a day ahead of now: 1 operation, 900 tokens",
    ]


def test_costs_come_from_records_and_from_prices(repo: Repo, run: Run) -> None:
    own = '[[price]]\nmodel = "in-house"\ninput = 10\noutput = 100\n'
    dollars = DAILY.replace("100 tokens", "20 USD")
    repo.write({"ctxtally.toml": own + dollars})
    told = {"input_tokens": 300_000, "output_tokens": 80_000, "model": "in-house"}
    log(
        repo,
        record(0, cost_usd=2.5),
        {"timestamp": "2026-02-10T01:00:00", **told},
        {"timestamp": "2026-02-10T01:00:00", **told, "model": "nobody-knows-it"},
    )
    ran = run("usage", "check", "--day", "2026-02-10", "--format", "json")
    (one,) = ran.json["allowances"]
    assert (one["spent"], one["unknown"], one["operations"]) == (2.5 + 3 + 8, 1, 3)
    assert ran.json["remarks"][0].startswith("prices: 1 of the configuration")


def test_a_cost_of_0_for_tokens_is_not_free(repo: Repo, run: Run) -> None:
    own = '[[price]]\nmodel = "in-house"\ninput = 10\noutput = 100\n'
    repo.write({"ctxtally.toml": own + DAILY.replace("100 tokens", "2 USD")})
    told = {"input_tokens": 300_000, "output_tokens": 80_000, "cost_usd": 0}
    log(
        repo,
        {"timestamp": "2026-02-10T01:00:00", **told, "model": "in-house"},
        {"timestamp": "2026-02-10T01:00:00", **told, "model": "nobody-knows-it"},
    )
    ran = run("usage", "check", "--day", "2026-02-10")
    assert ran.status == 1
    assert ran.out.splitlines()[2:4] == [
        "error[allowance]: a day (2026-02-10): 11.00 of 2.00 USD, 550.0%: 9.00 USD over",
        "  1 operation of 2 have no known cost: it is more",
    ]


@pytest.mark.parametrize(
    ("arguments", "message", "way_out"),
    [
        (
            [],
            "there is no [[allowance]] in ctxtally.toml or pyproject.toml",
            'add one: name = "month", per = "month", max = "2M tokens"',
        ),
        (
            ["--day", "yesterday"],
            "argument --day: 'yesterday' is not a day; write 2026-01-31",
            "see `ctxtally usage check --help`",
        ),
        *(
            (
                ["--fail-above", given],
                f"argument --fail-above: {given!r} is not a probability; write 80% or 0.8",
                "see `ctxtally usage check --help`",
            )
            for given in ("80", "101%", "nan", "likely", "-1%")
        ),
    ],
)
def test_a_mistake(repo: Repo, run: Run, arguments: list[str], message: str, way_out: str) -> None:
    repo.write({"CLAUDE.md": "x\n"})
    told = [f"{arguments[0]}={arguments[1]}"] if arguments else []
    ran = run("usage", "check", *told)
    assert (ran.status, ran.err) == (2, f"error: {message}\n  = help: {way_out}\n")


@pytest.mark.parametrize("ahead", [1, 400, None])
def test_a_day_to_come_is_a_mistake(repo: Repo, run: Run, ahead: int | None) -> None:
    repo.write({"ctxtally.toml": DAILY})
    today = datetime.now(timezone.utc).date()
    given = "9999-12-31" if ahead is None else (today + timedelta(days=ahead)).isoformat()
    ran = run("usage", "check", "--day", given)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        f"error: --day {given} is to come, and what is used until then is not known; "
        f"today is {today.isoformat()} (UTC)\n  = help: leave it out to judge now\n"
    )


@pytest.mark.parametrize("per", ["day", "week", "month"])
def test_the_first_day_of_the_calendar(repo: Repo, run: Run, per: str) -> None:
    repo.write({"ctxtally.toml": DAILY.replace('per = "day"', f'per = "{per}"')})
    log(repo, record(101))
    ran = run("usage", "check", "--day", "0001-01-01", "--format", "json")
    (one,) = ran.json["allowances"]
    assert (ran.status, one["since"], one["spent"]) == (0, "0001-01-01", 0)


def test_a_mistake_in_the_configuration_is_told_where_it_is(repo: Repo, run: Run) -> None:
    repo.write({"ctxtally.toml": DAILY.replace('"day"', '"dya"')})
    ran = run("usage", "check")
    assert (ran.status, ran.err) == (
        2,
        'error: ctxtally.toml:3:1: `per` cannot be "dya"\n  = help: did you mean "day"?\n',
    )


def test_without_a_log_nothing_is_within_its_limit_unsaid(repo: Repo, run: Run) -> None:
    repo.write({"ctxtally.toml": DAILY})
    ran = run("usage", "check", "--day", "2026-02-10")
    assert ran.status == 0
    assert ran.out.endswith("\n\nnote: the usage log is empty, or not there: nothing was counted\n")


def test_lines_that_could_not_be_read_are_told(repo: Repo, run: Run) -> None:
    repo.write({"ctxtally.toml": DAILY, LOG: f"{json.dumps(record(1))}\nno json\n"})
    ran = run("usage", "check", "--day", "2026-02-10")
    assert ran.out.endswith("\n\nnote: passed over, for it is no JSON: 1 line of the log\n")
