"""The files of session monitors: all shapes that are in use, taken over once, and given back."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

LOG = ".git/ctxtally/usage-log.jsonl"


def operation(name: str, tokens: object, second: int, **more: object) -> dict[str, object]:
    return {
        "timestamp": f"2026-11-20T17:28:{second:02}.756132",
        "operation": name,
        "tokens": tokens,
        "category": "docs",
        "session_id": "blog-post-1",
        "metadata": {},
    } | more


READ = operation("read MANIFEST.json", 2500, 12)
LOADED = operation("load CLAUDE.md", 400, 13)
SESSION = {
    "session_id": "blog-post-1",
    "started": "2026-11-20T17:28:00.000001",
    "ended": "2026-11-20T18:00:00",
    "operations": [READ, LOADED],
    "total_tokens": 2900,
}
GOING = {"session_id": "b/2", "started": "2026-11-20T19:00:00", "operations": []}
RESET: dict[str, object] = {"sessions": [], "active_sessions": {}}

SHAPES = [
    pytest.param({"blog-post-1": SESSION, "b/2": GOING}, id="by id"),
    pytest.param(RESET | {"blog-post-1": SESSION, "b/2": GOING}, id="started after a reset"),
    pytest.param({"sessions": [SESSION], "active_sessions": {"b/2": GOING}}, id="inside"),
]


def taken(run: Run, *arguments: str) -> str:
    ran = run("session", "import", *arguments)
    assert (ran.status, ran.err) == (0, "")
    return ran.out


def sessions(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run("session", "list", "--format=json").json["sessions"]
    return found


@pytest.mark.parametrize("way", ["estimate", "reported", "dreamt", 7])
def test_how_tokens_are_known_is_taken_over(repo: Repo, run: Run, way: object) -> None:
    counted = SESSION | {"operations": [READ | {"metadata": {"counted": way}}]}
    repo.write({"sessions.json": json.dumps({"s": counted})})
    taken(run, "sessions.json")
    (found,) = sessions(run)
    assert found["counted"] == {way if way in ("estimate", "reported") else "unknown": 2500}


@pytest.mark.parametrize("shape", SHAPES)
def test_sessions_in_any_shape(repo: Repo, run: Run, shape: dict[str, object]) -> None:
    repo.write({"sessions.json": "\ufeff" + json.dumps(shape, indent=2)})
    assert taken(run, "sessions.json") == "took 2 sessions with 2 operations\n"
    first, second = sessions(run)
    assert first == {
        "session_id": "blog-post-1",
        "started": "2026-11-20T17:28:00Z",
        "ended": "2026-11-20T18:00:00Z",
        "last": "2026-11-20T17:28:13Z",
        "operations": [
            {
                "timestamp": "2026-11-20T17:28:12Z",
                "operation": "read MANIFEST.json",
                "tokens": 2500,
                "category": "manifest",
                "counted": None,
            },
            {
                "timestamp": "2026-11-20T17:28:13Z",
                "operation": "load CLAUDE.md",
                "tokens": 400,
                "category": "context",
                "counted": None,
            },
        ],
        "total_tokens": 2900,
        "counted": {"unknown": 2900},
    }
    assert (second["session_id"], second["ended"], second["operations"]) == ("b/2", None, [])


def test_after_a_reset_there_are_none(repo: Repo, run: Run) -> None:
    repo.write({"sessions.json": json.dumps(RESET)})
    assert taken(run, "sessions.json", "--format=json").splitlines()[1:-1] == [
        '  "schema": "ctxtally/session-import/1",',
        '  "sessions": 0,',
        '  "operations": 0,',
        '  "known": 0,',
        '  "passed": 0,',
        '  "bad": 0',
    ]
    assert not (repo.root / LOG).exists()


def test_a_session_that_is_called_sessions(repo: Repo, run: Run) -> None:
    shape = RESET | {"sessions": SESSION | {"session_id": "sessions"}}
    repo.write({"sessions.json": json.dumps(shape)})
    assert taken(run, "sessions.json") == "took 1 session with 2 operations\n"
    assert [one["session_id"] for one in sessions(run)] == ["sessions"]


def test_what_is_taken_twice_is_there_once(repo: Repo, run: Run) -> None:
    log = "".join(json.dumps(one) + "\n" for one in (READ, LOADED, LOADED))
    repo.write({"sessions.json": json.dumps({"blog-post-1": SESSION}), "usage-log.jsonl": log})
    assert taken(run, "sessions.json") == "took 1 session with 2 operations\n"
    assert taken(run, "sessions.json") == ("nothing new\n4 events were in the log before\n")
    assert taken(run, "usage-log.jsonl") == (
        "took 1 session with 1 operation\n2 events were in the log before\n"
    ), "an operation that was done twice counts twice"
    repo.write({"export.json": run("usage", "export", "--as=sessions").out})
    assert taken(run, "export.json") == ("nothing new\n5 events were in the log before\n")
    assert [one["total_tokens"] for one in sessions(run)] == [3300]


def test_the_log_of_a_monitor_may_be_ours(repo: Repo, run: Run) -> None:
    repo.write(
        {".gitignore": "metrics/\n", "ctxtally.toml": 'ledger = "metrics/usage-log.jsonl"\n'}
    )
    repo.write({"metrics/usage-log.jsonl": json.dumps(READ) + "\r\n" + json.dumps(LOADED)})
    repo.write({"metrics/sessions.json": json.dumps({"blog-post-1": SESSION})})
    assert [one["total_tokens"] for one in sessions(run)] == [2900]
    assert taken(run, "metrics/sessions.json") == (
        "took 1 session with 0 operations\n2 events were in the log before\n"
    )
    (found,) = sessions(run)
    assert (found["total_tokens"], found["ended"]) == (2900, "2026-11-20T18:00:00Z")


def test_what_cannot_be_taken_is_counted(repo: Repo, run: Run) -> None:
    odd = [
        operation("no number", "many", 1),
        operation("no time", 5, 1, timestamp="yesterday"),
        operation(" ", 5, 1),
        "text",
        operation("good", "7", 1),
    ]
    repo.write({"sessions.json": json.dumps({"s": {"operations": odd, "started": "?"}, "t": 5})})
    assert taken(run, "sessions.json") == (
        "took 1 session with 1 operation\n4 operations have no name, time or tokens\n"
    )
    text = json.dumps(operation("good", 8, 1, category="billing")) + "\nno json\n"
    repo.write({"LOG.JSONL": text})
    assert taken(run, "LOG.JSONL") == (
        "took 1 session with 1 operation\nno JSON objects: 1 line of the file\n"
    )
    categories = {op["category"] for one in sessions(run) for op in one["operations"]}
    assert categories == {"billing", "other"}


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("gone.json", None, "cannot be read: No such file or directory"),
        ("gone.jsonl", None, "cannot be read: No such file or directory"),
        ("a.json", "{", "cannot be read: Expecting property name enclosed in double quotes"),
        ("a.json", "[]", "holds no sessions"),
        ("a.json", b"\xff{}", "cannot be read: 'utf-8' codec can't decode byte 0xff"),
        ("a.json", '{"a":' * 100_000, "cannot be read: it is nested too deep"),
    ],
)
def test_a_file_that_cannot_be_taken(
    repo: Repo, run: Run, name: str, content: str | bytes | None, why: str
) -> None:
    if content is not None:
        repo.write({name: content})
    ran = run("session", "import", name)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {name} {why}")
    assert ran.err.endswith(
        "  = help: name a sessions.json, or a usage-log.jsonl of a session monitor\n"
    )


def test_a_file_that_is_too_large(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctxtally.adapters.usage_log.LONGEST", 1000)
    repo.write({"a.json": " " * 1001})
    assert run("session", "import", "a.json").err.startswith(
        "error: a.json cannot be read: it has more than 1,000 bytes\n"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
@pytest.mark.parametrize("name", ["fifo.json", "fifo.jsonl"])
def test_a_fifo_is_not_waited_for(repo: Repo, run: Run, name: str) -> None:
    os.mkfifo(repo.root / name)
    ran = run("session", "import", name)
    assert (ran.status, ran.err) == (
        2,
        (
            f"error: {name} cannot be read: it is no regular file\n"
            "  = help: name a sessions.json, or a usage-log.jsonl of a session monitor\n"
        ),
    )
    descriptor = os.open(repo.root / name, os.O_RDWR)  # as it is while somebody writes into it
    assert run("session", "import", name).err == ran.err
    os.close(descriptor)


def test_a_folder_is_no_file(repo: Repo, run: Run) -> None:
    (repo.root / "a.jsonl").mkdir()
    ran = run("session", "import", "a.jsonl")
    assert ran.err.startswith("error: a.jsonl cannot be read: ")
    assert ran.status == 2


def test_a_log_that_cannot_be_written(repo: Repo, run: Run) -> None:
    repo.write({"sessions.json": json.dumps({"s": SESSION}), ".git/ctxtally": "in the way"})
    assert run("session", "import", "sessions.json").err == (
        f"error: {LOG} was not written: File exists\n"
        "  = help: make its folder writable; `ctxtally doctor` says where it is\n"
    )


def test_what_is_given(repo: Repo, run: Run) -> None:
    response = {
        "v": 1,
        "id": "x",
        "ts": "2026-11-20T17:28:14Z",
        "kind": "usage",
        "source": "transcript",
        "model": "m",
        "input": 1,
        "cache_read": 20,
        "output": 5,
    }
    lines = [json.dumps(READ), json.dumps(response), json.dumps({"v": 1, "id": "y"}), "no json"]
    repo.write({LOG: "".join(f"{line}\n" for line in lines)})
    ran = run("usage", "export")
    assert [json.loads(line) for line in ran.out.splitlines()] == [
        READ | {"timestamp": "2026-11-20T17:28:12.756132Z", "category": "manifest"},
        {
            "timestamp": "2026-11-20T17:28:14.000000Z",
            "operation": "m",
            "tokens": 26,
            "category": "other",
            "session_id": None,
            "metadata": {"model": "m"},
        },
    ]
    bad = "note: passed over, for it is no JSON: 1 line of the log\n"
    assert ran.err == bad
    assert run("usage", "export", "--as=seeds").out == ran.out, "the name that scripts use"
    ran = run("usage", "export", "--as=otel")
    assert ran.err == (
        f"note: left out, for only a sum of their tokens is known, or none: 1 record\n{bad}"
    )
    (told,) = ran.out.splitlines()
    assert json.loads(told) == {
        "timestamp": "2026-11-20T17:28:14.000000Z",
        "gen_ai.response.model": "m",
        "gen_ai.usage.input_tokens": 21,
        "gen_ai.usage.cache_read.input_tokens": 20,
        "gen_ai.usage.cache_creation.input_tokens": 0,
        "gen_ai.usage.output_tokens": 5,
    }
    (told,) = run("usage", "export", "--as=apart").out.splitlines()
    assert json.loads(told) == {
        "timestamp": "2026-11-20T17:28:14.000000Z",
        "model": "m",
        "input_tokens": 1,
        "cache_read_input_tokens": 20,
        "cache_creation_input_tokens": 0,
        "output_tokens": 5,
        "total_tokens": 26,
    }


def test_what_is_in_no_shape_of_another_program_is_told(repo: Repo, run: Run) -> None:
    lines = [READ, READ | {"tokens": -1}, READ | {"session_id": None}]
    repo.write({LOG: "".join(f"{json.dumps(line)}\n" for line in lines)})
    drift = "note: unknown, for what is there cannot be taken: 1 field\n"
    assert run("usage", "export").err == (
        f"note: left out, for nobody knows their tokens: 1 record\n{drift}"
    )
    assert run("usage", "export", "--as=sessions").err == (
        "note: left out, for they name no session, or nobody knows their tokens: 2 records\n"
        f"{drift}"
    )


def test_where_the_log_is(repo: Repo, run: Run) -> None:
    log = str(repo.root / ".git" / "ctxtally" / "usage-log.jsonl")
    assert run("usage", "path").out == f"{log}\n"
    repo.write({LOG: "", LOG.replace(".jsonl", "-2026-10.jsonl"): ""})
    assert run("usage", "path", "--format=json").json == {
        "schema": "ctxtally/usage-path/1",
        "path": log,
        "files": [log.replace(".jsonl", "-2026-10.jsonl"), log],
    }
    repo.write({"ctxtally.toml": 'ledger = "log.jsonl"\n'})
    ran = run("usage", "path")
    assert (ran.out, ran.err) == (
        f"{log}\n",
        "note: `ledger = 'log.jsonl'` is not used: git does not ignore it; add it to .gitignore\n",
    )
