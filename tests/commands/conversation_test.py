"""`ctxtally conversation check`: every format, exit codes, limits, comparison, follow mode."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from ctxtally.adapters import clock
from ctxtally.survey import following
from tests.support.data import DEV, needs_dev

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.support.command import Run
    from tests.support.repo import Repo

SVG = "{http://www.w3.org/2000/svg}"
HEALTHY = [30, 40, 50, 60, 30, 40, 50, 60, 30, 40, 50, 60]
HIGH = [50, 82] * 6


def table(shares: Sequence[int], limit: int = 1000) -> str:
    rows = (f"{at},{share * limit // 100},{limit}\n" for at, share in enumerate(shares, start=1))
    return "turn,tokens,limit\n" + "".join(rows)


def claude(*used: int, model: str = "claude-opus-4-5") -> str:
    return "".join(
        json.dumps(
            {
                "sessionId": "s",
                "message": {"id": f"msg_{at}", "model": model, "usage": {"input_tokens": one}},
            }
        )
        + "\n"
        for at, one in enumerate(used)
    )


@pytest.mark.parametrize(
    ("content", "status", "verdict"),
    [
        (table(HEALTHY), 0, "healthy"),
        (table(HIGH), 1, "failing"),
        (table([*HEALTHY, 101]), 1, "critical"),
        (table([50]), 0, "not-enough-turns"),
        ("turn,tokens,limit\n", 0, "not-enough-turns"),
    ],
)
def test_verdicts_and_exit_codes(
    repo: Repo, run: Run, content: str, status: int, verdict: str
) -> None:
    repo.write({"agent.csv": content})
    ran = run("conversation", "check", "agent.csv", "--format", "json")
    assert (ran.status, ran.json["verdict"], ran.err) == (status, verdict, "")


def test_the_text_of_a_failing_conversation(repo: Repo, run: Run) -> None:
    repo.write({"agent.csv": table(HIGH)})
    out = run("conversation", "check", "agent.csv").out
    assert out.startswith(
        "agent.csv: failing, 12 turns, peak 820 tokens (82.0%) in turn 2, 50% of the turns at or "
        "above 80%, 5 compressions (table)\n\n   100% |============\n"
    )
    assert "\n    80% |-*-*-*-*-*-*\n" in out
    assert "\n     3     500  1,000  50.0%  DECREASE: -320 tokens\n" in out
    assert out.endswith(
        "error[high-use]: agent.csv:3: 6 of 12 turns (50%) at or above 80% of the limit; 10% may be"
        " (turns 2, 4, 6, 8, 10, 12)\n"
        "  = help: compress earlier, or load less: `ctxtally recommend` ranks what costs most\n"
    )


def test_many_turns_are_not_all_listed(repo: Repo, run: Run) -> None:
    repo.write({"agent.csv": table([50] * 500)})
    out = run("conversation", "check", "agent.csv").out
    assert "\n  440 turns before these are not listed here\n" in out
    assert max(map(len, out.splitlines())) < 130


def test_too_few_turns(repo: Repo, run: Run) -> None:
    repo.write({"agent.csv": table([50, 50])})
    assert run("conversation", "check", "agent.csv").out.endswith(
        "no verdict: 2 turns are not enough: it takes 10\n"
    )


def test_no_usage(repo: Repo, run: Run) -> None:
    repo.write({"log.jsonl": '{"sessionId": "s", "message": {"content": "hello"}}\n'})
    ran = run("conversation", "check", "log.jsonl")
    assert (ran.status, ran.out.splitlines()[0]) == (
        0,
        "log.jsonl: not-enough-turns, 0 turns; no usage recorded (claude-code)",
    )
    for form in ("json", "markdown", "junit", "svg"):
        assert run("conversation", "check", "log.jsonl", "--format", form).status == 0


def test_several_logs(repo: Repo, run: Run) -> None:
    repo.write({"a.csv": table(HEALTHY), "b.csv": table(HIGH)})
    found = run("conversation", "check", "a.csv", "b.csv", "--format", "json").json
    assert [one["verdict"] for one in found["logs"]] == ["healthy", "failing"]
    assert (found["verdict"], found["subject"]) == ("failing", "a.csv, b.csv")
    assert {one["log"] for one in found["turns"]} == {"a.csv", "b.csv"}


def test_json_carries_the_evidence(repo: Repo, run: Run) -> None:
    repo.write({"agent.csv": table([*HEALTHY, 110])})
    found = run("conversation", "check", "agent.csv", "--format", "json").json
    turn = found["turns"][-1]
    assert (turn["turn"], turn["used"], turn["limit"], turn["utilisation"]) == (13, 1100, 1000, 1.1)
    assert (turn["direction"], turn["change"]) == ("INCREASE", 500)
    assert turn["warnings"] == ["above the limit"]
    (rule,) = [one for one in found["rules"] if one["rule"] == "limit-error"]
    assert (rule["outcome"], rule["turns"], rule["lines"]) == ("broken", [13], [14])


def test_junit(repo: Repo, run: Run) -> None:
    repo.write({"a<b.csv": table(HIGH), "c.csv": table([50])})
    out = run("conversation", "check", "a<b.csv", "c.csv", "--format", "junit").out
    first, second = ET.fromstring(out.encode()).iter("testsuite")  # noqa: S314 - our own text
    counts = {"name": "a<b.csv", "tests": "9", "failures": "1", "errors": "0", "skipped": "0"}
    assert first.attrib == counts
    assert second.attrib == counts | {"name": "c.csv", "failures": "0", "skipped": "7"}
    (failed,) = (case for case in first.iter("testcase") if len(case))
    assert failed.attrib == {
        "classname": "a<b.csv",
        "name": "high-use",
        "file": "a<b.csv",
        "line": "3",
    }
    (failure,) = first.iter("failure")
    assert failure.attrib["message"].startswith("6 of 12 turns (50%) at or above 80%")
    assert failure.text is not None
    assert failure.text.split("\n") == [
        "",
        *(f"a<b.csv:{line}" for line in range(3, 14, 2)),
        "compress earlier, or load less: `ctxtally recommend` ranks what costs most",
        "",
    ]


def test_svg(repo: Repo, run: Run) -> None:
    repo.write({"agent&.csv": table([*HEALTHY, 110])})
    out = run("conversation", "check", "agent&.csv", "--format", "svg").out
    drawing = ET.fromstring(out.encode())  # noqa: S314 - our own text
    title = drawing.find(f"{SVG}title")
    assert title is not None
    assert title.text == "agent&.csv: critical"
    labels = [one.text for one in drawing.iter(f"{SVG}text")]
    assert labels == ["limit 100%", "80%", "0%", "turn", "1", "13"]
    circles = list(drawing.iter(f"{SVG}circle"))
    assert len(circles) == 13
    last = circles[-1].find(f"{SVG}title")
    assert last is not None
    assert last.text == "turn 13: 1,100 tokens (110.0%); above the limit"
    # 80 % stands where it should between 0 % and the limit.
    top, high, bottom = (float(one.attrib["y1"]) for one in drawing.iter(f"{SVG}line"))
    assert (bottom - high) / (bottom - top) == pytest.approx(0.8, abs=0.01)


def test_svg_of_thousands_of_turns_marks_only_what_matters(repo: Repo, run: Run) -> None:
    repo.write({"agent.csv": table([*[50] * 2000, 110])})
    out = run("conversation", "check", "agent.csv", "--format", "svg").out
    assert out.count("<circle") == 1


def test_markdown(repo: Repo, run: Run) -> None:
    repo.write({"agent.csv": table(HIGH)})
    out = run("conversation", "check", "agent.csv", "--format", "markdown").out
    assert out.startswith("# Conversation `agent.csv`: failing\n")
    assert "\n| broken | `high-use` | `6 of 12 turns" in out
    assert "\n| 3 | 500 | 1,000 | 50.0% | DECREASE: -320 tokens |  |\n" in out


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (HIGH, HEALTHY, "better; it saves "),
        (HEALTHY, [share + 1 for share in HEALTHY], "worse; it saves -1.0 points [-1.0 to -1.0 "),
        (HEALTHY, HEALTHY, "no difference that these turns can show; it saves 0.0 points "),
        (HEALTHY, [50] * 5, "too few turns to tell whether that is better"),
    ],
)
def test_against(repo: Repo, run: Run, one: list[int], other: list[int], told: str) -> None:
    repo.write({"a.csv": table(one), "b.csv": table(other)})
    last = run("conversation", "check", "a.csv", "--against", "b.csv").out.splitlines()[-1]
    assert last.startswith("b.csv against a.csv: ")
    assert told in last
    found = run("conversation", "check", "a.csv", "--against", "b.csv", "--format", "json").json
    (comparison,) = found["comparisons"]
    assert (comparison["log"], comparison["against"]) == ("a.csv", "b.csv")
    printed = run("conversation", "check", "a.csv", "--against", "b.csv", "--format", "markdown")
    assert printed.out.splitlines()[-1] == f"`{last}`"
    drawn = run("conversation", "check", "a.csv", "--against", "b.csv", "--format", "svg").out
    drawing = ET.fromstring(drawn.encode())  # noqa: S314 - our own text
    texts = list(drawing.iter(f"{SVG}text"))
    assert " ".join(str(text.text) for text in texts).endswith(f" {last}")
    assert max(len(str(text.text)) for text in texts) <= 96
    assert float(texts[-1].attrib["y"]) < float(drawing.attrib["viewBox"].split()[-1])
    suites = run("conversation", "check", "a.csv", "--against", "b.csv", "--format", "junit").out
    *_, suite = ET.fromstring(suites.encode()).iter("testsuite")  # noqa: S314 - our own text
    assert (suite.attrib["name"], suite.attrib["tests"]) == ("comparison", "1")
    assert (suite.attrib["failures"], suite.attrib["skipped"]) == ("0", "0")
    assert [case.attrib["name"] for case in suite] == ["b.csv against a.csv"]
    assert [told.text for told in suite.iter("system-out")] == [f"\n{last}\n"]


@pytest.mark.parametrize(("one", "other", "which"), [("a", "e", "e"), ("e", "a", "e")])
def test_against_nothing(repo: Repo, run: Run, one: str, other: str, which: str) -> None:
    repo.write({"a.csv": table(HEALTHY), "e.csv": "turn,tokens,limit\n"})
    arguments = ("conversation", "check", f"{one}.csv", "--against", f"{other}.csv")
    assert run(*arguments).out.splitlines()[-1] == (
        f"{other}.csv against {one}.csv: nothing to compare, for {which}.csv has no turns"
    )
    (found,) = run(*arguments, "--format", "json").json["comparisons"]
    means = {"a": 0.45, "e": None}
    assert (found["mean"], found["against_mean"]) == (means[one], means[other])
    assert (found["verdict"], found["saved"]) == ("not-enough-turns", None)


def test_turns_that_begin_anew_are_marked_where_they_are(repo: Repo, run: Run) -> None:
    rows = [(1, 30), (2, 60), (3, 30), (1, 40), (2, 50), (3, 60)]
    content = "".join(f"{number},{share},100\n" for number, share in rows)
    repo.write({"a.csv": f"turn,tokens,limit\n{content}"})
    out = run("conversation", "check", "a.csv").out
    assert sum(line.count("v") for line in out.splitlines() if "|" in line[:10]) == 1
    drawn = run("conversation", "check", "a.csv", "--format", "svg").out
    assert drawn.count('r="4"') == 1


LIMITS = {
    "of the model": (claude(*[50_000] * 12), [], 200_000, "200,000, the window of claude-opus-4-5"),
    "of the agent": (
        claude(*[50_000] * 12, model="x"),
        [],
        200_000,
        "200,000, the window of claude-code",
    ),
    "the extended window": (
        claude(*[250_000] * 12),
        [],
        258_400,
        "258,400, for 250,000 were used at once",
    ),
    "more than any window": (
        claude(*[2_000_000] * 12),
        [],
        2_000_000,
        "2,000,000, for 2,000,000 were used at once",
    ),
    "given": (claude(*[50_000] * 12), ["--limit", "100000"], 100_000, None),
}


@pytest.mark.parametrize("case", LIMITS)
def test_limits(repo: Repo, run: Run, case: str) -> None:
    content, arguments, limit, remark = LIMITS[case]
    repo.write({"log.jsonl": content})
    found = run("conversation", "check", "log.jsonl", *arguments, "--format", "json").json
    assert {turn["limit"] for turn in found["turns"]} == {limit}
    told = [f"the log tells no limit: taken is {remark}"] if remark else []
    assert found["logs"][0]["remarks"] == told


def test_the_limit_of_the_configuration(repo: Repo, run: Run) -> None:
    repo.write({"ctxtally.toml": '[window]\nlimit = "64k"\n', "a.csv": "turn,tokens\n1,9\n"})
    out = run("conversation", "check", "a.csv").out
    assert out.endswith("note: the log tells no limit: taken is 64,000, as configured\n")


def test_a_limit_that_only_some_rows_tell(repo: Repo, run: Run) -> None:
    repo.write({"a.csv": "turn,tokens,limit\n1,9,\n2,9,100\n3,9,\n4,9,50\n5,9,\n"})
    found = run("conversation", "check", "a.csv", "--format", "json").json
    assert [turn["limit"] for turn in found["turns"]] == [100, 100, 100, 50, 50]


def test_no_limit_at_all(repo: Repo, run: Run) -> None:
    repo.write({"a.csv": "turn,tokens\n1,9\n"})
    ran = run("conversation", "check", "a.csv")
    assert (ran.status, ran.err) == (
        2,
        (
            "error: a.csv tells no limit, so nothing can be judged by it\n"
            "  = help: give --limit, such as --limit 200000\n"
        ),
    )


@pytest.mark.parametrize("limit", ["0", "-1", "x", "9" * 30])
def test_a_limit_that_is_none(repo: Repo, run: Run, limit: str) -> None:
    repo.write({"a.csv": table(HEALTHY)})
    ran = run("conversation", "check", "a.csv", f"--limit={limit}")
    assert (ran.status, ran.err.splitlines()[0]) == (
        2,
        f"error: argument --limit: {limit!r} is not a number of tokens",
    )


@pytest.mark.usefixtures("repo")
def test_a_log_that_is_not_there(run: Run) -> None:
    ran = run("conversation", "check", "none.log")
    assert (ran.status, ran.err) == (
        2,
        "error: none.log is not there\n  = help: name the log file that the agent writes\n",
    )


def test_outside_of_a_repository(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text(table(HEALTHY), "utf-8")
    assert run("conversation", "check", "a.csv").status == 0


def test_thresholds_of_the_configuration(repo: Repo, run: Run) -> None:
    repo.write({"ctxtally.toml": '[conversation]\nhigh = "60%"\n', "a.csv": table(HEALTHY)})
    ran = run("conversation", "check", "a.csv")
    assert ran.status == 1
    assert "error[high-use]: a.csv:5: 3 of 12 turns (25%) at or above 60% of the limit" in ran.out


@needs_dev
def test_the_real_log(run: Run) -> None:
    log = str(DEV / "logs" / "adk-agent.pressure-6k.log")
    ran = run("conversation", "check", log, "--format", "json")
    assert (ran.status, ran.json["verdict"]) == (1, "critical")
    broken = {one["rule"]: one for one in ran.json["rules"] if one["outcome"] == "broken"}
    assert set(broken) == {"limit-error", "high-use", "near-limit", "exclusions"}
    assert broken["limit-error"]["lines"] == [1700, 2028, 3461]
    assert broken["exclusions"]["actual"] == 10


class Stage:
    """Plays what happens to a log while it is followed, one act to each wait."""

    def __init__(self, *acts: tuple[Path, str, str]) -> None:
        self._acts = list(acts)

    def __call__(self, _seconds: float) -> None:
        if not self._acts:
            raise KeyboardInterrupt
        path, mode, content = self._acts.pop(0)
        with path.open(mode, encoding="utf-8") as file:
            file.write(content)


RECORD = "2026-11-20 17:16:28,813 - {} - a.py:1 - {}\n"


def total(used: int) -> str:
    return RECORD.format("INFO", f"Total Used: {used} / 1,000")


def test_follow(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    log = repo.root / "agent.log"
    monkeypatch.setattr("ctxtally.commands.conversation.is_terminal", lambda _stream: True)
    late = RECORD.format("ERROR", "CRITICAL: Final prompt (1,001 tokens) exceeds token limit")
    stage = Stage(
        (log, "w", total(500)),
        (log, "a", total(850) + total(860)),
        (log, "a", late),
        (log, "a", total(600)),
        (log, "w", total(900).replace("17:16", "17:30")),
    )
    monkeypatch.setattr(clock, "wait", stage)
    ran = run("conversation", "check", "agent.log", "--follow")
    assert ran.status == 130
    assert ran.out.splitlines() == [
        "turn 1: 500 of 1,000  50.0%",
        "turn 2: 850 of 1,000  85.0%  INCREASE: +350 tokens  at or above 80%\a",
        "turn 3: 860 of 1,000  86.0%  INCREASE: +10 tokens  at or above 80%",
        "turn 3: 860 of 1,000  86.0%  at or above 80%; CRITICAL",
        "turn 4: 600 of 1,000  60.0%  DECREASE: -260 tokens",
        "turn 5: 900 of 1,000  90.0%  INCREASE: +300 tokens  at or above 80%\a",
        (
            "agent.log: critical, 5 turns, peak 900 tokens (90.0%) in turn 5, 60% of the turns at "
            "or above 80%, 1 compression (adk)"
        ),
    ]


def test_what_is_told_before_a_turn_is_told_with_that_turn_alone(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = repo.root / "agent.log"
    early = RECORD.format("INFO", "Agent optimization level 2: Aggressive context reduction")
    stage = Stage((log, "w", total(500)), (log, "a", early), (log, "a", total(400)))
    monkeypatch.setattr(clock, "wait", stage)
    ran = run("conversation", "check", "agent.log", "--follow")
    assert ran.out.splitlines()[:-1] == [
        "turn 1: 500 of 1,000  50.0%",
        "turn 2: 400 of 1,000  40.0%  DECREASE: -100 tokens  compressed",
    ]


def test_follow_ends_with_the_verdict_of_check(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = repo.root / "a.csv"
    whole = table([*HEALTHY, 99]).removesuffix("\n")
    monkeypatch.setattr(clock, "wait", Stage((log, "w", whole)))
    last = run("conversation", "check", "a.csv", "--follow").out.splitlines()[-1]
    assert last == run("conversation", "check", "a.csv").out.splitlines()[0]
    assert last.startswith("a.csv: failing, 13 turns, ")


def test_follow_names_the_limit_it_takes(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = repo.root / "log.jsonl"
    monkeypatch.setattr(clock, "wait", Stage((log, "w", claude(9)), (log, "w", claude(9, 250_000))))
    assert run("conversation", "check", "log.jsonl", "--follow").out.splitlines() == [
        "note: the log tells no limit: taken is 200,000, the window of claude-opus-4-5",
        "turn 1: 9 of 200,000  0.0%",
        "note: the log tells no limit: taken is 258,400, for 250,000 were used at once",
        (
            "turn 2: 250,000 of 258,400  96.7%  INCREASE: +249,991 tokens  at or above 95%; "
            "grew by 2777678%"
        ),
        (
            "log.jsonl: not-enough-turns, 2 turns, peak 250,000 tokens (96.7%) in turn 2, 50% of "
            "the turns at or above 80%, 0 compressions (claude-code)"
        ),
    ]


def test_follow_goes_over_from_a_subagent_to_its_conversation(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = repo.root / "log.jsonl"
    side = claude(20_000, 40_000).replace('"s"', '"s", "isSidechain": true').replace("msg_", "side")
    main = [f"{one}\n" for one in claude(60_000, 80_000, 90_000).splitlines()]
    stage = Stage((log, "w", side), (log, "a", main[0]), (log, "a", main[1] + main[2]))
    monkeypatch.setattr(clock, "wait", stage)
    out = run("conversation", "check", "log.jsonl", "--follow", "--limit", "100000").out
    assert out.splitlines()[:-1] == [
        "turn 1: 20,000 of 100,000  20.0%",
        "turn 2: 40,000 of 100,000  40.0%  INCREASE: +20,000 tokens",
        "turn 1: 60,000 of 100,000  60.0%",
        "turn 2: 80,000 of 100,000  80.0%  INCREASE: +20,000 tokens  at or above 80%",
        "turn 3: 90,000 of 100,000  90.0%  INCREASE: +10,000 tokens  at or above 80%",
    ]


def test_follow_tells_a_turn_again_whose_figure_grows(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = repo.root / "log.jsonl"
    first, again = claude(20_000), claude(30_000)
    monkeypatch.setattr(clock, "wait", Stage((log, "w", first), (log, "a", again)))
    out = run("conversation", "check", "log.jsonl", "--follow", "--limit", "100000").out
    assert out.splitlines()[:-1] == [
        "turn 1: 20,000 of 100,000  20.0%",
        "turn 1: 30,000 of 100,000  30.0%",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "a.log is not there; name the log file that the agent writes"),
        (
            '{"role": "user", "message": {"content": "x"}}\n',
            (
                "a.log is no log of a form that is known here; give the log of the ADK agent, a "
                "transcript of Claude Code or Codex, or a table of turns: CSV with the header "
                "`turn,tokens,limit`, or such JSON lines"
            ),
        ),
    ],
)
def test_follow_says_at_the_end_what_was_never_a_log(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch, content: str | None, told: str
) -> None:
    repo.write({} if content is None else {"a.log": content})
    monkeypatch.setattr(clock, "wait", Stage())
    ran = run("conversation", "check", "a.log", "--follow")
    assert (ran.status, ran.out, ran.err) == (130, "", f"note: {told}\n")


def test_follow_does_not_ring_into_a_file(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write({"agent.log": total(900)})
    monkeypatch.setattr(clock, "wait", Stage())
    assert "\a" not in run("conversation", "check", "agent.log", "--follow").out


@pytest.mark.parametrize(
    "arguments",
    [("a.csv", "b.csv"), ("a.csv", "--against", "b.csv"), ("a.csv", "--format", "json")],
)
@pytest.mark.usefixtures("repo")
def test_follow_takes_one_log(run: Run, arguments: tuple[str, ...]) -> None:
    ran = run("conversation", "check", *arguments, "--follow")
    assert (ran.status, ran.err) == (
        2,
        (
            "error: --follow takes one LOG, and neither --against nor --format\n"
            "  = help: follow one log at a time\n"
        ),
    )


def test_the_pace_of_following() -> None:
    assert 0.2 <= following._SECONDS <= 2  # noqa: SLF001 - what people wait for
