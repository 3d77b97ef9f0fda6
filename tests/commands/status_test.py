"""`ctxtally status`: the lines of the monitor, whoever measured the window."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import sessions
from ctxtally.adapters.git import place
from ctxtally.model.measurement import Measurement
from tests.documents import rows, section
from tests.support.data import CHECKOUT

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

STATE = ".agent-handoffs/token_usage.json"
SESSION = ".agent-handoffs/CURRENT_SESSION.md"


def counted(repo: Repo, total: int, **more: object) -> None:
    repo.write({STATE: json.dumps({"total_tokens_estimated": total} | more)})


def test_the_lines(repo: Repo, run: Run) -> None:
    checkpoint = {"timestamp": "2026-01-02T03:04:05", "tokens": 100, "description": "x"}
    counted(repo, 100, token_checkpoints=[checkpoint])
    ran = run("status")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        "Token Usage Monitor\n"
        "\n"
        "Current Usage: 100 tokens\n"
        "Context Limit: 128,000 tokens\n"
        "Usage Percentage: 0.1%\n"
        "Checkpoints Tracked: 1\n"
        "Source: log\n"
        "\n"
        "SAFE: below the warning at 70%\n"
    )


@pytest.mark.parametrize(
    ("total", "level", "verdict"),
    [
        (89_599, "safe", "SAFE: below the warning at 70%"),
        (89_600, "warning", "WARNING: at or above 70%; at 80% the handoff is refreshed"),
        (102_399, "warning", "WARNING: at or above 70%; at 80% the handoff is refreshed"),
        (102_400, "critical", "CRITICAL: at or above 80%; CURRENT_SESSION.md is refreshed"),
        (300_000, "critical", "CRITICAL: at or above 80%; CURRENT_SESSION.md is refreshed"),
    ],
)
def test_levels(repo: Repo, run: Run, total: int, level: str, verdict: str) -> None:
    counted(repo, total)
    assert run("status").out.splitlines()[-1] == verdict
    assert (repo.root / SESSION).exists() is (level == "critical")
    assert run("status", "--format", "json").json["level"] == level


def test_the_threshold_triggers_once(repo: Repo, run: Run) -> None:
    counted(repo, 120_000)
    run("status")
    (repo.root / SESSION).unlink()
    ran = run("status")
    assert ran.out.splitlines()[-1] == (
        "CRITICAL: at or above 80%; CURRENT_SESSION.md was refreshed when it was reached"
    )
    assert not (repo.root / SESSION).exists()


def test_a_handoff_that_cannot_be_refreshed(repo: Repo, run: Run) -> None:
    repo.commit("mine", {SESSION: "# mine\n"})
    counted(repo, 120_000)
    ran = run("status")
    assert ran.status == 0
    assert ran.err.startswith(f"note: {SESSION} is tracked, so it is not written")
    assert ran.out.splitlines()[-1] == (
        "CRITICAL: at or above 80%; CURRENT_SESSION.md could not be refreshed"
    )


def test_reset(repo: Repo, run: Run) -> None:
    counted(repo, 120_000, context_window_limit=128_000, warning_threshold=0.8)
    ran = run("status", "--reset", "--format", "json")
    assert (ran.json["total_tokens"], ran.json["level"]) == (0, "safe")
    assert not (repo.root / STATE).exists()
    assert run("status", "--reset").status == 0


def test_reset_keeps_the_limits_that_somebody_wrote(repo: Repo, run: Run) -> None:
    counted(repo, 120_000, context_window_limit=200_000)
    ran = run("status", "--reset", "--format", "json")
    assert (ran.json["total_tokens"], ran.json["limit"]) == (0, 200_000)


def test_a_corrupt_file_is_set_aside(repo: Repo, run: Run) -> None:
    repo.write({STATE: "torn"})
    ran = run("status")
    assert ran.err == (
        f"note: {STATE} could not be read (line 1: Expecting value); "
        "it is kept as token_usage.corrupt-1.json\n"
    )
    assert "Current Usage: 0 tokens\n" in ran.out
    repo.write({STATE: "torn"})
    assert run("status", "--reset").status == 0


def test_a_folder_in_the_way(repo: Repo, run: Run) -> None:
    (repo.root / STATE).mkdir(parents=True)
    ran = run("status")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        f"error: {STATE} is in the way, so it is neither read nor written\n  = help: take it away\n"
    )


def test_the_keys_are_listed(repo: Repo, run: Run) -> None:
    assert repo.root.is_dir()
    found = run("status", "--format", "json").json
    listed = rows(section(CHECKOUT / "docs" / "json.md", "status"))
    assert [row[0].strip("`") for row in listed] == list(found)


def agent(tokens: int, at: float = 4e9) -> Measurement:
    return Measurement(tokens=tokens, window=200_000, source="statusline", at=at, session="s1")


def test_an_agent_tells(repo: Repo, run: Run) -> None:
    assert repo.root.is_dir()
    sessions.keep_measurement(place(), agent(20_000))
    ran = run("status")
    assert "Current Usage: 20,000 tokens\nContext Limit: 200,000 tokens\n" in ran.out
    assert "Source: statusline, session s1\n\nSAFE: below the warning at 70%\n" in ran.out
    found = run("status", "--format", "json").json
    assert (found["total_tokens"], found["source"], found["session"]) == (
        20_000,
        "statusline",
        "s1",
    )


@pytest.mark.parametrize(
    ("timestamp", "source"),
    [
        pytest.param("2026-01-02T03:04:05+00:00", "statusline", id="the agent's is newer"),
        pytest.param("2036-01-02T03:04:05", "log", id="local time without a zone"),
        pytest.param("2036-01-02T03:04:05Z", "log", id="as some write UTC"),
        pytest.param("yesterday", "statusline", id="no time"),
    ],
)
def test_the_newest_is_shown(repo: Repo, run: Run, timestamp: str, source: str) -> None:
    checkpoint = {"timestamp": timestamp, "tokens": 100, "description": "x"}
    counted(repo, 100, token_checkpoints=[checkpoint])
    sessions.keep_measurement(place(), agent(20_000, at=1.9e9))
    assert run("status", "--format", "json").json["source"] == source


def test_an_agent_without_hooks(repo: Repo, run: Run) -> None:
    """Only its status line tells: then it is here that the handoff is refreshed, once."""
    repo.commit("feat: one", {"a.md": "word\n"})
    sessions.keep_measurement(place(), agent(170_000))
    assert run("status").out.endswith(
        "CRITICAL: at or above 80%; CURRENT_SESSION.md is refreshed\n"
    )
    assert "85% of 200,000 tokens (source: statusline" in (repo.root / SESSION).read_text("utf-8")
    (repo.root / SESSION).unlink()
    assert run("status").out.endswith("was refreshed when it was reached\n")
    assert not (repo.root / SESSION).exists()


def test_an_agent_whose_handoff_cannot_be_refreshed(repo: Repo, run: Run) -> None:
    repo.commit("mine", {SESSION: "# mine\n"})
    sessions.keep_measurement(place(), agent(170_000))
    ran = run("status")
    assert ran.err.startswith(f"note: {SESSION} is tracked, so it is not written")
    assert ran.out.endswith(
        "CRITICAL: at or above 80%; CURRENT_SESSION.md could not be refreshed\n"
    )


def test_an_agent_whose_session_cannot_be_remembered(repo: Repo, run: Run) -> None:
    sessions.keep_measurement(place(), agent(170_000))
    (repo.root / ".git" / "ctxtally" / "sessions" / "lock").mkdir()
    ran = run("status")
    assert ran.err == "note: sessions cannot be remembered: Is a directory\n"
    assert ran.out.endswith("CURRENT_SESSION.md could not be refreshed\n")
