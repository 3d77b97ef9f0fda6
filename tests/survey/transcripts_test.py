"""What happens to transcripts between one run and the next, and to what we remember of them."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from ctxtally.adapters import append
from ctxtally.adapters.files import Locked
from ctxtally.adapters.transcripts import checking, memory
from ctxtally.adapters.transcripts.reading import Reading
from ctxtally.adapters.waiting import Waiting
from ctxtally.survey import catching_up, taking, telling, transcripts
from tests.support.transcripts import Home, said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ctxtally.model.transcript import Read, Stat, Transcript
    from tests.support.command import Run
    from tests.support.piping import Pipe
    from tests.support.repo import Repo

LOG = ".git/ctxtally/usage-log.jsonl"
STATE = ".git/ctxtally/transcripts.db"


@pytest.fixture
def home(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return Home(tmp_path / "home", repo.root, monkeypatch)


def logged(repo: Repo, kind: str = "usage") -> list[dict[str, Any]]:
    lines = (repo.root / LOG).read_text("utf-8").splitlines()
    return [one for one in map(json.loads, lines) if one["kind"] == kind]


def keys(repo: Repo) -> list[str]:
    return [one["key"] for one in logged(repo)]


def total(run: Run) -> int:
    return int(run("usage", "--format", "json").json["totals"]["total"])


def test_a_transcript_that_grows_is_read_from_where_it_was_left(
    repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    read: list[int] = []

    def reading(transcript: Transcript, before: Read, *rest: Any) -> Reading:  # noqa: ANN401 - as it is called
        read.append(before.offset)
        return Reading(transcript, before, *rest)

    monkeypatch.setattr(taking, "Reading", reading)
    size = path.stat().st_size
    home.claude("s1", home.said("msg_1"), home.said("msg_2"))
    run("usage", "sync")
    assert (keys(repo), read) == (["msg_1", "msg_2"], [size])
    run("usage", "sync")
    assert read == [size], "what was not changed is not read"


@pytest.mark.parametrize("longer", [True, False])
def test_a_transcript_that_was_rewritten_in_place(
    repo: Repo, home: Home, run: Run, *, longer: bool
) -> None:
    lines = [home.said(f"msg_{n}") for n in range(3)]
    path = home.claude("s1", *lines)
    run("usage", "sync")
    before = path.stat()
    more = [home.said(f"msg_{n}") for n in (3, 4, 5)] if longer else []
    home.claude("s1", {"type": "summary", "leafUuid": "x"}, *lines[2:], home.said("msg_9"), *more)
    os.utime(path, ns=(before.st_mtime_ns, before.st_mtime_ns + 1))
    run("usage", "sync")
    assert keys(repo) == [f"msg_{n}" for n in (0, 1, 2, *((3, 4, 5) if longer else ()), 9)]
    assert total(run) == 100 * len(keys(repo)), "nothing is lost, and nothing counts twice"


def test_another_file_of_the_same_name(repo: Repo, home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    old = home.claude("s2", home.said("msg_2"), home.said("msg_3"))
    old.replace(old.with_name("s1.jsonl"))
    run("usage", "sync")
    assert keys(repo) == ["msg_1", "msg_2", "msg_3"]


def test_what_an_agent_took_away_stays(repo: Repo, home: Home, run: Run) -> None:
    path = home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    path.unlink()
    run("usage", "sync")
    assert (keys(repo), total(run)) == (["msg_1"], 100)


def test_what_is_remembered_may_be_taken_away(repo: Repo, home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1"), home.said("alpha", session="s9"))
    run("usage", "sync")
    (repo.root / STATE).unlink()
    home.claude("s2", home.said("msg_1", session="s2"), home.said("msg_2"))
    assert (
        run("usage", "sync").out
        == f"1 response logged to {LOG} from 2 transcripts (claude-code 1)\n"
    )
    assert (len(keys(repo)), total(run)) == (3, 300)


@pytest.mark.parametrize(
    "content",
    [b"no database" * 99, b"", b"SQLite format 3\0" + b"\xff" * 4_080],
    ids=["text", "empty", "a header alone"],
)
def test_what_is_remembered_may_be_spoilt(repo: Repo, home: Home, run: Run, content: bytes) -> None:
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    (repo.root / STATE).write_bytes(content)
    home.claude("s2", home.said("msg_2"))
    assert run("usage", "sync").status == 0
    assert keys(repo) == ["msg_1", "msg_2"]


def test_a_database_that_is_torn_further_in(repo: Repo, home: Home, run: Run) -> None:
    home.claude("s1", *(home.said(f"msg_{n}") for n in range(400)))
    run("usage", "sync")
    content = bytearray((repo.root / STATE).read_bytes())
    content[4_096:] = b"\xaa" * (len(content) - 4_096)
    (repo.root / STATE).write_bytes(content)
    home.claude("s2", home.said("msg_last"))
    assert run("usage", "sync").status == 0
    assert (len(set(keys(repo))), total(run)) == (401, 40_100)


def test_what_is_counted_while_the_database_turns_out_to_be_torn(
    repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("s1", "s2", "s3"):
        home.claude(name, home.said(f"msg_{name}"), "{")
    torn = iter([False, False, True])
    kept = memory.Memory.responses

    def responses(self: memory.Memory, wanted: Iterable[str]) -> Iterator[memory.Kept]:
        if next(torn, False):
            raise sqlite3.DatabaseError
        return kept(self, wanted)

    monkeypatch.setattr(memory.Memory, "responses", responses)
    told = run("usage", "sync", "--format", "json").json
    counts = {name: told[name] for name in ("read", "responses", "bad_lines", "logged")}
    assert counts == {"read": 3, "responses": 3, "bad_lines": 3, "logged": {"claude-code": 3}}
    assert len(keys(repo)) == 3


def test_what_another_version_remembered(repo: Repo, home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    with closing(sqlite3.connect(repo.root / STATE)) as connection:
        connection.execute("PRAGMA user_version = 999")
        connection.commit()
    home.claude("s2", home.said("msg_2"))
    run("usage", "sync")
    assert keys(repo) == ["msg_1", "msg_2"]


def test_a_log_that_was_taken_away_is_written_again(repo: Repo, home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    (repo.root / LOG).unlink()
    run("usage", "sync")
    assert keys(repo) == ["msg_1"]


def test_a_log_that_is_elsewhere_now(repo: Repo, home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    repo.write({"ctxtally.toml": 'ledger = "log.jsonl"\n', ".gitignore": "log.jsonl\n"})
    run("usage", "sync")
    assert total(run) == 100


def test_a_work_tree_that_was_taken_away(
    repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit("base", {"ctxtally.toml": 'ledger = "m/log.jsonl"\n', ".gitignore": "m/\n"})
    repo.git("worktree", "add", "-q", "../linked")
    linked = repo.root.parent / "linked"
    home.claude("s1", home.said("msg_1", cwd=linked.as_posix()), top=linked)
    with monkeypatch.context() as there:
        there.chdir(linked)
        assert run("usage", "sync").out == (
            "1 response logged to ../repo/m/log.jsonl from 1 transcript (claude-code 1)\n"
        )
        assert run("budget").status == run("budget").status == 0
    repo.git("worktree", "remove", "--force", "../linked")
    assert total(run) == 100
    kinds = [
        json.loads(one)["kind"] for one in (repo.root / "m/log.jsonl").read_text().split("\n")[:-1]
    ]
    assert kinds == ["usage", "budget", "budget"]


def test_transcripts_of_a_work_tree_that_is_gone(repo: Repo, home: Home, run: Run) -> None:
    repo.commit("base")
    linked = repo.root.parent / "linked"
    repo.git("worktree", "add", "-q", "../linked")
    run("usage", "sync")
    repo.git("worktree", "remove", "../linked")
    home.claude("s1", home.said("msg_1", cwd=f"{linked.as_posix()}/sub"), top=linked)
    run("usage", "sync")
    assert [(one["worktree"], one["dir"]) for one in logged(repo)] == [("linked", "sub")]
    repo.git("init", "--quiet", "../linked")
    home.claude("s2", home.said("msg_2", cwd=linked.as_posix()), top=linked)
    run("usage", "sync")
    assert keys(repo) == ["msg_1"], "another repository is there now"


@pytest.mark.parametrize("content", [b"", b"x", b"\xff\0\0\0y", b"/\0"])
def test_work_trees_that_are_remembered_badly(
    repo: Repo, home: Home, run: Run, content: bytes
) -> None:
    repo.write({".git/ctxtally/transcripts.tops": content})
    home.claude("s1", home.said("msg_1"), said("msg_2", cwd="/elsewhere"))
    run("usage", "sync")
    assert keys(repo) == ["msg_1"]


@pytest.mark.parametrize(
    "setting", ["", 'ledger = "log.jsonl"\n'], ids=["taken away", "elsewhere now"]
)
def test_another_log_that_has_events_already(
    repo: Repo, home: Home, run: Run, setting: str
) -> None:
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    repo.write({"ctxtally.toml": setting, ".gitignore": "log.jsonl\n"})
    if not setting:
        (repo.root / LOG).unlink()
    run("session", "start", "s9")
    home.claude("s2", home.said("msg_2"))
    run("usage", "sync")
    assert total(run) == 200
    assert run("usage", "sync").out.startswith("nothing new for ")


def test_a_log_that_has_shrunk(repo: Repo, home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    run("session", "start", "s9")
    lines = (repo.root / LOG).read_bytes().splitlines(keepends=True)
    (repo.root / LOG).write_bytes(lines[1])
    run("usage", "sync")
    assert keys(repo) == ["msg_1"]


def test_a_log_that_lost_what_was_told_later(repo: Repo, home: Home, run: Run) -> None:
    """The searches of a response, of which the first event tells only the tokens."""
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    first = (repo.root / LOG).read_text("utf-8")
    searched = home.said("msg_1", used={"server_tool_use": {"web_search_requests": 2}})
    path = home.claude("s2", searched)
    run("usage", "sync")
    assert [one.get("searches") for one in logged(repo)] == [None, 2]
    path.unlink()
    (repo.root / LOG).write_text(first, "utf-8")
    run("usage", "sync")
    assert [one.get("searches") for one in logged(repo)] == [None, 2]


def test_a_log_that_somebody_has_shortened(repo: Repo, home: Home, run: Run) -> None:
    run("session", "start", "s9")
    grown = home.said("msg_1", (10, 1, 30, 40), stop=None)
    home.claude("s1", grown, home.said("msg_2"), home.said("msg_3"))
    run("usage", "sync")
    home.claude("s1", grown, home.said("msg_2"), home.said("msg_3"), home.said("msg_1"))
    run("usage", "sync")
    assert keys(repo) == ["msg_1", "msg_2", "msg_3", "msg_1"]
    lines = (repo.root / LOG).read_bytes().splitlines(keepends=True)
    (repo.root / LOG).write_bytes(b"".join((lines[1], lines[3])))
    assert run("usage", "sync").out.startswith("2 responses logged to ")
    assert keys(repo) == ["msg_1", "msg_3", "msg_1", "msg_2"], "what it lacks, and what had grown"
    assert total(run) == 300


def test_a_log_that_knows_more_than_is_remembered(repo: Repo, home: Home, run: Run) -> None:
    """The database is an older copy, the transcript is gone, and the log was shortened."""
    run("session", "start", "s9")
    path = home.claude("s1", home.said("msg_1", (10, 1, 30, 40), stop=None))
    run("usage", "sync")
    older = (repo.root / STATE).read_bytes()
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    assert total(run) == 100
    path.unlink()
    (repo.root / STATE).write_bytes(older)
    lines = (repo.root / LOG).read_bytes().splitlines(keepends=True)
    (repo.root / LOG).write_bytes(b"".join(lines[2:]))
    for _ in range(2):
        run("usage", "sync")
        assert (keys(repo), total(run)) == (["msg_1"], 100)
        (repo.root / LOG).write_bytes(lines[0] + (repo.root / LOG).read_bytes())


def test_a_log_that_goes_on_in_a_new_file(
    repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    monkeypatch.setattr(append, "LARGEST_FILE", 1)
    home.claude("s2", home.said("msg_2"))
    run("usage", "sync")
    assert keys(repo) == ["msg_2"], "what was told before is in the file that was full"
    run("session", "start", "s9")
    home.claude("s3", home.said("msg_3"))
    run("usage", "sync")
    assert (keys(repo), total(run)) == (["msg_3"], 300)


def test_a_run_that_was_ended_before_it_remembered(
    repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.claude("s1", home.said("msg_1"))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(memory.Memory, "save", killed)
        assert run("usage", "sync").status == 130
        assert keys(repo) == ["msg_1"]
        home.claude("s2", home.said("msg_2"))
    run("usage", "sync")
    assert keys(repo) == ["msg_1", "msg_2"], "a first run has told nothing that the log has not"
    home.claude("s3", home.said("msg_3"))
    with monkeypatch.context() as patch:
        patch.setattr(memory.Memory, "save", killed)
        assert run("usage", "sync").status == 130
    run("usage", "sync")
    assert keys(repo) == ["msg_1", "msg_2", "msg_3", "msg_3"]
    assert total(run) == 300, "told twice, counted once"


def ended_in(part: int, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """End a run in front of the part that it would write next, of two responses each."""
    written: list[int] = []

    def until(path: str, shown: str, lines: list[str]) -> None:
        if len(written) == part - 1:
            raise KeyboardInterrupt
        written.append(len(lines))
        append_lines(path, shown, lines)

    append_lines = append.write_lines
    monkeypatch.setattr(telling, "AT_ONCE", 2)
    with monkeypatch.context() as patch:
        patch.setattr(append, "write_lines", until)
        assert run("usage", "sync").status == 130
    assert written == [2] * (part - 1)


@pytest.mark.parametrize("part", [1, 2, 3])
def test_a_first_run_that_was_ended_in_the_middle(
    repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    home.claude("s1", *(home.said(f"msg_{n}") for n in range(5)))
    ended_in(part, run, monkeypatch)
    run("usage", "sync")
    assert keys(repo) == [f"msg_{n}" for n in range(5)], "nothing is written twice, nor lost"


@pytest.mark.parametrize("part", [1, 2, 3])
@pytest.mark.parametrize("grown", [False, True], ids=["nothing new", "with a new transcript"])
def test_a_run_that_was_ended_while_it_wrote_the_log_again(
    repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch, part: int, *, grown: bool
) -> None:
    path = home.claude("s1", *(home.said(f"msg_{n}") for n in range(5)))
    run("usage", "sync")
    path.unlink()
    (repo.root / LOG).unlink()
    if grown:
        home.claude("s2", home.said("msg_5"))
    ended_in(part, run, monkeypatch)
    run("usage", "sync")
    assert keys(repo) == [f"msg_{n}" for n in range(6 if grown else 5)]


def test_a_run_that_was_ended_while_it_learned_what_the_log_has(
    repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    (repo.root / STATE).unlink()

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(memory.Memory, "learn", killed)
        assert run("usage", "sync").status == 130
    run("usage", "sync")
    assert keys(repo) == ["msg_1"]


def test_what_the_log_tells_where_nothing_else_is_remembered(
    repo: Repo, home: Home, run: Run
) -> None:
    """A response of a subagent grows; searches and speed are told by earlier lines only."""
    used = {"server_tool_use": {"web_search_requests": 2}, "speed": "fast"}
    asked = {"service_tier": "batch", "inference_geo": "us"}
    placed = {"cwd": f"{home.top.as_posix()}/sub", "isSidechain": True}
    home.claude("s1", home.said("msg_1", (10, 1, 30, 40), stop=None, used=used | asked, **placed))
    run("usage", "sync")
    (repo.root / STATE).unlink()
    home.claude("s2", home.said("msg_1", (10, 20, 30, 40), **placed))
    (home.claude("s1")).unlink()
    run("usage", "sync")
    last = logged(repo)[-1]
    told = {name: last.get(name) for name in ("output", "searches", "speed", "dir", "subagent")}
    assert told == {"output": 20, "searches": 2, "speed": "fast", "dir": "sub", "subagent": True}
    assert {name: last.get(name) for name in asked} == asked
    assert (total(run), "final" in last) == (100, False)


def test_how_far_it_is_is_told(
    repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    said_so: list[str] = []

    class Telling(Waiting):
        def at(self, text: str) -> None:
            said_so.append(text)

    monkeypatch.setattr(taking, "Waiting", Telling)
    monkeypatch.setattr(telling, "AT_ONCE", 1)
    for number in (1, 2):
        home.claude(f"s{number}", home.said(f"msg_{number}"))
    run("usage", "sync")
    assert keys(repo) == ["msg_1", "msg_2"]
    assert said_so == [
        "reading transcripts: 0 of 2",
        f"writing {LOG}: 1 response",
        "reading transcripts: 1 of 2",
        f"writing {LOG}: 2 responses",
    ]


def test_a_log_that_cannot_be_written(
    repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.claude("s1", home.said("msg_1"))

    def full(*_: object) -> None:
        raise append.LogError(f"{LOG} was not written: No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(append, "write_lines", full)
        ran = run("usage", "sync")
    assert (ran.status, ran.err) == (
        2,
        (
            f"error: {LOG} was not written: No space left on device\n"
            "  = help: make room, or make it writable\n"
        ),
    )
    run("usage", "sync")
    assert keys(repo) == ["msg_1"]


def test_two_at_once(repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    home.claude("s1", home.said("msg_1"))
    monkeypatch.setattr(transcripts.sync, "__kwdefaults__", {"patience": 0.0})
    with Locked(str(repo.root / f"{STATE}.lock"), 0.0):
        ran = run("usage", "sync")
    assert (ran.status, ran.err) == (
        2,
        "error: transcripts are being read by another process\n  = help: run it again\n",
    )
    run("usage", "sync")
    assert keys(repo) == ["msg_1"]


def test_a_database_that_somebody_else_holds(
    repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    home.claude("s2", home.said("msg_2"))
    monkeypatch.setattr(memory, "_WAIT_SECONDS", 0.01)
    with closing(sqlite3.connect(repo.root / STATE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        ran = run("usage", "sync")
        assert ran.status == 2
        assert ran.err.startswith("error: ")
        assert ran.err.endswith(
            f"{STATE} cannot be written: database is locked\n  = help: make it writable\n"
        )
    run("usage", "sync")
    assert keys(repo) == ["msg_1", "msg_2"]


def test_all_after_only_one_s_own(repo: Repo, home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1"), said("msg_2", cwd="/elsewhere"))
    home.claude("s2", home.said("msg_3"))
    run("usage", "sync")
    assert keys(repo) == ["msg_1", "msg_3"]
    ran = run("usage", "sync", "--all", "--format", "json").json
    assert (ran["read"], ran["logged"]) == (1, {"claude-code": 1}), "only where some were left out"
    run("usage", "sync")
    assert run("usage", "sync", "--all").out == f"nothing new for {LOG}\n"
    assert keys(repo) == ["msg_1", "msg_3", "msg_2"]


@pytest.mark.parametrize("many_bytes", [0, 1 << 30], ids=["many", "few"])
def test_a_response_elsewhere_counts_once(
    home: Home, run: Run, monkeypatch: pytest.MonkeyPatch, many_bytes: int
) -> None:
    monkeypatch.setattr(taking, "_MANY_BYTES", many_bytes)
    home.claude("s1", *[said("msg_1", cwd="/elsewhere")] * 3, said("msg_2", cwd="/elsewhere"))
    assert run("usage", "sync", "--format", "json").json["other_repositories"] == 2


def test_a_work_tree_that_was_added(repo: Repo, home: Home, run: Run) -> None:
    repo.commit("base")
    linked = repo.root.parent / "linked"
    home.claude("s1", home.said("msg_1", cwd=linked.as_posix()))
    run("usage", "sync")
    repo.git("worktree", "add", "-q", "../linked")
    home.claude("s2", home.said("msg_2", cwd=f"{linked.as_posix()}/sub"), top=linked)
    run("usage", "sync")
    assert [(one["key"], one["worktree"], one["dir"]) for one in logged(repo)] == [
        ("msg_1", "linked", "."),
        ("msg_2", "linked", "sub"),
    ]


def test_a_work_tree_inside_another(repo: Repo, home: Home, run: Run) -> None:
    repo.commit("base")
    repo.git("worktree", "add", "-q", ".trees/inner")
    inner = (repo.root / ".trees" / "inner").as_posix()
    home.claude("s1", home.said("msg_1", cwd=inner), home.said("msg_2", cwd=f"{inner}-2"))
    run("usage", "sync")
    assert [(one.get("worktree"), one["dir"]) for one in logged(repo)] == [
        ("inner", "."),
        (None, ".trees/inner-2"),
    ]


def test_another_repository_inside(repo: Repo, home: Home, run: Run) -> None:
    repo.git("init", "--quiet", "own/sub")
    repo.write({"module/.git": "gitdir: ../.git/modules/module\n", "fixture/.git/x": ""})
    top = home.top.as_posix()
    folders = ("own/sub", "own/sub/further/in", "module", "own", "fixture", "gone/in", "\0")
    lines = [home.said(f"msg_{n}", cwd=f"{top}/{one}") for n, one in enumerate(folders)]
    home.claude("s1", *lines)
    ran = run("usage", "sync")
    told = "note: of other repositories, and only taken by `ctxtally usage sync --all`"
    assert ran.err == f"{told}: 3 responses\n"
    assert [one["dir"] for one in logged(repo)] == ["own", "fixture", "gone/in", "\0"]
    run("usage", "sync", "--all")
    assert [one["repo"] for one in logged(repo)[4:]] == [f"{top}/{one}" for one in folders[:3]]


def test_lines_that_do_not_tell_a_folder(repo: Repo, home: Home, run: Run) -> None:
    line = home.said("msg_1")
    del line["cwd"]
    home.claude("s1", line)
    home.claude("s2", {**line, "message": {**_message(line), "id": "msg_2"}}, top=repo.root / "sub")
    run("usage", "sync")
    assert keys(repo) == ["msg_1"], "the folder that they lie in tells it, where it is exact"


def _message(line: dict[str, object]) -> dict[str, object]:
    found = line["message"]
    assert isinstance(found, dict)
    return found


def test_what_a_resumed_session_repeats_belongs_to_the_first(
    repo: Repo, home: Home, run: Run
) -> None:
    later = home.claude("a", home.said("msg_1", session="later"))
    first = home.claude("b", home.said("msg_1", session="first"))
    for path, second in ((first, 1_000), (later, 2_000)):
        os.utime(path, (second, second))
    run("usage", "sync")
    assert [one["session"] for one in logged(repo)] == ["first"]


def copilot_events(repo: Repo, home: Home, *names: str) -> None:
    usage = {"inputTokens": 100, "outputTokens": 9}
    for name in names:
        start = {"sessionId": name, "context": {"cwd": repo.root.as_posix()}}
        shutdown = {"modelMetrics": {"gpt": {"usage": usage}}}
        home.write(
            f".copilot/session-state/{name}/events.jsonl",
            {"type": "session.start", "data": start},
            {"type": "session.shutdown", "id": "e", "data": shutdown},
        )


def copilot_store(repo: Repo, home: Home) -> None:
    store = home.root / ".copilot" / "session-store.db"
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("CREATE TABLE sessions (id, cwd, branch)")
        connection.execute(
            "CREATE TABLE assistant_usage_events (id INTEGER, session_id, input_tokens)"
        )
        connection.execute("INSERT INTO sessions VALUES ('s1', ?, 'main')", (repo.root.as_posix(),))
        connection.execute("INSERT INTO assistant_usage_events VALUES (1, 's1', 100)")


def test_one_record_of_a_copilot_session_counts(repo: Repo, home: Home, run: Run) -> None:
    copilot_events(repo, home, "s1", "s2")
    copilot_store(repo, home)
    run("usage", "sync")
    assert sorted(keys(repo)) == ["copilot:s1:1", "copilot:s2:e:gpt"]


@pytest.mark.parametrize("first", ["events", "store", "spans"])
def test_the_record_of_a_copilot_session_stays_the_one(
    repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """What was remembered is gone, and the log tells which record was the first one."""
    span = {"gen_ai.usage.input_tokens": 100, "gen_ai.conversation.id": "s1"}
    spans = {"name": "chat gpt", "spanId": "00f067aa0ba902b7", "attributes": span}
    monkeypatch.setenv("COPILOT_OTEL_FILE_EXPORTER_PATH", str(home.root / "spans.jsonl"))
    if first == "events":
        copilot_events(repo, home, "s1")
    elif first == "store":
        (home.root / ".copilot").mkdir()
        copilot_store(repo, home)
    else:
        home.write("spans.jsonl", spans)
    run("usage", "sync", "--all")
    before = keys(repo)
    assert len(before) == 1
    (repo.root / STATE).unlink()
    if first == "events":
        copilot_store(repo, home)
    else:
        copilot_events(repo, home, "s1")
    if first == "store":
        home.write("spans.jsonl", spans)
    run("usage", "sync", "--all")
    assert keys(repo) == before


def test_a_subagent_of_codex_that_has_only_begun(
    repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It begins with what its parent had done, and only then tells where its own turns begin."""
    source = {"subagent": {"thread_spawn": {"parent_thread_id": "gone"}}}
    meta: dict[str, object] = {"id": "kid", "cwd": repo.root.as_posix(), "source": source}
    head: list[dict[str, object]] = [
        {"timestamp": "2026-04-06T11:00:00Z", "type": "session_meta", "payload": meta},
        codex_count("2026-04-06T11:00:00.100Z", 5_000),
        codex_count("2026-04-06T11:00:03Z", 8_000),
    ]
    begun = {"type": "inter_agent_communication", "payload": {"trigger_turn": True}}
    path = ".codex/sessions/rollout-kid.jsonl"
    rollout = home.write(path, *head)
    for _ in range(2):
        ran = run("usage", "sync")
        assert (ran.out, ran.err) == (
            f"nothing new for {LOG}\n",
            (
                "note: 1 transcript of a subagent has only begun: what of it is its parent's is not"
                " told yet, and it is read later\n"
            ),
        )
    assert run("usage", "sync", "--format", "json").json["held_files"] == 1
    home.write(path, *head, begun, codex_count("2026-04-06T11:00:09Z", 8_507))
    run("usage", "sync")
    assert total(run) == 507

    home.write(path.replace("kid", "old"), {**head[0], "payload": meta | {"id": "old"}}, *head[1:])
    run("usage", "sync")
    assert total(run) == 507
    later = rollout.stat().st_mtime + 90
    monkeypatch.setattr(taking, "seconds", lambda: later)
    run("usage", "sync")
    assert total(run) == 507 + 3_000, "it has been silent: what follows at once was its parent's"


def codex_count(at: str, tokens: int) -> dict[str, object]:
    info = {"total_token_usage": {"input_tokens": tokens, "output_tokens": 0}}
    return {"timestamp": at, "type": "event_msg", "payload": {"type": "token_count", "info": info}}


def test_several_agents(repo: Repo, home: Home, run: Run) -> None:
    top = repo.root.as_posix()
    home.claude("s1", home.said("msg_1"))
    meta = {"type": "session_meta", "payload": {"id": "k", "cwd": top}}
    info = {"total_token_usage": {"input_tokens": 5, "output_tokens": 1}}
    count = {"type": "event_msg", "payload": {"type": "token_count", "info": info}}
    home.write(".codex/sessions/rollout-k.jsonl", meta, count)
    tokens = {"input": 7, "output": 1}
    message = {"type": "gemini", "id": "g", "tokens": tokens}
    home.write(".gemini/tmp/r/chats/session-1.json", {"sessionId": "s", "messages": [message]})
    home.write(".gemini/tmp/r/.project_root", top)
    assert run("usage", "sync", "--agent", "codex").out.endswith("(codex 1)\n")
    assert run("usage", "sync").out.endswith("from 2 transcripts (claude-code 1, gemini-cli 1)\n")
    assert total(run) == 100 + 6 + 8


def commit_hook(run: Run, *arguments: str) -> None:
    ran = run("handoff", "--git-hook", *arguments)
    assert (ran.status, ran.out) == (0, "")


def test_commits(repo: Repo, home: Home, run: Run, pipe: Pipe) -> None:
    """Work goes into the commit that follows it, whatever that is called by now."""
    first = repo.commit("first")
    commit_hook(run, "post-commit")
    commit_hook(run, "post-commit")
    assert [(one["commit"], one["branch"]) for one in logged(repo, "commit")] == [(first, "main")]
    at = logged(repo, "commit")[0]["ts"]
    home.claude("s1", home.said("msg_1", at="2026-01-01T00:00:00Z"), home.said("msg_2", at=at))
    home.claude("s2", home.said("msg_3", at="2099-01-01T00:00:00Z"))
    run("usage", "sync")
    by = run("usage", "commits", "--format", "json").json["by"]
    assert [(one["name"], one["total"]) for one in by] == [(first, 200), ("", 100)]
    repo.git("commit", "--quiet", "--allow-empty", "--amend", "-m", "better")
    new = repo.git("rev-parse", "HEAD")
    commit_hook(run, "post-commit")
    pipe(f"{first} {new}\n", "handoff", "--git-hook", "post-rewrite", "amend")
    assert logged(repo, "commit")[-1]["instead"] == first
    by = run("usage", "commits", "--format", "json").json["by"]
    assert [(one["name"], one["total"]) for one in by] == [(new, 200), ("", 100)]
    assert new[:10] in run("usage", "commits").out
    assert "(no commit yet)" in run("usage", "commits").out


def test_work_that_went_over_to_another_branch(repo: Repo, home: Home, run: Run) -> None:
    """`old` is from before the hook; `feature` is made where the work was done."""
    repo.commit("base")
    repo.git("branch", "old")
    repo.commit("first")
    repo.git("switch", "--quiet", "old")
    repo.commit("on old")
    commit_hook(run, "post-commit")
    repo.git("switch", "--quiet", "main")
    repo.git("switch", "--quiet", "-c", "topic")
    repo.git("branch", "--quiet", "-m", "better")
    repo.git("switch", "--quiet", "--detach")
    repo.git("switch", "--quiet", "-c", "feature")
    feature = repo.commit("third")
    commit_hook(run, "post-commit")
    told = [(one["branch"], one.get("switched_from")) for one in logged(repo, "commit")]
    assert told == [("old", None), ("feature", "better topic main")]
    at = "2026-01-01T00:00:00Z"
    branches = ("main", "topic", "better", "another")
    home.claude("s1", *(home.said(f"msg_{one}", at=at, branch=one) for one in branches))
    run("usage", "sync")
    by = run("usage", "commits", "--format", "json").json["by"]
    assert [(one["name"], one["total"]) for one in by] == [(feature, 300), ("", 100)]


def test_commits_without_a_reflog(repo: Repo, run: Run) -> None:
    repo.git("config", "core.logAllRefUpdates", "false")
    repo.commit("base")
    repo.git("switch", "--quiet", "-c", "feature")
    repo.commit("first")
    (repo.root / ".git" / "logs" / "HEAD").unlink(missing_ok=True)
    commit_hook(run, "post-commit")
    assert ["switched_from" in one for one in logged(repo, "commit")] == [False]


def test_commits_where_the_session_file_is_tracked(repo: Repo, run: Run) -> None:
    head = repo.commit("first", {".agent-handoffs/CURRENT_SESSION.md": "mine\n"})
    assert run("handoff", "--git-hook", "post-commit").status == 0
    assert [one["commit"] for one in logged(repo, "commit")] == [head]


def test_a_log_that_cannot_take_a_commit(repo: Repo, run: Run) -> None:
    repo.commit("first")
    (repo.root / LOG).mkdir(parents=True)
    commit_hook(run, "post-commit")


def test_the_hook_of_a_commit_catches_up(repo: Repo, home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1"))
    repo.commit("first")
    commit_hook(run, "post-commit")
    assert logged(repo) == [], "nobody has asked for it"
    run("usage", "sync")
    home.claude("s2", home.said("msg_2"))
    repo.commit("second")
    commit_hook(run, "post-commit")
    assert keys(repo) == ["msg_1", "msg_2"]


def test_a_hook_leaves_what_cannot_be_read_until_it_changes(
    repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.claude("s1", home.said("msg_1"))
    torn = home.write(".local/share/opencode/opencode.db", "x" * 200)
    note = f"note: {torn}: file is not a database\n"
    for _ in range(2):
        assert run("usage", "sync").err == note, "whoever asks is told each time"
    read: list[str] = []

    def reading(transcript: Transcript, *rest: Any) -> Reading:  # noqa: ANN401 - as it is called
        read.append(transcript.path)
        return Reading(transcript, *rest)

    monkeypatch.setattr(taking, "Reading", reading)
    for number in range(2):
        repo.commit(f"commit {number}")
        commit_hook(run, "post-commit")
    # The commit that the hook noted is an event, but the log still has what was told.
    assert read == []
    home.write(".local/share/opencode/opencode.db", "x" * 201)
    repo.commit("third")
    commit_hook(run, "post-commit")
    assert read == [str(torn)]


def test_a_hook_passes_over_folders_that_got_no_message(
    repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def message(session: str, name: str, days: int) -> None:
        tokens = {"input": 100, "output": 0}
        told = {"id": name, "role": "assistant", "tokens": tokens}
        folder = f".local/share/opencode/storage/message/{session}"
        path = home.write(f"{folder}/{name}.json", told | {"path": {"cwd": repo.root.as_posix()}})
        moment = path.stat().st_mtime - 86_400 * days
        os.utime(path.parent, (moment, moment))

    looked: list[int] = []

    def stat_of(path: str) -> Stat | None:
        looked.append(path.endswith(".json"))
        return checking.stat_of(path)

    monkeypatch.setattr(transcripts, "stat_of", stat_of)
    message("before", "m1", 9)
    run("usage", "sync", "--agent", "codex")
    repo.commit("first")
    commit_hook(run, "post-commit")
    assert keys(repo) == ["opencode:m1"], "the run before has not read it"
    message("now", "m2", 0)
    message("before", "m3", 2)
    for number in range(2):
        looked.clear()
        repo.commit(f"commit {number}")
        commit_hook(run, "post-commit")
        assert (keys(repo)[1:], sum(looked)) == (["opencode:m2"], 1)
    run("usage", "sync")
    assert keys(repo) == ["opencode:m1", "opencode:m2", "opencode:m3"], "who asks is told"


@pytest.mark.parametrize("event", ["SessionEnd", "PreCompact"])
def test_the_hooks_of_an_agent_catch_up(
    repo: Repo, home: Home, run: Run, pipe: Pipe, event: str
) -> None:
    repo.commit("first")
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    home.claude("s2", home.said("msg_2"))
    pipe(json.dumps({"hook_event_name": event, "session_id": "s2", "cwd": str(repo.root)}), "hook")
    assert keys(repo) == ["msg_1", "msg_2"]


def test_a_hook_does_not_wait_nor_complain(
    repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.claude("s1", home.said("msg_1"))
    run("usage", "sync")
    home.claude("s2", home.said("msg_2"))
    repo.commit("first")
    with Locked(str(repo.root / f"{STATE}.lock"), 0.0):
        commit_hook(run, "post-commit")
    assert keys(repo) == ["msg_1"]
    monkeypatch.setattr(catching_up, "catch_up", lambda _: None)
    run("usage", "sync")
    assert keys(repo) == ["msg_1", "msg_2"]


def test_a_database_can_not_be_made(repo: Repo, home: Home, run: Run) -> None:
    home.claude("s1", home.said("msg_1"))
    (repo.root / f"{STATE}.lock").mkdir(parents=True)
    ran = run("usage", "sync")
    assert ran.status == 2
    assert f"{STATE} cannot be written: " in ran.err


def test_many_at_once(repo: Repo, home: Home, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "AT_ONCE", 2)
    home.claude("s1", *(home.said(f"msg_{n}", at=f"2026-03-0{n}T10:00:00Z") for n in (3, 1, 4, 2)))
    home.claude("s2", home.said("msg_5", at="2026-03-05T10:00:00Z"))
    run("usage", "sync")
    assert keys(repo) == [f"msg_{n}" for n in (1, 2, 3, 4, 5)], "in the order of time"


def test_what_others_logged_is_not_taken_for_ours(repo: Repo, home: Home, run: Run) -> None:
    """A proxy may have logged a response before; what the transcript tells of it goes before."""
    home.claude("s1", home.said("msg_1"))
    told = {"v": 1, "kind": "usage", "key": "msg_1", "provider": "anthropic", "input": 999}
    lines = [told | {"id": "a", "source": "capture", "of": "transcript"}, told | {"id": "b"}]
    repo.write({LOG: "".join(f"{json.dumps(one)}\n" for one in lines)})
    run("usage", "sync")
    assert total(run) == 100
