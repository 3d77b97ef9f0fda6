"""`ctxtally recommend` beside a usage log, and what came of what it said before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import git

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tests.support.command import Run
    from tests.support.repo import Repo

    Days = Callable[[str], None]

LOG = ".git/ctxtally/usage-log.jsonl"
STATE = ".git/ctxtally/recommended.json"
LIMIT = '[[budget]]\nname = "small"\npaths = ["**/*.md"]\nmax = 10\n'
WORDS = "word " * 29 + "\n"


def log(repo: Repo, *records: dict[str, object]) -> None:
    whole = {"timestamp": "2025-11-01T10:00:00", "session_id": "s"}
    repo.write({LOG: "".join(f"{json.dumps(whole | one)}\n" for one in records)})


def found(run: Run, *arguments: str) -> Any:  # noqa: ANN401 - a test knows what it asked for
    ran = run("recommend", "--format", "json", *arguments)
    assert (ran.status, ran.err) == (0, "")
    return ran.json


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    def on(day: str) -> None:
        monkeypatch.setattr(git, "day", lambda _: day)

    on("2026-01-05")
    return on


def test_savings_count_as_often_as_the_log_says(repo: Repo, run: Run) -> None:
    repo.add({"ctxtally.toml": LIMIT, "CLAUDE.md": WORDS, "docs/context/INDEX.yaml": INDEX})
    repo.add({"docs/a.md": WORDS})
    sessions = [{"operation": "start", "tokens": 1, "session_id": f"s{at}"} for at in range(4)]
    log(repo, *sessions, *[{"operation": "read docs/a.md", "tokens": 30}] * 2)
    told = {one["path"]: one for one in found(run)["recommendations"]}
    start, read = told["CLAUDE.md"], told["docs/a.md"]
    assert (start["priority"], start["times"], start["basis"]) == (
        "high",
        5,
        "sessions in the usage log",
    )
    assert (read["priority"], read["times"], read["basis"]) == (
        "medium",
        2,
        "operations in the usage log that name it",
    )
    for one in (start, read):
        assert one["estimate"] == one["times"] * one["tokens"]
        assert (one["source"], one["impact"]) == ("tree", None)


def test_sessions_are_those_of_agents_that_read_the_file(repo: Repo, run: Run) -> None:
    repo.add({"ctxtally.toml": LIMIT, "CLAUDE.md": WORDS, "AGENTS.md": "word " * 28 + "\n"})
    repo.add({"docs/context/INDEX.yaml": ALWAYS, "docs/a.md": WORDS})
    agents = [*["codex"] * 5, "claude-code", None, *["somebody's own"] * 2]
    log(
        repo,
        *[
            {"operation": "x", "input_tokens": 1, "output_tokens": 0}
            | ({"agent": agent} if agent else {})
            | {"session_id": f"s{at}"}
            for at, agent in enumerate(agents)
        ],
    )
    told = {one["path"]: (one["times"], one["basis"]) for one in found(run)["recommendations"]}
    assert told == {
        "CLAUDE.md": (2, "sessions of its readers, of 9 in the usage log"),
        "AGENTS.md": (8, "sessions of its readers, of 9 in the usage log"),
        "docs/a.md": (9, "sessions in the usage log"),
    }
    line = "estimated saving: 40 tokens, 2 x 20 (sessions of its readers, of 9 in the usage log)\n"
    assert line in run("recommend").out


def test_without_a_session_of_its_readers_nothing_is_estimated(repo: Repo, run: Run) -> None:
    repo.add({"ctxtally.toml": LIMIT, "CLAUDE.md": WORDS})
    log(repo, {"operation": "x", "tokens": 1, "agent": "codex"})
    (one,) = found(run)["recommendations"]
    assert (one["priority"], one["times"], one["estimate"]) == ("high", None, None)


ALWAYS = """\
categories: {core: {modules: [{name: a, file: docs/a.md}]}}
loading_strategy: {always_load: [core/a]}
"""
INDEX = "categories: {core: {modules: [{name: a, file: docs/a.md}]}}\n"


def test_without_a_log_nothing_is_estimated(repo: Repo, run: Run) -> None:
    repo.add({"ctxtally.toml": LIMIT, "CLAUDE.md": WORDS})
    document = found(run)
    assert document["usage"] is None
    assert [(one["times"], one["estimate"]) for one in document["recommendations"]] == [
        (None, None)
    ]
    assert "estimated" not in run("recommend").out


def test_what_only_the_log_tells(repo: Repo, run: Run) -> None:
    repo.add({"README.md": "x\n"})
    log(repo, {"operation": "read MANIFEST.json", "tokens": 29_588})
    document = found(run)
    assert [one["rule"] for one in document["recommendations"]] == [
        "usage-manifest",
        "usage-operation",
        "usage-average",
    ]
    assert {one["source"] for one in document["recommendations"]} == {"usage"}
    assert document["totals"] == {"tokens_at_start": 0, "tokens": 0}
    assert document["usage"] == {
        "log": LOG,
        "operations": 1,
        "tokens": 29_588,
        "since": "2025-11-01",
        "until": "2025-11-01",
        "active_days": 1,
    }
    assert run("recommend").out == (
        "=== OPTIMIZATION RECOMMENDATIONS ===\n"
        "What would save tokens in the index (o200k_base)\n\n"
        "1. [high] manifest operations took 29,588 tokens in 1 operation, more than 5,000\n"
        "   read a smaller manifest: without its registry, or only the part that is needed\n"
        "   estimated saving: 27,588 tokens, 1 x 27,588 (at the target of 2,000)\n"
        "   $ ctxtally catalog\n"
        '2. [high] "read MANIFEST.json" took 29,588 tokens in 1 operation, more than 10,000\n'
        "   begin with it: nothing else takes as much\n"
        "   estimated saving: 19,588 tokens, 1 x 19,588 (down to that limit)\n"
        "   $ ctxtally analyze --by session\n"
        "3. [medium] an operation takes 29,588 tokens on average, more than 3,000\n"
        "   split large operations, and load files on demand\n"
        "   estimated saving: 26,588 tokens, 1 x 26,588 (down to that limit)\n"
        "   $ ctxtally analyze --by operation\n\n"
        "usage log: .git/ctxtally/usage-log.jsonl, 1 operation, 29,588 tokens, "
        "2025-11-01 to 2025-11-01\n"
    )
    assert found(run, "--until", "2025-10-01")["usage"] is None


def test_a_later_run_says_what_came(repo: Repo, run: Run, days: Days) -> None:
    repo.add({"ctxtally.toml": LIMIT, "CLAUDE.md": WORDS})
    (promised,) = found(run)["recommendations"]
    assert found(run)["promises"] == []
    days("2026-01-09")
    line = f"  CLAUDE.md: {promised['tokens']} tokens less, on 2026-01-05; "
    assert run("recommend").out.endswith(f"\n\nRecommended before:\n{line}none came so far\n")
    repo.add({"CLAUDE.md": "word " * 4 + "\n"})
    before, now = promised["tokens"] + 10, run.tokens()["CLAUDE.md"]
    assert found(run)["promises"] == [
        {
            "path": "CLAUDE.md",
            "day": "2026-01-05",
            "tokens": promised["tokens"],
            "before": before,
            "now": now,
            "came": before - now,
            "done": "2026-01-09",
        }
    ]
    nothing = f"Nothing to recommend in the index.\n\nRecommended before:\n{line}"
    assert run("recommend").out == f"{nothing}{before - now} tokens came\n"
    assert f"; {before - now} tokens came`" in run("recommend", "--format", "markdown").out
    days("2026-03-01")
    assert run("recommend").out == "Nothing to recommend in the index.\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (WORDS * 2, "it has grown by 30 tokens"),
        (None, "the file is gone, 30 tokens came"),
    ],
)
def test_what_else_may_become_of_a_file(
    repo: Repo, run: Run, days: Days, text: str | None, told: str
) -> None:
    repo.add({"ctxtally.toml": LIMIT, "CLAUDE.md": WORDS})
    run("recommend")
    days("2026-01-09")
    if text is None:
        repo.git("rm", "-q", "--force", "CLAUDE.md")
    else:
        repo.add({"CLAUDE.md": text})
    assert run("recommend").out.rstrip("\n").endswith(told)


def test_a_waiver_leaves_nothing_to_come(repo: Repo, run: Run, days: Days) -> None:
    repo.add({"ctxtally.toml": LIMIT, "CLAUDE.md": WORDS})
    run("recommend")
    days("2026-01-09")
    waiver = '[[waiver]]\nbudget = "small"\npath = "CLAUDE.md"\nreason = "for now"\n'
    repo.add({"ctxtally.toml": LIMIT + waiver})
    assert run("recommend").out.endswith("; none came, and it is recommended no more\n")


def test_only_the_index_and_the_whole_log_are_promised(repo: Repo, run: Run) -> None:
    repo.commit("c", {"ctxtally.toml": LIMIT, "CLAUDE.md": WORDS})
    for arguments in (["--worktree"], ["--rev", "HEAD"], ["--days", "9"]):
        found(run, *arguments)
    assert not (repo.root / STATE).exists()
    found(run)
    assert (repo.root / STATE).exists()


@pytest.mark.parametrize(
    "state",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"promises": 1}',
        '{"promises": [1]}',
        '{"promises": [{"path": 1}]}',
        '{"promises": [{"path": "a", "day": "x", "tokens": 1, "before": 1, "now": 1, "done": ""}]}',
        '{"promises": [{"path": "a", "day": "2026-01-01", "tokens": "x"}]}',
        '{"promises": [{"path": "a", "day": "2026-01-01", "tokens": Infinity}]}',
        "[" * 100_000,
    ],
)
def test_a_state_that_cannot_be_read_counts_as_none(repo: Repo, run: Run, state: str) -> None:
    repo.add({"ctxtally.toml": LIMIT, "CLAUDE.md": WORDS})
    repo.write({STATE: state})
    assert found(run)["promises"] == []
    (kept,) = json.loads((repo.root / STATE).read_text())["promises"]
    assert kept["path"] == "CLAUDE.md"


def test_a_state_that_cannot_be_written_is_told(repo: Repo, run: Run) -> None:
    repo.add({"ctxtally.toml": LIMIT, "CLAUDE.md": WORDS})
    (repo.root / STATE).mkdir(parents=True)
    assert found(run)["remarks"] == [
        "what is recommended cannot be written down, so nobody will say what came"
    ]
