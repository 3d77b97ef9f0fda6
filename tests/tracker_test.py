"""The Python API: the calls, the file and the threshold, alone and beside others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ctxtally.adapters import clock
from ctxtally.errors import ConfigError, GitError, UserError
from ctxtally.tokens.counters import counter
from ctxtally.tracker import (
    get_token_status,
    log_token_usage,
    manual_handoff_update,
    track_tokens,
)

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

HOOKS = Path(__file__).parents[1] / "hooks"
STATE = ".agent-handoffs/token_usage.json"
SESSION = ".agent-handoffs/CURRENT_SESSION.md"


def state(repo: Repo) -> Any:  # noqa: ANN401 - a test knows what it asked for
    return json.loads((repo.root / STATE).read_text("utf-8"))


def limited(repo: Repo, limit: int, threshold: float = 0.8) -> None:
    settings = {"context_window_limit": limit, "warning_threshold": threshold}
    repo.write({STATE: json.dumps(settings)})


def test_a_text_is_counted(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctxtally.tracker.seconds", lambda: 86_400.0)
    text = "Run the tests before you commit.\n"
    tokens = counter().count(text)
    assert track_tokens(text, "User prompt") == tokens / 128_000
    assert track_tokens(text) == 2 * tokens / 128_000
    assert get_token_status() == {
        "total_tokens": 2 * tokens,
        "limit": 128_000,
        "usage_percentage": 2 * tokens / 128_000,
        "checkpoints": 2,
    }
    moment = "1970-01-02T00:00:00.000000+00:00"
    assert state(repo) == {
        "session_start": moment,
        "total_tokens_estimated": 2 * tokens,
        "token_checkpoints": [
            {
                "timestamp": moment,
                "tokens": tokens,
                "description": "User prompt",
                "cumulative_total": tokens,
            },
            {
                "timestamp": moment,
                "tokens": tokens,
                "description": "",
                "cumulative_total": 2 * tokens,
            },
        ],
        "context_window_limit": 128_000,
        "warning_threshold": 0.8,
        "last_handoff_update": None,
        "threshold_fired": False,
    }
    assert (repo.root / ".agent-handoffs" / ".gitignore").read_text() == "*\n"
    assert repo.git("status", "--porcelain") == ""
    assert not (repo.root / SESSION).exists()


def test_nothing_counted_writes_nothing(repo: Repo) -> None:
    assert get_token_status() == {
        "total_tokens": 0,
        "limit": 128_000,
        "usage_percentage": 0.0,
        "checkpoints": 0,
    }
    assert not (repo.root / ".agent-handoffs").exists()


def test_the_threshold_refreshes_the_handoff_once(repo: Repo) -> None:
    repo.commit("feat: one", {"a.md": "word\n"})
    text = "word " * 10
    tokens = counter().count(text)
    limited(repo, 5 * tokens)
    written = []
    for _ in range(6):
        track_tokens(text)
        path = repo.root / SESSION
        written.append(path.read_bytes() if path.exists() else None)
    assert written[:3] == [None, None, None]
    assert written[3] is not None
    assert written[3] == written[4] == written[5]
    told = f"80% of {5 * tokens:,} tokens (source: log)"
    assert told in written[3].decode()
    assert state(repo)["last_handoff_update"]
    assert state(repo)["threshold_fired"] is True


def test_more_room_arms_the_threshold_again(repo: Repo) -> None:
    repo.commit("feat: one", {"a.md": "word\n"})
    text = "word " * 10
    tokens = counter().count(text)
    limited(repo, tokens)
    track_tokens(text)
    (repo.root / SESSION).unlink()
    repo.write({STATE: json.dumps(state(repo) | {"context_window_limit": 20 * tokens})})
    track_tokens(text)
    assert state(repo)["threshold_fired"] is False
    repo.write({STATE: json.dumps(state(repo) | {"context_window_limit": 3 * tokens})})
    track_tokens(text)
    assert (repo.root / SESSION).exists()


def test_configuration_goes_before_the_state_file(repo: Repo) -> None:
    limited(repo, 500, 0.5)
    repo.add(
        {"ctxtally.toml": 'counter = "cl100k_base"\n[window]\nlimit = "1k"\nthreshold = "90%"\n'}
    )
    text = "Straße überqueren " * 5
    assert track_tokens(text) == counter("cl100k_base").count(text) / 1_000
    assert (state(repo)["context_window_limit"], state(repo)["warning_threshold"]) == (1_000, 0.9)


def test_a_mistaken_configuration_is_told(repo: Repo) -> None:
    repo.write({"ctxtally.toml": '[window]\nlimit = "5%"\n'})
    with pytest.raises(ConfigError, match=r"^ctxtally\.toml:2:1: `limit` cannot be"):
        track_tokens("text")


def test_manual_update(repo: Repo) -> None:
    repo.commit("feat: one", {"a.md": "word\n"})
    manual_handoff_update()
    assert "feat: one" in (repo.root / SESSION).read_text("utf-8")
    assert state(repo)["last_handoff_update"]
    assert state(repo)["threshold_fired"] is False


def test_a_tracked_session_file_is_told_and_stops_nobody(repo: Repo) -> None:
    repo.commit("feat: one", {SESSION: "# mine\n"})
    limited(repo, 1)
    with pytest.raises(UserError, match=r"CURRENT_SESSION.md is tracked"):
        manual_handoff_update()
    with pytest.warns(RuntimeWarning, match=r"ctxtally: \S+CURRENT_SESSION.md is tracked"):
        assert track_tokens("word word word") >= 1
    assert (repo.root / SESSION).read_text() == "# mine\n"


def test_a_corrupt_state_is_set_aside_once(repo: Repo) -> None:
    repo.write({STATE: '{"total_tokens_estimated": 12'})
    with pytest.warns(RuntimeWarning) as warned:
        track_tokens("one")
    (warning,) = warned
    assert str(warning.message) == (
        f"ctxtally: {STATE} could not be read (line 1: Expecting ',' delimiter); "
        "it is kept as token_usage.corrupt-1.json"
    )
    track_tokens("two")
    assert get_token_status()["checkpoints"] == 2
    aside = repo.root / ".agent-handoffs" / "token_usage.corrupt-1.json"
    assert aside.read_text() == '{"total_tokens_estimated": 12'


@pytest.mark.skipif(os.name == "nt", reason="a folder without permissions is a POSIX notion")
@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else False, reason="root may write")
def test_what_cannot_be_written_stops_nobody(repo: Repo) -> None:
    (repo.root / ".git").chmod(0o500)
    with pytest.warns(RuntimeWarning, match="cannot be written"):
        assert track_tokens("word") > 0


@pytest.mark.parametrize("name", [".agent-handoffs", STATE])
def test_a_link_is_neither_read_nor_written(repo: Repo, tmp_path: Path, name: str) -> None:
    canary = tmp_path / "canary"
    canary.mkdir()
    (canary / "token_usage.json").write_text("{}")
    link = repo.root / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(canary if name == ".agent-handoffs" else canary / "token_usage.json")
    with pytest.raises(UserError, match="is a symlink, so it is neither read nor written"):
        get_token_status()
    with pytest.warns(RuntimeWarning, match="is a symlink, so it is neither read nor written"):
        assert track_tokens("word") == counter().count("word") / 128_000
    assert (canary / "token_usage.json").read_text() == "{}"
    assert sorted(path.name for path in canary.iterdir()) == ["token_usage.json"]


def test_outside_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GitError, match="not a git repository"):
        get_token_status()


def test_an_operation_is_logged(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctxtally.tracker.seconds", lambda: 86_400.0)
    monkeypatch.setattr(clock, "new_id", lambda _: "ID")
    monkeypatch.setattr("ctxtally.adapters.append.new_id", lambda _: "ID")
    log_token_usage("read MANIFEST.json", tokens=29588, session="current-task")
    log_token_usage("think", 0)
    log = (repo.root / ".git" / "ctxtally" / "usage-log.jsonl").read_text()
    head = '{"v":1,"id":"ID","ts":"1970-01-02T00:00:00.000000Z","day":"1970-01-02",'
    assert log.splitlines() == [
        head + '"kind":"usage","source":"manual","operation":"read MANIFEST.json",'
        '"counted":"reported","tokens":29588,"session":"current-task","branch":"main"}',
        head + '"kind":"usage","source":"manual","operation":"think",'
        '"counted":"reported","tokens":0,"branch":"main"}',
    ]


def test_an_operation_is_logged_with_its_parts(repo: Repo, run: Run) -> None:
    log_token_usage(
        *("review", 1_000),
        model="claude-sonnet-4-5",
        output_tokens=100,
        cache_read_tokens=400,
        cache_write_tokens=300,
        cache_write_1h_tokens=200,
    )
    log = (repo.root / ".git" / "ctxtally" / "usage-log.jsonl").read_text()
    (event,) = map(json.loads, log.splitlines())
    told = {name: event[name] for name in ("tokens", "model", "input", "cache_read", "output")}
    assert told == {
        "tokens": 1_000,
        "model": "claude-sonnet-4-5",
        "input": 200,
        "cache_read": 400,
        "output": 100,
    }
    assert (event["cache_write_5m"], event["cache_write_1h"]) == (100, 200)
    # 200 at $3, 400 at $0.30, 100 at $3.75, 200 at $6 and 100 at $15 a million.
    found = run("usage", "--format", "json").json["totals"]
    assert (found["total"], found["cost_usd"]) == (1_000, pytest.approx(0.003795))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"output_tokens": -1}, "output_tokens must be a whole number from 0 on, not -1"),
        ({"cache_read_tokens": 1.5}, "cache_read_tokens must be a whole number from 0 on, not 1.5"),
        (
            {"cache_write_tokens": None},
            "cache_write_tokens must be a whole number from 0 on, not None",
        ),
        (
            {"cache_write_1h_tokens": True},
            "cache_write_1h_tokens must be a whole number from 0 on, not True",
        ),
        (
            {"output_tokens": 11},
            "11 of output, 0 read from a cache and 0 written to one are more than 10",
        ),
    ],
)
def test_parts_that_are_not_logged(repo: Repo, given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        log_token_usage("read", 10, **given)
    assert str(refused.value) == message
    assert not (repo.root / ".git" / "ctxtally").exists()


def test_more_tokens_than_a_reader_takes(repo: Repo) -> None:
    with pytest.raises(ValueError, match=r"^tokens must be below 2\^53, .* not 9007199254740992$"):
        log_token_usage("read", 2**53)
    assert not (repo.root / ".git" / "ctxtally").exists()
    log_token_usage("read", 2**53 - 1)
    log = (repo.root / ".git" / "ctxtally" / "usage-log.jsonl").read_text()
    assert json.loads(log)["tokens"] == 2**53 - 1


@pytest.mark.parametrize("tokens", [-1, 1.5, "7", True, None])
def test_what_is_no_number_of_tokens(repo: Repo, tokens: Any) -> None:  # noqa: ANN401 - of any type
    with pytest.raises(ValueError, match="tokens must be a whole number from 0 on, not "):
        log_token_usage("read", tokens)
    with pytest.raises(ValueError, match="an operation needs a name"):
        log_token_usage("  ", 1)
    assert not (repo.root / ".git" / "ctxtally").exists()


def test_a_log_that_cannot_be_written_is_a_warning(repo: Repo) -> None:
    (repo.root / ".git" / "ctxtally").write_text("in the way")
    with pytest.warns(RuntimeWarning, match="usage-log.jsonl was not written"):
        log_token_usage("read", 1)


@pytest.mark.parametrize("texts", [25])
def test_eight_processes_lose_nothing(repo: Repo, texts: int) -> None:
    repo.commit("feat: one", {"a.md": "word\n"})
    limited(repo, 8 * texts * 2)
    program = (
        "import sys; from ctxtally.tracker import track_tokens\n"
        f"for number in range({texts}): track_tokens('word', f'{{sys.argv[1]}} {{number}}')"
    )
    environment = os.environ | {"PYTHONPATH": str(HOOKS)}
    running = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", program, str(process)],
            cwd=repo.root,
            env=environment,
            stderr=subprocess.PIPE,
        )
        for process in range(8)
    ]
    errors = [one.communicate()[1] for one in running]
    assert errors == [b""] * 8
    found = state(repo)["token_checkpoints"]
    assert sorted(one["description"] for one in found) == sorted(
        f"{process} {number}" for process in range(8) for number in range(texts)
    )
    tokens = counter().count("word")
    assert [one["cumulative_total"] for one in found] == [
        tokens * number for number in range(1, 8 * texts + 1)
    ]
    assert state(repo)["total_tokens_estimated"] == 8 * texts * tokens
