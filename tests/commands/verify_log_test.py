"""`ctxtally verify --claude-log`: what we say that Claude Code loads beside what it recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.documents import rows, section
from tests.support.data import CHECKOUT

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

TREE = {
    "CLAUDE.md": "# Shop\n\n@docs/build.md\n",
    "docs/build.md": "Run make.\n",
    "docs/other.md": "Nobody imports this.\n",
    "packages/core/CLAUDE.md": "Run all tests.\n",
    "packages/core/src/a.c": "int a;\n",
    ".claude/rules/api.md": '---\npaths: ["api/**"]\n---\nUse the client.\n',
}


def line(
    path: str, reason: str = "session_start", *, root: str = "/home/u/shop", **more: str
) -> str:
    given = {
        "session_id": "24492272",
        "cwd": root,
        "hook_event_name": "InstructionsLoaded",
        "file_path": f"{root}/{path}",
        "memory_type": "Project",
        "load_reason": reason,
    }
    return json.dumps(given | more) + "\n"


@pytest.fixture
def shop(repo: Repo) -> Repo:
    repo.add(TREE)
    return repo


def test_file_by_file(shop: Repo, run: Run) -> None:
    shop.write(
        {
            "log.jsonl": line("docs/build.md", "include", parent_file_path="/home/u/shop/CLAUDE.md")
            + line("CLAUDE.md")
            + line("docs/other.md")
            + line("x", file_path="/home/u/.claude/CLAUDE.md")
            + "torn\n"
        }
    )
    ran = run("verify", "--claude-log", "log.jsonl")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        "What Claude Code recorded, and what we say it loads (log.jsonl; subject: index)\n"
        "\n"
        "Session 24492272 in .\n"
        "\n"
        "  we say  it says        verdict     path                       because of\n"
        "  always  include        agrees      docs/build.md              CLAUDE.md:3\n"
        "  always  session_start  agrees      CLAUDE.md                  **/CLAUDE.md\n"
        "  -       session_start  unforeseen  docs/other.md\n"
        "  -       session_start  outside     /home/u/.claude/CLAUDE.md\n"
        "  glob    -              waiting     .claude/rules/api.md       .claude/rules/api.md:2\n"
        "  nested  -              waiting     packages/core/CLAUDE.md    **/CLAUDE.md\n"
        "\n"
        "2 of 3 files agree\n"
        "waiting: 2 files on demand that the session did not touch\n"
        "outside: 1 file that the repository does not hold\n"
        "note: passed over, for it is no JSON: 1 line of the log\n"
    )


def test_our_own_log(shop: Repo, run: Run) -> None:
    events = [
        {
            "kind": "instructions",
            "session": "s",
            "dir": "packages/core",
            "path": path,
            "reason": why,
        }
        for path, why in (
            ("CLAUDE.md", "session_start"),
            ("docs/build.md", "include"),
            ("packages/core/CLAUDE.md", "session_start"),
        )
    ]
    shop.write({"log.jsonl": "".join(json.dumps(one) + "\n" for one in events)})
    found = run("verify", "--claude-log", "log.jsonl", "--format", "json").json
    assert found["totals"] == {"sessions": 1, "files": 3, "agree": 3}
    assert {one["dir"] for one in found["agreement"]} == {"packages/core"}


def test_the_last_session_of_each_directory(shop: Repo, run: Run) -> None:
    there = str(shop.root)
    shop.write(
        {
            "log.jsonl": line("docs/other.md", root=there, session_id="old")
            + line("CLAUDE.md", root=there, session_id="new")
            + line("CLAUDE.md", root="/elsewhere", session_id="x", cwd="")
            + line("CLAUDE.md", root=there, session_id="core", cwd=f"{there}/packages/core")
        }
    )
    ran = run("verify", "--claude-log", "log.jsonl", "*.md", "packages/**")
    assert ran.out.count("Session new in .\n") == 1
    assert ran.out.count("Session core in packages/core\n") == 1
    assert "docs/" not in ran.out
    assert ran.out.endswith(
        "note: left out: 1 earlier session in the same directory\n"
        "note: left out: 1 session of other repositories\n"
    )


def test_globs_that_select_nothing(shop: Repo, run: Run) -> None:
    shop.write({"log.jsonl": line("CLAUDE.md")})
    ran = run("verify", "--claude-log", "log.jsonl", "none/**")
    assert ran.out.endswith("Session 24492272 in .\n\n0 of 0 files agree\n")


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("option", "name"),
    [(("--yes",), "yes"), (("--model", "x"), "model"), (("--endpoint", "x"), "endpoint")],
)
def test_options_of_the_other_kind(run: Run, option: tuple[str, ...], name: str) -> None:
    ran = run("verify", "--claude-log", "log.jsonl", *option)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        f"error: --{name} has no use with --claude-log: nothing is sent\n"
        f"  = help: leave out --{name}\n"
    )


@pytest.mark.parametrize(
    ("content", "error", "way_out"),
    [
        pytest.param(
            None,
            '"log.jsonl" cannot be read: No such file or directory',
            "name a file of InstructionsLoaded payloads, one to a line",
            id="absent",
        ),
        pytest.param(
            "{}\n",
            '"log.jsonl" records no file that Claude Code loaded',
            "let its InstructionsLoaded hook run `ctxtally hook`, or append the payload to it",
            id="nothing recorded",
        ),
        pytest.param(
            line("no/such/file.md"),
            'no session in "log.jsonl" is of this repository',
            "run the command in the repository that the sessions were in",
            id="another repository",
        ),
        pytest.param(
            json.dumps(
                {"kind": "instructions", "path": "CLAUDE.md", "dir": "gone", "reason": "include"}
            ),
            'no tracked file lies below "gone"',
            "write it as seen from the top of the repository",
            id="a directory that is gone",
        ),
    ],
)
def test_mistakes(shop: Repo, run: Run, content: str | None, error: str, way_out: str) -> None:
    if content is not None:
        shop.write({"log.jsonl": content})
    ran = run("verify", "--claude-log", "log.jsonl")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == f"error: {error}\n  = help: {way_out}\n"


def test_the_keys_are_listed(shop: Repo, run: Run) -> None:
    shop.write({"log.jsonl": line("CLAUDE.md")})
    found = run("verify", "--claude-log", "log.jsonl", "--format", "json").json
    json_md = CHECKOUT / "docs" / "json.md"
    for heading, part in (("verify --claude-log", found), ("recorded", found["agreement"][0])):
        assert [row[0].strip("`") for row in rows(section(json_md, heading))] == list(part)
    totals = next(
        row[1] for row in rows(section(json_md, "verify --claude-log")) if row[0] == "`totals`"
    )
    assert all(f"`{key}`" in totals for key in found["totals"])
