from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.handoff.kinds import by_kind
from ctxtally.handoff.sections import sections
from ctxtally.handoff.sizes import LEAST, Size
from ctxtally.model.progress import Change, Commit, Head, Progress
from ctxtally.model.record import replace
from ctxtally.model.session import (
    Conversation,
    Facts,
    Limit,
    Operation,
    Problem,
    RecordedTests,
    Standing,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

SHA = "1234567" + "0" * 33
START = "7654321" + "0" * 33
HEAD = Head(commit=SHA, branch="main")
FULL = Size()
STANDING = Standing(counter="o200k_base", exact=True, files=3, tokens=1_250, errors=1, warnings=2)


def told(name: str, facts: Mapping[str, object], size: Size = FULL) -> str:
    given = {"progress": Progress(head=HEAD)} | dict(facts)
    return sections(Facts(**given), size)[name]  # type: ignore[arg-type] # the test knows them


def progress(**fields: object) -> Progress:
    return Progress(**({"head": HEAD} | fields))  # type: ignore[arg-type] # the test knows them


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (HEAD, "`main` at `1234567`. Written after commit `1234567`."),
        (
            replace(HEAD, upstream="origin/main", ahead=3, behind=1, worktree="wt"),
            (
                "`main` at `1234567` (3 ahead of `origin/main`, 1 behind); worktree `wt`. "
                "Written after commit `1234567`."
            ),
        ),
        (
            replace(HEAD, rebasing=True),
            "`main` at `1234567`; a rebase is under way. Written after commit `1234567`.",
        ),
        (replace(HEAD, branch=""), "detached at `1234567`. Written after commit `1234567`."),
        (Head(commit="", branch="main"), "`main`, no commit yet."),
    ],
)
def test_git_status(head: Head, expected: str) -> None:
    assert told("git_status", {"progress": Progress(head=head)}) == expected
    assert sections(Facts(progress=Progress(head=head)), LEAST) == {"git_status": expected}


COMMITS = tuple(
    Commit(id=f"{number:07}" + "0" * 33, subject=subject)
    for number, subject in enumerate(
        ["other", "docs: b", "fix(x)!: c", "feat: d", "Fix: e", "x: y"]
    )
)


def test_commits_by_kind_in_their_order() -> None:
    assert [commit.subject for commit in by_kind(COMMITS)] == [
        "feat: d", "fix(x)!: c", "Fix: e", "docs: b", "other", "x: y",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"start": START, "origin": "session start", "commits": COMMITS[:2]},
            "2 commits since `7654321` (session start):\n- `docs: b` 0000001\n- `other` 0000000",
        ),
        ({"commits": COMMITS[:1]}, "The last 1 commit:\n- `other` 0000000"),
        (
            {"start": START, "origin": "upstream"},
            "No commits since `7654321` (where it left upstream).",
        ),
        ({}, "No commits (the last commits)."),
        (
            {"start": START, "origin": "start rewritten", "commits": COMMITS[:1], "earlier": 1_000},
            (
                "1,001 commits since `7654321` (start rewritten):\n- `other` 0000000\n"
                "- ... 1,000 earlier commits since `7654321`"
            ),
        ),
    ],
)
def test_tasks_completed(fields: dict[str, object], expected: str) -> None:
    assert told("tasks_completed", {"progress": progress(**fields)}) == expected


def test_fewer_and_shorter_commits() -> None:
    commits = tuple(Commit(id=SHA, subject="x" * 200) for _ in range(30))
    text = told(
        "tasks_completed", {"progress": progress(commits=commits)}, Size(commits=2, subject=60)
    )
    line = f"- `{'x' * 57}...` 1234567"
    assert text == f"The last 30 commits:\n{line}\n{line}\n- ... 28 earlier commits"
    empty = told(
        "tasks_completed", {"progress": progress(commits=(Commit(id=SHA, subject="\x1b"),))}
    )
    assert empty.endswith("\n- `(no subject)` 1234567")


def change(path: str, added: int | None = 1, deleted: int | None = 0) -> Change:
    return Change(path=path, added=added, deleted=deleted)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "Committed: none\nNot committed: none"),
        (
            {"commits": (Commit(id=SHA, subject="a", changes=None),)},
            "Committed: unknown (objects are missing here)\nNot committed: none",
        ),
        ({"uncommitted": None}, "Committed: none\nNot committed: unknown (hidden by pre-commit)"),
        (
            {
                "commits": (
                    Commit(
                        id=SHA, subject="b", changes=(change("b", 1, 1), change("bin", None, None))
                    ),
                    Commit(id=SHA, subject="a", changes=(change("b", 1_000, 0), change("a"))),
                ),
                "uncommitted": (change("c`d", 0, 2),),
            },
            "Committed (3): `b` +1,001 -1, `a` +1 -0, `bin`\nNot committed (1): ``c`d`` +0 -2",
        ),
    ],
)
def test_files_modified(fields: dict[str, object], expected: str) -> None:
    assert told("files_modified", {"progress": progress(**fields)}) == expected


def test_fewer_files() -> None:
    found = progress(uncommitted=tuple(change(f"{number:02}") for number in range(25)))
    text = told("files_modified", {"progress": found}, Size(files=2))
    assert text.endswith("Not committed (25): `00` +1 -0, `01` +1 -0, ... 23 more")


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        (None, "Not recorded."),
        (
            RecordedTests(command="pytest -q", commit=SHA, status=0, ago=1),
            "Last recorded: `pytest -q` exit 0 at `1234567` (1 commit ago).",
        ),
        (
            RecordedTests(command="make", commit=SHA),
            "Last recorded: `make` at `1234567` (not in this history).",
        ),
        (
            RecordedTests(command="make", commit="", status=2),
            "Last recorded: `make` exit 2 before the first commit.",
        ),
    ],
)
def test_tests_run(tests: RecordedTests | None, expected: str) -> None:
    assert told("tests_run", {"tests": tests}) == expected


def limit(subject: str, actual: int, most: int, state: str, unit: str = "tokens") -> Limit:
    return Limit(subject=subject, budget="b", actual=actual, max=most, unit=unit, state=state)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ""),
        (
            {"standing": STANDING},
            "Context files: 1,250 tokens in 3 files (o200k_base); 1 error, 2 warnings.",
        ),
        (
            {
                "standing": replace(
                    STANDING,
                    exact=False,
                    limits=(
                        limit("CLAUDE.md", 7_000, 6_000, "over"),
                        limit("x", 1, 2, "under", "bytes"),
                        limit("y", 19, 20, "warning"),
                        limit("z", 1, 20, "ok"),
                    ),
                )
            },
            (
                "Context files: ~1,250 tokens in 3 files (o200k_base); 1 error, 2 warnings.\n"
                "- `CLAUDE.md` ~7,000 of 6,000 tokens (117%), over `b`\n"
                "- `x` 1 of 2 bytes (50%), under `b`\n"
                "- `y` ~19 of 20 tokens (95%), near `b`"
            ),
        ),
        (
            {
                "standing": replace(
                    STANDING,
                    limits=(
                        limit("new.md", 5, 0, "unrecorded"),
                        limit("a.md", 9, 100, "slack", "lines"),
                        limit("codex", 40, 32, "inherited", "bytes"),
                    ),
                )
            },
            (
                "Context files: 1,250 tokens in 3 files (o200k_base); 1 error, 2 warnings.\n"
                "- `new.md` 5 tokens, not recorded for `b`\n"
                "- `a.md` 9 of 100 lines (9%), far below `b`\n"
                "- `codex` 40 of 32 bytes (125%), over as before `b`"
            ),
        ),
        (
            {"operations": (Operation(session="", tokens=5), Operation(session="", tokens=1))},
            "Logged: 6 tokens in 2 operations.",
        ),
        (
            {"standing": "ctxtally.toml:1:1: `max` is <!-- odd"},
            "Context files: not counted, ``ctxtally.toml:1:1: `max` is &lt;!-- odd``.",
        ),
        (
            {
                "conversations": (
                    Conversation(
                        tokens=162_000, window=200_000, source="statusline", session="24492272-x"
                    ),
                    Conversation(tokens=5, window=0, source="log"),
                )
            },
            (
                "Conversation: 81% of 200,000 tokens (source: statusline, session `24492272`).\n"
                "Conversation: 5 tokens (source: log)."
            ),
        ),
    ],
)
def test_token_status(facts: dict[str, object], expected: str) -> None:
    assert told("token_status", facts) == expected


def test_recommended_actions() -> None:
    problem = Problem(level="warning", rule="catalog-sum", path="a.yaml:3", message="says 20")
    one = replace(STANDING, errors=0, warnings=1, problems=(problem,))
    assert told("recommended_actions", {"standing": one}) == (
        "- warning `catalog-sum` `a.yaml:3`: `says 20`\n- `ctxtally report` shows it and what to do"
    )
    many = replace(STANDING, warnings=6, problems=(problem,) * 6)
    lines = told("recommended_actions", {"standing": many}).splitlines()
    assert len(lines) == 6
    assert lines[-1] == "- `ctxtally report` shows all 7 and what to do"
    assert told("recommended_actions", {"standing": one}, Size(actions=False)) == ""
    assert told("recommended_actions", {"standing": STANDING}) == ""
    assert told("recommended_actions", {}) == ""
