"""`ctxtally conversation run`: a real small agent is driven, whose context really grows."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import clock
from ctxtally.adapters import driving as child
from ctxtally.survey import driving
from ctxtally.survey.scenario import scenario
from tests.documents import read, rows
from tests.support import fake_agent
from tests.support.data import CHECKOUT

if TYPE_CHECKING:
    from tests.support.command import Ran, Run
    from tests.support.repo import Repo

AGENT = [sys.executable, fake_agent.__file__]
FILES = ["state.json", "agent.log"]
SMALL = """\
name = "small"
timeout_seconds = 20

[[phase]]
name = "first"
expect = ["rises", "limit-error", "crash"]
prompts = ["one", "two", "three"]

[[phase]]
name = "second"
prompts = ["4", "5", "6", "7", "8", "9", "10"]
"""


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driving, "_LATE_SECONDS", 0.2)


def drive(run: Run, *arguments: str, name: str = "small.toml", more: tuple[str, ...] = ()) -> Ran:
    given = ("conversation", "run", name, "--log", "agent.log", *more)
    options = [one for one in arguments if one != "{prompt}"]
    return run(*given, "--", *AGENT, *options, *FILES, *arguments[len(options) :])


def events(repo: Repo) -> list[dict[str, object]]:
    log = repo.root / ".git" / "ctxtally" / "usage-log.jsonl"
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()]


def test_the_shipped_scenario_end_to_end(repo: Repo, run: Run) -> None:
    ran = drive(run, name="long-conversation", more=("--format", "json"))
    assert ran.status == 0, ran.err
    found = ran.json
    assert found["verdict"] == "healthy"
    assert [(one["name"], one["verdict"], one["turns"]) for one in found["phases"]] == [
        ("baseline", "healthy", 5),
        ("accumulation", "healthy", 7),
        ("high load", "healthy", 8),
        ("stress", "healthy", 5),
    ]
    used = [turn["used"] for turn in found["turns"]]
    assert used[:8] == [1700, 2400, 3100, 3800, 4500, 3100, 3800, 4500]
    assert found["logs"][0]["figures"]["compressions"] == [6, 9, 12, 15, 18, 21, 24]
    logged = events(repo)
    assert [event["turn"] for event in logged] == list(range(1, 26))
    assert [event["tokens"] for event in logged] == used
    assert {event["kind"] for event in logged} == {"conversation"}
    assert len({event["session"] for event in logged}) == 1


def test_the_shipped_scenario_has_four_phases_and_25_turns() -> None:
    shipped = scenario("long-conversation")
    assert [len(phase.prompts) for phase in shipped.phases] == [5, 7, 8, 5]
    assert shipped.timeout_seconds == 300


def test_an_agent_that_never_compresses(repo: Repo, run: Run) -> None:
    repo.write({"small.toml": SMALL})
    ran = drive(run, "--keep", "0")
    assert ran.status == 1
    assert "\n  first   healthy   3 of 3       3\n" in ran.out
    assert "\n  second  critical  7 of 7       7  limit-error: " in ran.out
    assert "agent.log: critical, 10 turns, peak 8,000 tokens (133.3%) in turn 10" in ran.out


def test_a_turn_that_fails_does_not_end_the_run(repo: Repo, run: Run) -> None:
    repo.write({"small.toml": SMALL})
    ran = drive(run, "--fail-at", "2")
    assert ran.status == 1
    lines = ran.out.splitlines()
    assert lines[0].startswith("turn 1 of 10 (first): 1,700 tokens of 6,000 (28.3%); exit 0 after")
    assert lines[1].startswith("turn 2 of 10 (first): exit 3 after ")
    assert lines[1].endswith(" s; nothing in the log")
    assert lines[9].startswith("turn 10 of 10 (second): ")
    assert (
        "error[crash]: agent.log: did not end well: 1 of 10 commands, 0 of them for taking too"
        in (ran.out)
    )
    assert ran.err == "note: turn 2 left nothing in the log\n"


def test_a_turn_that_hangs_is_ended(repo: Repo, run: Run) -> None:
    small = SMALL.replace("= 20", "= 0.7").partition('\n[[phase]]\nname = "second"')[0]
    repo.write({"small.toml": small.replace(', "two", "three"', "")})
    ran = drive(run, "--slow", "60", more=("--format", "json"))
    assert ran.status == 1
    assert ran.json["verdict"] == "critical"
    (one,) = ran.json["driven"]
    assert (one["end"], one["exit"], one["turns"]) == ("timed-out", None, 0)
    assert 0.6 < one["seconds"] < 15
    (event,) = events(repo)
    assert "exit" not in event
    assert "tokens" not in event


def test_it_goes_on_where_it_was_interrupted(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write({"small.toml": SMALL})
    real, given = child.run, list[str]()

    def interrupted(command: list[str], prompt: str | None, seconds: float) -> object:
        if len(given) == 4:
            raise KeyboardInterrupt
        given.append(command[-1])
        return real(command, prompt, seconds)

    monkeypatch.setattr(child, "run", interrupted)
    assert drive(run).status == 130
    monkeypatch.setattr(child, "run", real)
    ran = drive(run, more=("--resume", "--format", "json"))
    assert ran.status == 0
    assert [one["number"] for one in ran.json["driven"]] == list(range(1, 11))
    assert len(ran.json["turns"]) == 10
    assert given == ["one", "two", "three", "4"]
    assert len({event["session"] for event in events(repo)}) == 1
    assert drive(run, more=("--resume",)).out.startswith("\nsmall\n"), "there is nothing left"


def test_nothing_to_resume(repo: Repo, run: Run) -> None:
    repo.write({"small.toml": SMALL})
    ran = drive(run, more=("--resume",))
    assert (ran.status, ran.err) == (
        2,
        (
            "error: there is no run of this scenario to resume here\n"
            "  = help: run it without --resume\n"
        ),
    )


@pytest.mark.parametrize(
    ("state", "why"),
    [
        pytest.param('{"v": 1}', "'session'", id="a member lacks"),
        pytest.param(
            '{"v": 1, "session": "x", "driven": ["a"]}',
            "'str' object has no attribute 'pop'",
            id="a text for a turn",
        ),
    ],
)
def test_a_spoilt_state(repo: Repo, run: Run, state: str, why: str) -> None:
    repo.write({"small.toml": SMALL})
    digest = scenario("small.toml").digest
    repo.write({f".git/ctxtally/conversations/{digest}.json": state})
    ran = drive(run, more=("--resume",))
    assert ran.status == 2
    assert ran.err.endswith(f".json cannot be read: {why}\n  = help: run it without --resume\n")


def test_what_was_in_the_log_before_does_not_count(repo: Repo, run: Run) -> None:
    record = "2026-11-20 17:16:28,813 - INFO - a.py:1 - Total Used: 9,999 / 6,000\n"
    repo.write({"small.toml": SMALL, "agent.log": record})
    assert drive(run).status == 0


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [((), ("--stdin",)), (("--keep", "3", "{prompt}"), ())],
    ids=["standard input", "a placeholder"],
)
def test_other_ways_to_give_the_prompt(
    repo: Repo, run: Run, arguments: tuple[str, ...], stdin: tuple[str, ...]
) -> None:
    repo.write({"small.toml": SMALL})
    assert drive(run, *arguments, more=stdin).status == 0
    state = json.loads((repo.root / "state.json").read_text("utf-8"))
    assert state[-2:] == ["9", "10"]


def test_a_command_that_cannot_be_run(repo: Repo, run: Run) -> None:
    repo.write({"small.toml": SMALL})
    ran = run("conversation", "run", "small.toml", "--log", "agent.log", "--", "./none.sh")
    assert (ran.status, ran.err) == (
        2,
        (
            "error: ./none.sh cannot be run: No such file or directory\n"
            "  = help: write the command behind --, with the path of a program that can be run\n"
        ),
    )


def test_no_command(repo: Repo, run: Run) -> None:
    repo.write({"small.toml": SMALL})
    ran = run("conversation", "run", "small.toml", "--log", "agent.log")
    assert ran.status == 2
    assert ran.err.startswith("error: the following arguments are required: COMMAND\n")


MISTAKES = {
    "no phases": ('name = "x"\n', "x.toml:1:1: there is no `[[phase]]`"),
    "no prompts": ('name = "x"\n[[phase]]\nname = "a"\n', "x.toml:2:3: [[phase]] has no `prompts`"),
    "no name": (
        '[[phase]]\nname = "a"\nprompts = ["b"]\n',
        "x.toml:1:1: the top level has no `name`",
    ),
    "an unknown rule": (
        'name = "x"\n[[phase]]\nname = "a"\nprompts = ["b"]\nexpect = ["growht"]\n',
        'x.toml:5:11: `expect` cannot be "growht"',
    ),
    "a time that is none": (
        'name = "x"\ntimeout_seconds = 0\n[[phase]]\nname = "a"\nprompts = ["b"]\n',
        "x.toml:2:1: `timeout_seconds` must be a number of seconds up to a day, not 0",
    ),
    "one name twice": (
        'name = "x"\n' + '[[phase]]\nname = "a"\nprompts = ["b"]\n' * 2,
        'x.toml:2:3: two phases are named "a"',
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_in_a_scenario(repo: Repo, run: Run, case: str) -> None:
    content, told = MISTAKES[case]
    repo.write({"x.toml": content})
    ran = drive(run, name="x.toml")
    assert (ran.status, ran.err.splitlines()[0]) == (2, f"error: {told}")


@pytest.mark.usefixtures("repo")
def test_a_scenario_that_is_not_there(run: Run) -> None:
    ran = drive(run, name="long-conversatoin")
    assert (ran.status, ran.err) == (
        2,
        (
            'error: "long-conversatoin" is neither a file nor a scenario that ships\n'
            "  = help: name a TOML file, or long-conversation\n"
        ),
    )


def test_the_fields_of_an_event_are_those_of_the_documents(repo: Repo, run: Run) -> None:
    repo.write({"small.toml": SMALL})
    assert drive(run).status == 0
    (fields,) = {tuple(event) for event in events(repo)}
    table = read(CHECKOUT / "docs" / "usage-log.md").partition("| field |")[2]
    listed = {row[0].strip("`"): row[1] for row in rows(f"| field |{table}")}
    kinds = {field: kinds.split(", ") for field, kinds in listed.items()}
    assert set(fields) == {
        field for field, named in kinds.items() if "conversation" in named or named == ["all"]
    }


def test_a_turn_that_times_out_is_told(repo: Repo, run: Run) -> None:
    repo.write(
        {"small.toml": 'name = "x"\ntimeout_seconds = 1\n[[phase]]\nname = "a"\nprompts = ["b"]\n'}
    )
    out = drive(run, "--slow", "60").out
    assert out.splitlines()[0] == "turn 1 of 1 (a): timed out after 1 s; nothing in the log"


def test_a_log_that_comes_late(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    record = "2026-11-20 17:16:28,813 - INFO - a.py:1 - Total Used: 5 / 6,000\n"
    repo.write({"small.toml": 'name = "x"\n[[phase]]\nname = "a"\nprompts = ["b"]\n'})

    def late(_seconds: float) -> None:
        repo.write({"agent.log": record})

    monkeypatch.setattr(clock, "wait", late)
    given = ("conversation", "run", "small.toml", "--log", "agent.log", "--format", "json")
    ran = run(*given, "--", sys.executable, "-c", "pass")
    assert [turn["used"] for turn in ran.json["turns"]] == [5]
    assert ran.json["verdict"] == "not-enough-turns"


def test_an_agent_that_logs_nothing(repo: Repo, run: Run) -> None:
    repo.write({"small.toml": 'name = "x"\n[[phase]]\nname = "a"\nprompts = ["b"]\n'})
    given = ("conversation", "run", "small.toml", "--log", "agent.log", "--format", "json")
    ran = run(*given, "--", sys.executable, "-c", "pass")
    assert (ran.status, ran.json["verdict"]) == (0, "not-enough-turns")
    assert [phase["verdict"] for phase in ran.json["phases"]] == ["not-enough-turns"]
    assert ran.err == "note: turn 1 left nothing in the log\n"


def test_a_usage_log_that_cannot_be_written(repo: Repo, run: Run) -> None:
    repo.write({"small.toml": SMALL, ".git/ctxtally/usage-log.jsonl/x": ""})
    ran = drive(run)
    assert ran.status == 0
    assert ran.err == "note: .git/ctxtally/usage-log.jsonl was not written: Is a directory\n"


def test_a_state_that_cannot_be_written(repo: Repo, run: Run) -> None:
    repo.write({"small.toml": SMALL, ".git/ctxtally/conversations": "a file"})
    ran = drive(run)
    assert ran.status == 2
    assert ran.err.endswith(
        " cannot be written: File exists\n"
        "  = help: make room there, for a run could not be resumed\n"
    )


def test_a_state_of_another_version(repo: Repo, run: Run) -> None:
    repo.write({"small.toml": SMALL})
    digest = scenario("small.toml").digest
    repo.write({f".git/ctxtally/conversations/{digest}.json": '{"v": 0}'})
    assert drive(run, more=("--resume",)).err.startswith("error: there is no run of this scenario")
