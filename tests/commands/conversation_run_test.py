"""`ctxtally conversation run`: a real small agent is driven, whose context really grows."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

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
    assert ran.err == (
        "note: turn 1 left nothing in the log\n"
        "note: agent.log is not there; name the log file that the agent writes\n"
    )


ONE = 'name = "x"\n[[phase]]\nname = "a"\nprompts = ["b"]\n'
TWO = ONE.replace('"b"', '"b", "c"')
RECORD = "2026-11-20 17:16:28,813 - {} - a.py:1 - {}\n"
# Writes its n-th argument at its n-th call, to the file that is its first.
WRITER = """\
import sys
from pathlib import Path
log, *parts, prompt = sys.argv[1:]
with Path(log).open("a", encoding="utf-8", newline="") as file:
    file.write(parts["bcd".index(prompt)])
"""


def writing(run: Run, *parts: str, more: tuple[str, ...] = ()) -> Ran:
    given = ("conversation", "run", "x.toml", "--log", "agent.log", "--format", "json", *more)
    return run(*given, "--", sys.executable, "-c", WRITER, "agent.log", *parts)


def state(repo: Repo) -> list[dict[str, Any]]:
    (path,) = (repo.root / ".git" / "ctxtally" / "conversations").iterdir()
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["driven"]
    return found


def kinds(turns: list[dict[str, Any]]) -> list[list[str]]:
    return [[event["kind"] for event in turn["events"]] for turn in turns]


def test_what_the_log_tells_late_of_a_turn(repo: Repo, run: Run) -> None:
    repo.write({"x.toml": TWO})
    total = RECORD.format("INFO", "Total Used: 5,500 / 6,000")
    late = RECORD.format("ERROR", "CRITICAL: Final prompt (6,052 tokens) exceeds token limit")
    ran = writing(run, total, late + total)
    assert kinds(ran.json["turns"]) == [["critical"], []]
    assert ran.json["verdict"] == "critical"
    assert [kinds(one["turns"]) for one in state(repo)] == [[["critical"]], [[]]]


def test_what_waits_for_a_turn_is_of_that_turn_alone(repo: Repo, run: Run) -> None:
    repo.write({"x.toml": TWO})
    total = RECORD.format("INFO", "Total Used: 500 / 6,000")
    early = RECORD.format("WARNING", "HIGH TOKEN PRESSURE")
    ran = writing(run, total + early, total + early)
    assert kinds(ran.json["turns"]) == [[], ["pressure", "pressure"]]
    assert [kinds(one["turns"]) for one in state(repo)] == [[[]], [["pressure"]]]


def test_a_last_line_without_line_feed(repo: Repo, run: Run) -> None:
    repo.write({"x.toml": TWO})
    ran = writing(run, "turn,tokens,limit\n1,10,100", "\n2,20,100")
    assert ran.err == ""
    assert [turn["used"] for turn in ran.json["turns"]] == [10, 20]
    assert [one["turns"] for one in ran.json["driven"]] == [1, 1]
    assert [event["tokens"] for event in events(repo)] == [10, 20]


def test_a_conversation_that_begins_with_a_subagent(repo: Repo, run: Run) -> None:
    repo.write({"x.toml": TWO})

    def answer(name: str, used: int, *, side: bool) -> str:
        message = {"id": name, "usage": {"input_tokens": used}, "model": "claude-opus-4-5"}
        return json.dumps({"sessionId": "s", "isSidechain": side, "message": message}) + "\n"

    side = answer("a", 10, side=True) + answer("b", 20, side=True)
    ran = writing(run, side, answer("c", 30, side=False))
    assert [turn["used"] for turn in ran.json["turns"]] == [30]
    assert [one["turns"] for one in ran.json["driven"]] == [0, 1]


def test_a_limit_that_nobody_tells_is_found_at_the_first_turn(repo: Repo, run: Run) -> None:
    repo.write({"x.toml": TWO})
    parts = ("turn,tokens\n1,10\n", "2,20\n")
    ran = writing(run, *parts)
    assert (ran.status, ran.err) == (
        2,
        (
            "error: agent.log tells no limit, so nothing can be judged by it\n"
            "  = help: give --limit, such as --limit 200000\n"
        ),
    )
    assert (repo.root / "agent.log").read_text("utf-8") == parts[0]
    assert [event["tokens"] for event in events(repo)] == [10]
    ran = writing(run, *parts, more=("--resume", "--limit", "100"))
    assert [(turn["used"], turn["limit"]) for turn in ran.json["turns"]] == [(10, 100), (20, 100)]
    assert (repo.root / "agent.log").read_text("utf-8") == "".join(parts), "no prompt came twice"


def test_a_run_that_was_interrupted_at_once_is_the_one_to_resume(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write({"x.toml": TWO})
    parts = ("turn,tokens,limit\n1,10,100\n", "2,20,100\n")
    assert writing(run, *parts).status == 0
    session = {event["session"] for event in events(repo)}

    def interrupted(*_: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(child, "run", interrupted)
        assert writing(run, *parts).status == 130
    ran = writing(run, *parts, more=("--resume",))
    assert [one["number"] for one in ran.json["driven"]] == [1, 2]
    assert len({event["session"] for event in events(repo)} - session) == 1


def test_a_log_that_cannot_be_read_leaves_the_run_before(repo: Repo, run: Run) -> None:
    repo.write({"x.toml": TWO})
    assert writing(run, "turn,tokens,limit\n1,10,100\n", "2,20,100\n").status == 0
    before = state(repo)
    ran = run("conversation", "run", "x.toml", "--log", ".git", "--", "true")
    assert (ran.status, ran.err) == (
        2,
        (
            "error: .git cannot be read: it is not a regular file\n"
            "  = help: name the log file that the agent writes\n"
        ),
    )
    assert state(repo) == before


def test_a_log_of_a_form_that_is_not_known(repo: Repo, run: Run) -> None:
    repo.write({"x.toml": ONE})
    ran = writing(run, '{"role": "user", "message": {"content": "x"}}\n')
    assert (ran.status, ran.json["verdict"]) == (0, "not-enough-turns")
    assert ran.err == (
        "note: turn 1 left nothing in the log\n"
        "note: agent.log is no log of a form that is known here; give the log of the ADK agent, a "
        "transcript of Claude Code or Codex, or a table of turns: CSV with the header "
        "`turn,tokens,limit`, or such JSON lines\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals that end")
def test_what_ends_us_ends_the_agent_too(repo: Repo) -> None:
    repo.write({"x.toml": ONE})
    program = "import os, sys, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
    command = ("conversation", "run", "x.toml", "--log", "agent.log", "--", sys.executable, "-c")
    ours = subprocess.Popen([sys.executable, "-m", "ctxtally", *command, program], cwd=repo.root)
    number = repo.root / "pid"
    for _ in range(400):
        if number.exists() and number.read_text("ascii"):
            break
        time.sleep(0.05)
    ours.send_signal(signal.SIGTERM)
    assert ours.wait(30) == 143
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text("ascii")), 0)


def test_a_prompt_that_is_too_long_for_an_argument(repo: Repo, run: Run) -> None:
    repo.write({"x.toml": ONE.replace('"b"', '"a\\u0000b"')})
    ran = drive(run, name="x.toml")
    assert (ran.status, ran.err) == (
        2,
        (
            f"error: the prompt cannot be an argument of {sys.executable}: embedded null byte\n"
            "  = help: give it to standard input, with --stdin\n"
        ),
    )
    assert drive(run, name="x.toml", more=("--stdin",)).status == 0


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
