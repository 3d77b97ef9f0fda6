from __future__ import annotations

import json
import os
import sqlite3
import sys
from typing import TYPE_CHECKING, Any

import pytest

from ctxtally.adapters import clock
from ctxtally.adapters.prices import NOTE
from ctxtally.adapters.transcripts.forms import form
from ctxtally.adapters.transcripts.lines import lines
from tests.support.transcripts import SONNET, Home, said, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.command import Run
    from tests.support.repo import Repo

LOG = ".git/ctxtally/usage-log.jsonl"


@pytest.fixture
def home(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return Home(tmp_path / "home", repo.root, monkeypatch)


def events(repo: Repo, kind: str = "usage") -> list[dict[str, Any]]:
    lines = (repo.root / LOG).read_text("utf-8").splitlines()
    return [one for one in map(json.loads, lines) if one["kind"] == kind]


def totals(run: Run, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = run("usage", *arguments, "--format", "json").json["totals"]
    return found


def test_a_first_run(repo: Repo, home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1"), home.said("msg_2", (1, 2, 3, 4), stop=None))
    home.claude("s2", said("msg_3", cwd="/elsewhere"))
    ran = run("usage", "sync")
    assert (ran.status, ran.out) == (
        0,
        f"2 responses logged to {LOG} from 2 transcripts (claude-code 2)\n",
    )
    assert ran.err == (
        "note: of other repositories, and only taken by `ctxtally usage sync --all`: 1 response\n"
    )
    first, second = events(repo)
    assert {name: value for name, value in first.items() if name not in ("id", "v")} == {
        "ts": "2026-03-01T10:00:00.000000Z",
        "day": "2026-03-01",
        "kind": "usage",
        "source": "transcript",
        "counted": "reported",
        "agent": "claude-code",
        "key": "msg_1",
        "input": 10,
        "cache_read": 40,
        "cache_write_5m": 30,
        "cache_write_1h": 0,
        "output": 20,
        "reasoning": 0,
        "provider": "anthropic",
        "model": SONNET,
        "session": "s1",
        "branch": "main",
        "dir": ".",
    }
    assert (second["key"], second["final"]) == ("msg_2", False)
    ran = run("usage", "sync")
    assert (ran.status, ran.out, ran.err) == (0, f"nothing new for {LOG}\n", "")


def test_json_of_a_run(home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1"), "x", '{"subtype": "compact_boundary"}')
    home.claude("s2", said("msg_3", cwd="/elsewhere"))
    assert run("usage", "sync", "--format", "json").json == {
        "schema": "ctxtally/usage-sync/1",
        "log": LOG,
        "logged": {"claude-code": 1},
        "read": 2,
        "responses": 1,
        "other_repositories": 1,
        "bad_lines": 1,
        "long_lines": 0,
        "torn_files": 0,
        "held_files": 0,
        "unknown_files": 0,
        "compactions": 1,
        "problems": [],
    }


def test_days(home: Home, run: Run) -> None:
    home.claude(
        "s1",
        home.said("msg_1", (1000, 200, 3000, 40000)),
        home.said("msg_2", (5, 50, 100, 200), at="2026-03-02T00:00:00Z"),
    )
    run("usage", "sync")
    ran = run("usage")
    assert ran.status == 0
    assert ran.out == (
        f"{LOG}: tokens by day, days in UTC\n"
        "\n"
        "  day         responses  input  cache read  cache write  output   total     USD\n"
        "  2026-03-01          1  1,000      40,000        3,000     200  44,200  0.0292\n"
        "  2026-03-02          1      5         200          100      50     355  0.0012\n"
        "  total               2  1,005      40,200        3,100     250  44,555  0.0304\n"
        "\n"
        f"prices: {_prices(run)}\n"
    )
    assert run("usage", "days").out == ran.out


def _prices(run: Run) -> str:
    found: str = run("usage", "--format", "json").json["prices"]
    assert found.startswith("genai-prices ")
    assert found.endswith(", as of the day of use")
    return found


def test_json_of_a_view(home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1", message={"model": "my-private-model-9"}))
    run("usage", "sync")
    spent = {
        "responses": 1,
        "input": 10,
        "cache_read": 40,
        "cache_write": 30,
        "output": 20,
        "total": 100,
        "cost_usd": None,
        "unpriced": 100,
        "agents": ["claude-code"],
    }
    assert run("usage", "models", "--since", "20260301", "--format", "json").json == {
        "schema": "ctxtally/usage/1",
        "log": LOG,
        "view": "models",
        "since": "2026-03-01",
        "until": None,
        "timezone": "UTC",
        "totals": spent,
        "by": [{"name": "my-private-model-9", **spent}],
        "counted": {"reported": 100},
        "prices": _prices(run),
        "remarks": ['unpriced: 100 tokens (100.0%), of "my-private-model-9"'],
    }


@pytest.mark.parametrize(
    ("view", "names"),
    [
        ("sessions", ["s1", "s2", ""]),
        ("models", [SONNET, "o3"]),
        ("branches", ["main", "next"]),
        ("days", ["2026-03-01", "2026-03-02"]),
        ("commits", [""]),
    ],
)
def test_views(home: Home, run: Run, view: str, names: list[str]) -> None:
    other = home.said("msg_3", (1, 1, 1, 1), session="", branch="next", message={"model": "o3"})
    home.claude(
        "s1",
        home.said("msg_2", session="s2", at="2026-03-02T10:00:00Z"),
        home.said("msg_1"),
        other,
    )
    run("usage", "sync")
    by = run("usage", view, "--format", "json").json["by"]
    assert [one["name"] for one in by] == names
    assert sum(one["responses"] for one in by) == 3
    lines = run("usage", view).out.splitlines()
    assert lines[0] == f"{LOG}: tokens by {lines[2].split()[0]}, days in UTC"
    assert len(lines) == len(names) + 6


def test_names_of_strangers_are_printed_safely(home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1", session="a\x1b[31m", branch="x" * 999))
    run("usage", "sync")
    assert "a\\x1b[31m" in run("usage", "sessions").out
    assert max(map(len, run("usage", "branches").out.splitlines())) < 200


@pytest.mark.parametrize(
    ("arguments", "tokens"),
    [
        pytest.param([], 300, id="all"),
        pytest.param(["--since", "2026-03-02"], 200, id="from a day on"),
        pytest.param(["--until", "2026-03-02"], 200, id="up to a day"),
        pytest.param(["--since", "20260302", "--until", "20260302"], 100, id="one day"),
        pytest.param(["--since", "2026-03-04"], 0, id="none"),
        pytest.param(["--agent", "codex"], 0, id="another agent"),
        pytest.param(["--days", "2"], 200, id="the last days"),
        pytest.param(["--agent", "claude-code"], 300, id="this agent"),
        pytest.param(["--since", "2026-03-02", "--timezone", "Asia/Tokyo"], 300, id="days there"),
        pytest.param(["--until", "2026-03-01", "--timezone", "Etc/GMT+11"], 100, id="and there"),
    ],
)
def test_bounds(
    home: Home, run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str], tokens: int
) -> None:
    monkeypatch.setattr(clock, "seconds", lambda: 1_772_580_600.0)  # 2026-03-03T23:30:00Z
    home.claude("s1", *(home.said(f"msg_{n}", at=f"2026-03-0{n}T23:30:00Z") for n in (1, 2, 3)))
    run("usage", "sync")
    assert totals(run, *arguments)["total"] == tokens
    assert totals(run, "models", *arguments)["total"] == tokens


def test_the_last_moment_of_the_calendar(home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1", at="9999-12-31T23:59:59.000Z"))
    run("usage", "sync")
    found = run("usage", "--timezone", "Asia/Tokyo", "--format", "json").json
    assert [row["name"] for row in found["by"]] == ["9999-12-31"]


@pytest.mark.parametrize(
    ("zone", "day"),
    [("UTC", "2026-03-01"), ("Asia/Tokyo", "2026-03-02"), ("Etc/GMT+11", "2026-03-01")],
)
def test_the_last_day_is_one_of_the_zone(home: Home, run: Run, zone: str, day: str) -> None:
    home.claude("s1", home.said("msg_1", at="2026-03-01T23:30:00Z"))
    run("usage", "sync")
    out = run("usage", "sessions", "--timezone", zone).out.splitlines()
    assert out[0] == f"{LOG}: tokens by session, days in {zone}"
    assert out[3].split()[:2] == ["s1", day]


def test_a_main_copy_goes_before_that_of_a_subagent(home: Home, run: Run) -> None:
    """The copy of a subagent, which was there first, tells more."""
    side = home.said("msg_1", (10, 20, 0, 50_000), isSidechain=True)
    home.claude("s1/subagents/agent-1", side)
    run("usage", "sync")
    home.claude("s1", home.said("msg_1", (10, 20, 0, 20)))
    run("usage", "sync")
    assert totals(run)["cache_read"] == 20


def test_a_message_that_is_written_anew_with_less(home: Home, run: Run) -> None:
    home.write(".gemini/tmp/r/.project_root", home.top.as_posix())
    for input_, output in ((100, 50), (80, 40)):
        tokens = {"input": input_, "output": output}
        message = {"type": "gemini", "id": "g", "model": "gemini-2.5-pro", "tokens": tokens}
        home.write(".gemini/tmp/r/chats/s.json", {"sessionId": "s", "messages": [message]})
        run("usage", "sync")
    found = totals(run)
    assert (found["input"], found["output"]) == (80, 40)


# (10 x 3 + 20 x 15 + 30 x 3.75 + 40 x 0.30) / 1,000,000, and 10 USD for a thousand searches.
@pytest.mark.parametrize(
    ("later", "usd"),
    [({}, 0.0004545), ({"used": {"server_tool_use": {"web_search_requests": 2}}}, 0.0204545)],
)
def test_a_response_that_ended_later(
    home: Home, run: Run, later: dict[str, Any], usd: float
) -> None:
    home.claude("s1", home.said("msg_1", stop=None))
    run("usage", "sync")
    home.claude("s1", home.said("msg_1", stop=None), home.said("msg_1", **later))
    run("usage", "sync")
    found = run("usage", "--format", "json").json
    assert found["remarks"] == ["left out, for another one says the same: 1 record"]
    assert found["totals"]["cost_usd"] == usd


def test_a_response_whose_searches_are_told_later(home: Home, run: Run, repo: Repo) -> None:
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    used = {"server_tool_use": {"web_search_requests": 2}}
    home.claude("s1", home.said("msg_1"), home.said("msg_1", used=used))
    run("usage", "sync")
    assert [one.get("searches") for one in events(repo)] == [None, 2]


def test_a_speed_that_has_no_price(home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1", used={"speed": "fast"}), home.said("msg_2"))
    run("usage", "sync")
    found = run("usage", "--format", "json").json
    assert found["remarks"] == [f'unpriced: 100 tokens (50.0%), of "{SONNET}" (fast)']
    assert found["totals"]["unpriced"] == 100


def test_on_what_terms_it_was_asked_for(home: Home, run: Run) -> None:
    """Another country costs a tenth more, a batch half, and priority what nobody tells."""
    asked = [
        {},
        {"service_tier": "standard", "inference_geo": "not_available"},
        {"inference_geo": "us"},
        {"service_tier": "batch"},
        {"service_tier": "priority", "inference_geo": "us"},
    ]
    model = {"model": "claude-opus-5-5"}
    home.claude(
        "s1",
        *(
            home.said(f"msg_{number}", at=f"2026-11-0{number}T10:00:00Z", used=used, message=model)
            for number, used in enumerate(asked, 1)
        ),
    )
    run("usage", "sync")
    found = run("usage", "--format", "json").json
    # 10 x 4 + 20 x 20 + 30 x 5 + 40 x 0.20, for a million.
    usual = 0.000598
    costs = [one["cost_usd"] for one in found["by"]]
    assert costs == [usual, usual, pytest.approx(1.1 * usual), usual / 2, None]
    assert found["remarks"] == ['unpriced: 100 tokens (20.0%), of "claude-opus-5-5" (priority, us)']


def test_a_log_that_is_a_link(repo: Repo, run: Run, tmp_path: Path) -> None:
    (tmp_path / "other.jsonl").write_text('{"v":1,"id":"x","kind":"usage","tokens":5}\n')
    (repo.root / LOG).parent.mkdir(parents=True, exist_ok=True)
    (repo.root / LOG).symlink_to(tmp_path / "other.jsonl")
    hint = f"{LOG} is neither read nor written, for it is no regular file: take it away"
    assert run("usage").out == (
        f"{LOG}: tokens by day, days in UTC\n\nno usage recorded\nnote: {hint}\n"
    )
    assert run("session", "list").err == f"note: {hint}\n"


def test_an_agent_that_the_log_does_not_have(home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    assert run("usage", "--agent", "claude").out.splitlines()[2:] == [
        "no usage recorded",
        'note: the log has nothing of the agent "claude", but of "claude-code"',
    ]
    assert run("usage", "--agent", "claude-code", "--until", "20260228").out.splitlines()[2:] == [
        "no usage recorded"
    ]


def test_many_agents(repo: Repo, run: Run) -> None:
    assert run("usage", "--agent", "x").out.splitlines()[3:] == [
        'note: the log has nothing of the agent "x", but of no agent'
    ]
    event = '{{"v":1,"id":"{0}","kind":"usage","agent":"a{0:02}","tokens":5}}\n'
    repo.write({LOG: "".join(event.format(number) for number in range(12))})
    listed = ", ".join(f'"a{number:02}"' for number in range(10))
    assert run("usage", "--agent", "x").out.splitlines()[3:] == [
        f'note: the log has nothing of the agent "x", but of {listed} and 2 more'
    ]


def test_options_may_stand_before_the_view(home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    ran = run("usage", "--since", "2026-03-02", "models", "--format", "json")
    assert ran.json["totals"]["total"] == 0
    assert ran.json["view"] == "models"


@pytest.mark.parametrize(
    ("arguments", "message", "help_"),
    [
        (
            ["--since", "yesterday"],
            "argument --since: 'yesterday' is not a day; write 2026-01-31",
            "see `ctxtally usage --help`",
        ),
        (
            ["days", "--until", "2026-02-30"],
            "argument --until: '2026-02-30' is not a day; write 2026-01-31",
            "see `ctxtally usage days --help`",
        ),
        (
            ["--since", "2026-03-02", "--until", "2026-03-01"],
            "--since 2026-03-02 is after --until 2026-03-01",
            "give the earlier day to --since",
        ),
        (
            ["--timezone", "Mars/Olympus"],
            '--timezone "Mars/Olympus" is not known here',
            "write a name such as Europe/Berlin; on Windows install the package tzdata",
        ),
        (
            ["--timezone", "/etc/passwd"],
            '--timezone "/etc/passwd" is not known here',
            "write a name such as Europe/Berlin; on Windows install the package tzdata",
        ),
        (
            ["sync", "--from", "gone"],
            "gone is not there",
            "name a transcript, or a folder of some",
        ),
    ],
)
def test_mistakes(home: Home, run: Run, arguments: list[str], message: str, help_: str) -> None:
    assert home.root.is_dir()
    ran = run("usage", *arguments)
    assert (ran.status, ran.out, ran.err) == (2, "", f"error: {message}\n  = help: {help_}\n")


def test_no_usage(home: Home, run: Run) -> None:
    assert home.root.is_dir()
    ran = run("usage", "--since", "2026-03-01")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        f"{LOG}: tokens by day, since 2026-03-01, days in UTC\n\nno usage recorded\n"
    )


def test_what_a_reader_has_to_know(repo: Repo, home: Home, run: Run) -> None:
    home.claude(
        "s1",
        home.said("msg_1", stop=None),
        home.said(
            "msg_m0",
            used={"server_tool_use": {"web_search_requests": 3}},
            message={"model": "mine-0"},
        ),
        *(home.said(f"msg_m{n}", message={"model": f"mine-{n}"}) for n in range(1, 6)),
    )
    run("usage", "sync")
    more: list[dict[str, object]] = [
        {"kind": "usage", "tokens": 200, "counted": "estimate"},
        {"kind": "usage", "tokens": 100, "counted": "tokenizer", "input": 50, "output": 50},
        {"kind": "usage", "tokens": None},
        {"kind": "usage", "tokens": 7, "ts": "soon", "cost_usd": 0.5},
    ]
    lines = [
        {"v": 1, "id": f"x{n}", "ts": "2026-03-01T10:00:00Z"} | one for n, one in enumerate(more)
    ]
    with (repo.root / LOG).open("a", encoding="utf-8") as log:
        log.writelines(f"{json.dumps(one)}\n" for one in (*lines, {"timestamp": "x"}))
        log.write("no JSON\n")
    remarks = run("usage", "--format", "json").json["remarks"]
    mine = ", ".join(f'"mine-{n}"' for n in range(5))
    assert remarks == [
        "19.9% of the tokens are estimated",
        "9.9% of the tokens are counted by a tokenizer",
        "0.7% of the tokens are of unknown origin",
        f"unpriced: 900 tokens (89.4%), of {mine} and 2 more",
        "2 records tell a total and no buckets",
        "1 record tells no number that can be taken",
        "1 record has no time",
        "1 response (9.1%) was never told to have ended: its output is at least what is shown",
        "not in the cost, for it is priced apart: 3 web searches",
        "passed over, for it is no JSON: 1 line of the log",
        "unknown, for what is there cannot be taken: 1 field",
        "left out, for nothing is told of tokens: 1 record",
    ]
    out = run("usage").out
    assert [f"note: {one}" for one in remarks] == [
        line for line in out.splitlines() if line.startswith("note: ")
    ]
    assert "0.5005+\n" in out, "what is unpriced is marked"
    assert "(no time)" in out
    assert totals(run)["cost_usd"] == pytest.approx(
        0.5 + (10 * 3 + 20 * 15 + 30 * 3.75 + 40 * 0.3) / 1e6
    )


def test_a_log_that_is_not_used_is_told(repo: Repo, home: Home, run: Run) -> None:
    assert home.root.is_dir()
    repo.write({"ctxtally.toml": 'ledger = "log.jsonl"\n'})
    ran = run("usage")
    assert ran.out.splitlines()[-1] == (
        "note: `ledger = 'log.jsonl'` is not used: git does not ignore it; add it to .gitignore"
    )


def test_a_log_in_the_tree(repo: Repo, home: Home, run: Run) -> None:
    repo.write({"ctxtally.toml": 'ledger = "log.jsonl"\n', ".gitignore": "log.jsonl\n"})
    home.claude("s1", home.said("msg_1"))
    assert run("usage", "sync").out.startswith("1 response logged to log.jsonl from 1 transcript ")
    assert totals(run)["total"] == 100


def test_one_s_own_prices(repo: Repo, home: Home, run: Run) -> None:
    price = "input = 1\noutput = 2\ncache_read = 3\ncache_write_5m = 4\n"
    repo.write({"ctxtally.toml": f'[[price]]\nmodel = "mine"\n{price}'})
    home.claude("s1", home.said("msg_1", message={"model": "mine"}))
    run("usage", "sync")
    assert totals(run)["cost_usd"] == pytest.approx((10 + 2 * 20 + 3 * 40 + 4 * 30) / 1e6)
    assert run("usage").out.endswith(", as of the day of use, and 1 price of your own\n")


def test_named_transcripts(home: Home, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "given" / "deep"
    one = write(folder / "s1.jsonl", said("msg_1", cwd="/elsewhere"))
    write(folder / "x.jsonl", {"x": 1})
    write(folder / "y.json", {"x": 1})
    (folder / "z.txt").write_text("x", "utf-8")
    ran = run("usage", "sync", "--from", str(one.parent.parent))
    assert ran.out == f"1 response logged to {LOG} from 1 transcript (claude-code 1)\n"
    assert ran.err == "note: 2 files are no transcript of a form that is known here\n"
    assert run("usage", "sync", "--from", str(one)).out == f"nothing new for {LOG}\n"
    assert run("usage", "sync", "--from", str(one), "--agent", "codex").err == ""
    ran = run("usage", "sync", "--from", str(folder / "x.jsonl"))
    assert ran.err == "note: 1 file is no transcript of a form that is known here\n"
    assert home.root.is_dir()


def test_where_other_repositories_are(repo: Repo, home: Home, run: Run) -> None:
    below = (home.root / "x").as_posix()
    lines = [said("msg_1", cwd=below), said("msg_2", cwd="/y"), said("msg_3")]
    home.claude("s1", *lines, said("msg_4", cwd=home.root.as_posix()))
    run("usage", "sync", "--all")
    assert [one.get("repo") for one in events(repo)] == ["~/x", "/y", None, "~"]


@pytest.fixture
def others(repo: Repo, home: Home, run: Run) -> Repo:
    """A log with 100 tokens of this repository, and 300 of two others on another day."""
    day = "2026-03-02T10:00:00Z"
    lines = [said(f"msg_{n}", cwd=f"/y/{n % 2}", at=day) for n in range(3)]
    home.claude("s1", home.said("msg_own"), *lines)
    run("usage", "sync", "--all")
    return repo


def test_what_is_of_other_repositories(others: Repo, run: Run) -> None:
    note = "of other repositories: 3 responses (75.0% of the tokens)"
    assert others.root.is_dir()
    assert totals(run)["total"] == 400
    assert f"note: {note}" in run("usage").out.splitlines()
    assert totals(run, "--own")["total"] == 100
    left = f"note: left out, for it is {note}"
    assert left in run("usage", "models", "--own").out.splitlines()
    assert "repositories" not in run("usage", "--until", "2026-03-01").out
    assert note in run("analyze").out
    for bounds, tokens in (((), 400), (("--since", "2026-03-02"), 300)):
        found = run("analyze", *bounds, "--format", "json").json
        assert found["totals"]["tokens"] == tokens
    own = run("analyze", "--own", "--format", "json").json
    assert own["totals"]["tokens"] == 100
    assert f"left out, for it is {note}" in own["remarks"]
    assert f"left out, for it is {note}" in run("recommend").out


def test_an_allowance_counts_other_repositories(others: Repo, run: Run) -> None:
    others.write(
        {"ctxtally.toml": '[[allowance]]\nname = "day"\nper = "day"\nmax = "1000 tokens"\n'}
    )
    out = run("usage", "check", "--day", "2026-03-02").out
    assert "of other repositories: 3 responses (75.0% of the tokens)" in out


def test_remarks_of_a_run(home: Home, run: Run) -> None:
    for number in (1, 2):
        home.claude(f"s{number}", *([f"{{{number}"] * number))
        path = home.claude(f"torn{number}", home.said(f"msg_{number}"))
        path.write_text(path.read_text("utf-8") + '{"message', "utf-8")
        (home.root / ".local/share/opencode").mkdir(parents=True, exist_ok=True)
        (home.root / f".local/share/opencode/opencode{number}.db").write_bytes(b"x" * 200)
    ran = run("usage", "sync")
    folder = home.root / ".local/share/opencode"
    assert ran.err.splitlines() == [
        "note: passed over, for they hold no JSON object: 3 lines",
        "note: 2 files end in the middle of a record, which is read once it is whole",
        f"note: {folder / 'opencode1.db'}: file is not a database",
        f"note: {folder / 'opencode2.db'}: file is not a database",
    ]
    assert ran.out == f"2 responses logged to {LOG} from 6 transcripts (claude-code 2)\n"
    again = run("usage", "sync")
    assert again.err.splitlines() == ran.err.splitlines()[2:], "they are tried again"


def test_many_files_that_cannot_be_read(home: Home, run: Run) -> None:
    folder = home.root / ".local/share/opencode"
    folder.mkdir(parents=True)
    for number in range(23):
        (folder / f"opencode{number}.db").write_bytes(b"x" * 200)
    told = run("usage", "sync").err.splitlines()
    assert len(told) == 21
    assert told[-1] == "note: not read either: 3 files"


def test_without_a_repository(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("usage")
    assert ran.status == 2
    assert ran.err.startswith("error: git rev-parse: not a git repository")


def test_only_what_changed_is_logged_again(repo: Repo, home: Home, run: Run) -> None:
    lines = [home.said("msg_1", (4, 9, 0, 0), stop=None), home.said("msg_2", (1, 1, 0, 0))]
    home.claude("s1", *lines)
    run("usage", "sync")
    home.claude("s1", *lines, home.said("msg_1", (4, 159, 0, 0)), home.said("msg_2", (1, 1, 0, 0)))
    assert run("usage", "sync").out.startswith("1 response logged ")
    assert [(one["key"], one["output"]) for one in events(repo)] == [
        ("msg_1", 9),
        ("msg_2", 1),
        ("msg_1", 159),
    ]
    assert (totals(run)["output"], totals(run)["responses"]) == (160, 2)


def test_the_command_does_not_keep_what_was_cut_off(
    repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "seconds", lambda: 1_772_359_200.0)
    home.claude("s1", home.said("msg_" + "k" * 999, session="\ud800x", branch="b" * 999))
    run("usage", "sync")
    (one,) = events(repo)
    assert (len(one["key"]), one["session"], len(one["branch"])) == (32, "\\ud800x", 256)
    run("usage", "sync", "--from", str(home.claude("s2", home.said("msg_" + "k" * 999))))
    assert len(events(repo)) == 1, "it is known by its short name"
    with sqlite3.connect(repo.root / ".git/ctxtally/transcripts.db") as connection:
        assert connection.execute("SELECT count(*) FROM responses").fetchone() == (1,)
    connection.close()


def test_a_long_line(home: Home, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "ctxtally.adapters.transcripts.source.lines",
        lambda file, offset: lines(file, offset, 2_000),
    )
    home.claude("s1", home.said("msg_1"), "x" * 3_000)
    ran = run("usage", "sync")
    assert ran.err == "note: passed over, for their length: 1 line\n"


def test_records_without_a_time(repo: Repo, home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    with (repo.root / LOG).open("a", encoding="utf-8") as log:
        log.write('{"v":1,"id":"x","kind":"usage","tokens":7,"session":"s9","ts":"soon"}\n')
    assert totals(run)["total"] == 107
    assert totals(run, "--since", "2026-03-01")["total"] == 100
    row = next(line for line in run("usage", "sessions").out.splitlines() if "s9" in line)
    assert row.split() == ["s9", "-", "1", "0", "0", "0", "0", "7", "unpriced"]


def test_without_the_package_of_prices(
    home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    ran = run("usage")
    assert ran.out.splitlines()[-1] == f"prices: {NOTE}"
    assert totals(run)["cost_usd"] is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
def test_what_is_no_file_is_not_opened(home: Home, run: Run) -> None:
    os.mkfifo(home.root / "s.jsonl")
    ran = run("usage", "sync", "--from", str(home.root / "s.jsonl"))
    assert ran.status == 2
    assert ran.err.startswith(f"error: {home.root / 's.jsonl'} is no regular file\n")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
@pytest.mark.parametrize("name", ["transcripts.db.lock", "transcripts.seen", "usage-log.jsonl"])
def test_a_fifo_of_ours_is_not_waited_for(repo: Repo, home: Home, run: Run, name: str) -> None:
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    path = repo.root / ".git/ctxtally" / name
    path.unlink()
    os.mkfifo(path)
    home.claude("s2", home.said("msg_2"))
    refused = {
        "transcripts.db.lock": "{top}/.git/ctxtally/transcripts.db cannot be written: "
        "it is no regular file\n  = help: make it writable\n",
        "usage-log.jsonl": f"{LOG} was not written: it is no regular file\n"
        "  = help: make room, or make it writable\n",
    }
    ran = run("usage", "sync")
    told = refused.get(name, "").format(top=repo.root)
    assert (ran.status, ran.err) == (2 if told else 0, told and f"error: {told}")
    run("handoff")  # as the hook after a commit does, which says nothing


def test_a_file_that_may_not_be_read(home: Home, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    one = home.write("given/s1.jsonl", said("msg_1"))
    home.write("given/s2.jsonl", said("msg_2"))

    def refused(path: str) -> str:
        if path == str(one):
            raise PermissionError(13, "Permission denied")
        return form(path)

    monkeypatch.setattr("ctxtally.adapters.transcripts.forms.form", refused)
    ran = run("usage", "sync", "--from", str(home.root / "given"))
    assert ran.err == f"note: {one} cannot be read: Permission denied\n"
    assert ran.out.startswith("1 response logged")


def test_a_file_that_is_gone_by_now(home: Home, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    home.claude("s1", home.said("msg_1"))
    monkeypatch.setattr("ctxtally.survey.transcripts.stat_of", lambda _: None)
    assert run("usage", "sync").out == f"nothing new for {LOG}\n"
