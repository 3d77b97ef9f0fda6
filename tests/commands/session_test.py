"""Sessions as somebody logs them: the lines of the monitor, its report, and mistakes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxtally.tracker import log_token_usage

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.command import Run
    from tests.support.repo import Repo

LOG = ".git/ctxtally/usage-log.jsonl"
# The example of the monitor's guide, with its categories as they are meant.
GUIDE = """\
# Token Usage Report: blog-post-cybersecurity

**Started**: 2026-11-21T00:00:00Z
**Ended**: 2026-11-21T00:03:00Z
**Total tokens**: 35,588
**Operations**: 2

## Breakdown by Category

- **manifest**: 29,588 tokens (83.1%) - 1 operations
- **context**: 6,000 tokens (16.9%) - 1 operations

## Operation Timeline

1. [manifest] read MANIFEST.json - 29,588 tokens
2. [context] load blog-writing + humanization-standards - 6,000 tokens

## Optimization Opportunities

- HIGH: Manifest operations took 29,588 tokens, more than 2,000. `ctxtally catalog` shows what \
smaller forms of the manifest save.

**Average tokens per operation**: 17,794
**Target**: <1500 tokens per operation
"""


@pytest.fixture(autouse=True)
def _minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a minute pass between two commands."""
    moments = iter(range(1_795_219_200, 1_795_319_200, 60))
    monkeypatch.setattr("ctxtally.commands.session.seconds", lambda: float(next(moments)))


def said(run: Run, *arguments: str) -> str:
    ran = run("session", *arguments)
    assert (ran.status, ran.err) == (0, "")
    return ran.out


def refused(run: Run, *arguments: str) -> str:
    ran = run("session", *arguments)
    assert (ran.status, ran.out) == (2, "")
    return ran.err


def test_the_session_of_the_guide(repo: Repo, run: Run) -> None:
    name = "blog-post-cybersecurity"
    assert said(run, "start", name) == f"\u2713 Started session: {name}\n"
    logged = said(run, "log", "read MANIFEST.json", "--tokens", "29588", "--session", name)
    assert logged == "\u2713 Logged: read MANIFEST.json (29,588 tokens, category: manifest)\n"
    loaded = "load blog-writing + humanization-standards"
    assert said(run, "log", loaded, "--tokens=6000", "--session", name) == (
        f"\u2713 Logged: {loaded} (6,000 tokens, category: context)\n"
    )
    assert said(run, "end", name) == (
        f"\u2713 Ended session: {name}\n"
        "  Total tokens: 35,588\n"
        "  Operations: 2\n"
        f"  Report: .git/ctxtally/session-{name}.md\n"
    )
    assert (repo.root / ".git/ctxtally" / f"session-{name}.md").read_text("utf-8") == GUIDE
    assert said(run, "report", name) == GUIDE
    assert repo.git("status", "--porcelain") == ""


@pytest.mark.usefixtures("repo")
def test_the_same_as_json(run: Run) -> None:
    assert json.loads(said(run, "start", "s", "--format=json")) == {
        "schema": "ctxtally/session/1",
        "session_id": "s",
        "started": "2026-11-21T00:00:00Z",
        "ended": None,
        "last": None,
        "operations": [],
        "total_tokens": 0,
        "counted": {},
    }
    operation = {
        "timestamp": "2026-11-21T00:01:00Z",
        "operation": "think",
        "tokens": 0,
        "category": "other",
        "counted": "reported",
    }
    first = json.loads(said(run, "log", "think", "--tokens=0", "--session=s", "--format=json"))
    assert (first["operations"], first["total_tokens"]) == ([operation], 0)
    alone = json.loads(said(run, "log", "talk", "--tokens=5", "--format=json"))
    assert (alone["session_id"], alone["total_tokens"]) == (None, 5)
    ended = json.loads(said(run, "end", "--format=json"))
    assert (ended["ended"], ended["report"]) == (
        "2026-11-21T00:03:00Z",
        ".git/ctxtally/session-s.md",
    )
    assert json.loads(said(run, "list", "--format=json")) == {
        "schema": "ctxtally/sessions/1",
        "sessions": [
            {
                "session_id": "s",
                "started": "2026-11-21T00:00:00Z",
                "ended": "2026-11-21T00:03:00Z",
                "last": "2026-11-21T00:01:00Z",
                "operations": [operation],
                "total_tokens": 0,
                "counted": {},
            }
        ],
        "hidden": 0,
    }


@pytest.mark.usefixtures("repo")
def test_the_session_of_an_agent_ends_with_its_last_record(repo: Repo, run: Run) -> None:
    log = repo.root / ".git" / "ctxtally" / "usage-log.jsonl"
    log.parent.mkdir()
    told = [
        {"source": "transcript", "kind": "usage", "session": "s", "input": 5, "output": 1}
        | {"v": 1, "id": f"i{hour}", "ts": f"2026-03-01T{hour}:00:00Z", "model": "m"}
        for hour in ("12", "10", "11")
    ]
    log.write_text("".join(f"{json.dumps(one)}\n" for one in told), "utf-8")
    head = said(run, "report", "s").splitlines()[2:5]
    assert head == [
        "**Started**: 2026-03-01T10:00:00Z",
        "**Ended**: Not told, its last record is of 2026-03-01T12:00:00Z",
        "**Total tokens**: 18",
    ]
    found = json.loads(said(run, "report", "s", "--format=json"))
    assert (found["ended"], found["last"]) == (None, "2026-03-01T12:00:00Z")
    said(run, "log", "think", "--tokens=1", "--session=s")
    assert said(run, "report", "s").splitlines()[3] == "**Ended**: In progress"
    said(run, "end", "s")
    assert said(run, "report", "s").splitlines()[3] == "**Ended**: 2026-11-21T00:01:00Z"


@pytest.mark.usefixtures("repo")
def test_a_session_that_is_in_progress(run: Run) -> None:
    said(run, "start", "s")
    assert said(run, "report", "s") == (
        "# Token Usage Report: s\n\n**Started**: 2026-11-21T00:00:00Z\n**Ended**: In progress\n"
        "**Total tokens**: 0\n**Operations**: 0\n\n## Breakdown by Category\n\n\n"
        "## Operation Timeline\n\n\n## Optimization Opportunities\n\n- None\n\n"
        "**Average tokens per operation**: 0\n**Target**: <1500 tokens per operation\n"
    )


def test_an_operation_with_its_parts_has_a_price(repo: Repo, run: Run) -> None:
    parts = ("--output=100", "--cache-read=400", "--cache-write=300", "--cache-write-1h=200")
    said(run, "log", "review", "--tokens=1,000", "--model=claude-sonnet-4-5", *parts)
    (event,) = map(json.loads, (repo.root / LOG).read_text("utf-8").splitlines())
    names = ("tokens", "input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
    assert [event[name] for name in names] == [1_000, 200, 400, 100, 200, 100]
    # 200 at $3, 400 at $0.30, 100 at $3.75, 200 at $6 and 100 at $15 a million.
    cost = run("usage", "--format", "json").json["totals"]["cost_usd"]
    assert cost == pytest.approx(0.003795)
    assert refused(run, "log", "review", "--tokens=10", "--cache-read=5") == (
        "error: the output is not told, and without it caches are no part of the input\n"
        "  = help: --tokens is the sum of all, and --output what came back\n"
    )


@pytest.mark.usefixtures("repo")
def test_the_list(run: Run) -> None:
    assert said(run, "list") == "no session was started; `ctxtally session start ID` starts one\n"
    said(run, "start", "one")
    said(run, "log", "read", "--tokens", "1,200", "--session", "one")
    said(run, "end")
    said(run, "start", "two")
    assert said(run, "list") == (
        "session  started               ended                 operations  tokens\n"
        "one      2026-11-21T00:00:00Z  2026-11-21T00:02:00Z           1   1,200\n"
        "two      2026-11-21T00:03:00Z  in progress                    0       0\n"
    )


def test_sessions_of_agents_are_listed_when_asked_for(repo: Repo, run: Run) -> None:
    event = '{"v":1,"id":"x","ts":"0","kind":"usage","source":"transcript","session":"a","total":7}'
    repo.write({LOG: f"{event}\n"})
    assert said(run, "list") == (
        "no session was started; `ctxtally session start ID` starts one\n"
        "\nand 1 of agents, which --all shows\n"
    )
    assert json.loads(said(run, "list", "--format=json"))["hidden"] == 1
    assert said(run, "list", "--all") == (
        "session  started               ended    operations  tokens\n"
        "a        1970-01-01T00:00:00Z  (agent)           1       7\n"
    )


def test_estimates_are_told_apart(repo: Repo, run: Run) -> None:
    said(run, "start", "s")
    rows = [
        {"id": "1", "counted": "reported", "tokens": 1000, "operation": "read"},
        {"id": "2", "counted": "estimate", "tokens": 9000, "operation": "think"},
        {"id": "3", "counted": "tokenizer", "tokens": 50, "operation": "count"},
        {"id": "4", "tokens": 5, "operation": "guess"},
    ]
    more = {"v": 1, "kind": "usage", "source": "manual", "session": "s"}
    with (repo.root / LOG).open("a", encoding="utf-8") as log:
        for second, row in enumerate(rows, 1):
            log.write(json.dumps(row | more | {"ts": f"2026-11-21T00:00:0{second}Z"}) + "\n")
    report = said(run, "report", "s").splitlines()
    assert report[4] == (
        "**Total tokens**: 10,055 (9,000 of them estimated, 50 of them counted by a tokenizer)"
    )
    assert report[13:17] == [
        "1. [other] read - 1,000 tokens",
        "2. [other] think - ~9,000 tokens",
        "3. [other] count - 50 tokens",
        "4. [other] guess - 5 tokens",
    ]
    assert said(run, "list") == (
        "session  started               ended        operations  tokens  of them estimated\n"
        "s        2026-11-21T00:00:00Z  in progress           4  10,055              9,000\n"
    )
    (listed,) = json.loads(said(run, "list", "--format=json"))["sessions"]
    assert [one["counted"] for one in listed["operations"]] == [
        *("reported", "estimate", "tokenizer", None)
    ]
    assert listed["counted"] == {
        "reported": 1000,
        "estimate": 9000,
        "tokenizer": 50,
        "unknown": 5,
    }


@pytest.mark.parametrize("name", ["a/b", "../up", "ä ö", "x" * 200, "-", 'q"\\', "CON", "a@b"])
def test_any_name_that_can_be_printed(repo: Repo, run: Run, name: str) -> None:
    said(run, "start", "--", name)
    said(run, "log", "read", "--tokens=5", f"--session={name}")
    where = json.loads(said(run, "end", "--format=json", "--", name))["report"]
    assert (repo.root / where).is_file()
    assert (repo.root / where).parent == repo.root / ".git" / "ctxtally"
    assert json.loads(said(run, "report", "--format=json", "--", name))["total_tokens"] == 5
    assert repo.git("status", "--porcelain") == ""


def test_a_name_that_looks_like_a_secret(repo: Repo, run: Run) -> None:
    assert refused(run, "start", f"work on ghp_{'a1' * 20}") == (
        'error: a session cannot be called "work on [redacted]": the log keeps no secrets\n'
        "  = help: choose a name that does not look like a key or a password\n"
    )
    assert not (repo.root / LOG).exists()


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("caf\u00e9", r"caf\u00E9"),
        ("\u00e9", r"\u00E9"),
        ("\u00e9", r"\u00e9"),
        ("\u00e9", "\u00e9"),
        ("a/b", r"a\/b"),
        ("a b", "a b"),
    ],
)
def test_a_name_as_others_spell_it(repo: Repo, run: Run, name: str, spelled: str) -> None:
    other = '{"v":1,"id":"y","ts":"1","kind":"usage","session":"other","tokens":1}'
    event = f'{{"v":1,"id":"x","ts":"1","kind":"usage","session":"{spelled}","tokens":7}}'
    repo.write({LOG: f"{event}\n{other}\n"})
    assert json.loads(said(run, "report", "--format=json", "--", name))["total_tokens"] == 7


@pytest.mark.usefixtures("repo")
def test_names_that_are_long_and_alike_have_reports_of_their_own(run: Run) -> None:
    reports = set()
    for end in ("a", "b"):
        said(run, "start", "x" * 150 + end)
        reports.add(json.loads(said(run, "end", "--format=json"))["report"])
    assert len(reports) == 2


@pytest.mark.usefixtures("repo")
def test_a_session_goes_on_when_it_is_started_again(run: Run) -> None:
    said(run, "start", "s")
    said(run, "end", "s")
    assert refused(run, "log", "read", "--tokens=5", "--session=s") == (
        'error: the session "s" has ended\n  = help: `ctxtally session start s` goes on with it\n'
    )
    assert refused(run, "end", "s") == (
        'error: the session "s" has ended before\n  = help: `ctxtally session report s` shows it\n'
    )
    said(run, "start", "s")
    said(run, "log", "read", "--tokens=5", "--session=s")
    found = json.loads(said(run, "report", "s", "--format=json"))
    assert (found["started"], found["ended"]) == ("2026-11-21T00:00:00Z", None)


@pytest.mark.usefixtures("repo")
def test_mistakes(run: Run) -> None:
    assert refused(run, "end") == (
        "error: no session is in progress\n"
        "  = help: `ctxtally session list` shows those that were\n"
    )
    said(run, "start", "blog-post-1")
    assert refused(run, "start", "blog-post-1") == (
        'error: the session "blog-post-1" is in progress\n'
        "  = help: end it by `ctxtally session end blog-post-1`, or choose another name\n"
    )
    for arguments in (
        ("log", "read", "--tokens=5", "--session=blog-pst-1"),
        ("end", "blog-pst-1"),
        ("report", "blog-pst-1"),
    ):
        assert refused(run, *arguments) == (
            'error: there is no session "blog-pst-1"\n'
            '  = help: did you mean "blog-post-1"?'
            " `ctxtally session start blog-pst-1` starts it\n"
        )
    assert refused(run, "report", "zzz") == (
        'error: there is no session "zzz"\n  = help: `ctxtally session start zzz` starts it\n'
    )
    said(run, "start", "blog-post-2")
    assert refused(run, "end") == (
        'error: 2 sessions are in progress: "blog-post-1", "blog-post-2"\n'
        "  = help: name the one to end: `ctxtally session end ID`\n"
    )
    for name in (" ", "a\x1b[1m", "x" * 201):
        assert " cannot be called " in refused(run, "start", name)
    assert refused(run, "log", "  ", "--tokens=5") == (
        'error: an operation needs a name\n  = help: write what was done, such as "read'
        ' MANIFEST.json"\n'
    )
    assert refused(run, "log", "x", "--tokens=5", "--category= ").startswith(
        "error: a category needs a name\n"
    )
    for tokens in (str(2**53), "9" * 30, "0" * 20 + "9" * 20):
        assert refused(run, "log", "x", f"--tokens={tokens}") == (
            f"error: argument --tokens: {tokens!r} is too many tokens; there must be below 2^53\n"
            "  = help: see `ctxtally session log --help`\n"
        )
    for tokens in ("6k", "-5", "1.5", "", "\u0665"):
        assert refused(run, "log", "x", f"--tokens={tokens}") == (
            f"error: argument --tokens: {tokens!r} is not a whole number of tokens;"
            " write 6000, not 6k\n  = help: see `ctxtally session log --help`\n"
        )
    assert "(5 tokens" in said(run, "log", "x", f"--tokens={'0' * 20}5")
    assert "(0 tokens" in said(run, "log", "x", "--tokens=00")
    listed = said(run, "list")
    assert listed.count("blog-post") == 2


@pytest.mark.usefixtures("repo")
def test_what_was_logged_from_python(run: Run) -> None:
    log_token_usage("read MANIFEST.json", tokens=29588, session="current-task")
    found = json.loads(said(run, "report", "current-task", "--format=json"))
    assert found["total_tokens"] == 29588
    said(run, "log", "think", "--tokens=12", "--session=current-task")
    said(run, "start", "current-task")
    assert "current-task" in refused(run, "start", "current-task")


def test_categories_of_the_repository_and_of_the_moment(repo: Repo, run: Run) -> None:
    rule = '[[category]]\nname = "deployment"\npatterns = ["deploy *"]\n'
    repo.add({"ctxtally.toml": rule})
    assert "category: deployment)" in said(run, "log", "deploy the docs", "--tokens=5")
    said(run, "start", "s")
    arguments = ("log", "deploy the docs", "--tokens=5", "--session=s")
    assert "category: mine)" in said(run, *arguments, "--category=mine")
    said(run, *arguments)
    assert said(run, "report", "s").count("1. [mine] deploy the docs") == 1
    repo.write({"ctxtally.toml": rule.replace("deployment", "release")})
    assert "2. [release] deploy the docs - 5 tokens\n" in said(run, "report", "s")


def test_an_operation_tells_where_it_was_done(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit("one", {"a.md": "x\n"})
    said(run, "log", "on main", "--tokens=1")
    repo.git("switch", "--quiet", "--create", "feature/\u00fc")
    said(run, "log", "on another branch", "--tokens=2")
    repo.git("switch", "--quiet", "--detach")
    said(run, "log", "on none", "--tokens=4")
    repo.git("worktree", "add", "--quiet", "-b", "side", "linked/tree")
    with monkeypatch.context() as inside:
        inside.chdir(repo.root / "linked" / "tree")
        said(run, "log", "in a linked worktree", "--tokens=8")
    by = run("analyze", "--by=branch", "--format=json").json["by"]
    assert {one["name"]: one["tokens"] for one in by} == {
        "side": 8,
        "(none)": 4,
        "feature/\u00fc": 2,
        "main": 1,
    }
    last = json.loads((repo.root / LOG).read_text("utf-8").splitlines()[-1])
    assert (last["branch"], last["worktree"]) == ("side", "tree")


def test_a_log_that_is_broken_is_told(repo: Repo, run: Run) -> None:
    said(run, "start", "s")
    with (repo.root / LOG).open("ab") as file:
        file.write(
            b'no json about "s"\n{"v":1,"id":"y","kind":"usage","session":"s","tokens":-1}\n'
        )
        file.write(b'{"v":1,"id":"z","ki{"v":1,"id":"w","kind":"usage","session":"s","tokens":4}\n')
    ran = run("session", "report", "s")
    assert ran.status == 0
    assert "**Total tokens**: 4 (1 operation not known)\n" in ran.out
    assert "1. [(none)]  - tokens not known\n2. [(none)]  - 4 tokens\n" in ran.out
    assert "- **(none)**: 4 tokens (100.0%) - 2 operations, 1 of them not known\n" in ran.out
    assert ran.err == (
        "note: passed over, for it is no JSON: 2 lines of the log; read all the same: 1 record in"
        " them\nnote: unknown, for what is there cannot be taken: 1 field\n"
    )
    assert run("session", "list").err == ran.err


def test_what_nobody_knows_is_not_0(repo: Repo, run: Run) -> None:
    said(run, "start", "s")
    with (repo.root / LOG).open("ab") as file:
        file.write(b'{"v":1,"id":"y","kind":"usage","session":"s","category":"x","tokens":-1}\n')
    report = run("session", "report", "s").out
    assert "- **x**: tokens not known - 1 operations\n" in report
    assert "**Average tokens per operation**: not known\n" in report


def test_what_strangers_wrote_does_nothing(repo: Repo, run: Run) -> None:
    said(run, "start", "s")
    text = "read @/etc/passwd \x1b[31m<!-- x -->"
    said(run, "log", text, "--tokens=5", "--session=s")
    assert "1. [other] read (at)/etc/passwd [31m&lt;!-- x --&gt; - 5 tokens\n" in said(
        run, "report", "s"
    )
    assert b"\x1b" not in (repo.root / LOG).read_bytes()


def test_a_log_that_cannot_be_written(repo: Repo, run: Run) -> None:
    (repo.root / ".git" / "ctxtally").write_text("in the way")
    assert refused(run, "start", "s") == (
        f"error: {LOG} was not written: File exists\n"
        "  = help: make its folder writable; `ctxtally doctor` says where it is\n"
    )


def test_a_report_that_cannot_be_written(repo: Repo, run: Run, tmp_path: Path) -> None:
    said(run, "start", "s")
    canary = tmp_path / "canary"
    canary.write_text("mine")
    (repo.root / ".git" / "ctxtally" / "session-s.md").symlink_to(canary)
    assert refused(run, "end", "s") == (
        "error: .git/ctxtally/session-s.md cannot be written\n"
        "  = help: make its folder writable; `ctxtally session report` prints the report\n"
    )
    assert canary.read_text() == "mine"


def test_the_log_where_it_is_configured(repo: Repo, run: Run) -> None:
    folder = "docs/metrics/token-usage"
    repo.add(
        {
            "ctxtally.toml": f'ledger = "{folder}/usage-log.jsonl"\n',
            ".gitignore": "docs/metrics/\n",
        }
    )
    said(run, "start", "s")
    assert f"Report: {folder}/session-s.md\n" in said(run, "end")
    repo.write({"ctxtally.toml": 'ledger = "log.jsonl"\n'})
    assert run("session", "list").err == (
        "note: `ledger = 'log.jsonl'` is not used: git does not ignore it; add it to .gitignore\n"
    )


def test_more_than_twenty_operations_and_much_context(repo: Repo, run: Run) -> None:
    lines = [
        f'{{"v":1,"id":"{number}","ts":"{number}","kind":"usage","session":"s",'
        f'"operation":"load module {number}","tokens":400}}\n'
        for number in range(21)
    ]
    repo.write({LOG: "".join(reversed(lines))})
    out = said(run, "report", "s")
    assert (
        "- MEDIUM: Loading context took 8,400 tokens, more than 8,000. `ctxtally explain` shows"
        " what is loaded, and why.\n- MEDIUM: There were 21 operations, more than 20."
        " Batch small ones.\n"
    ) in out
    assert "\n1. [context] load module 0 - 400 tokens\n" in out
    assert "\n21. [context] load module 20 - 400 tokens\n" in out


def test_without_an_action(run: Run) -> None:
    assert refused(run) == (
        "error: the following arguments are required: ACTION\n"
        "  = help: see `ctxtally session --help`\n"
    )
