"""What the gate says of the limits of agents, and of imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.replay_test import Gate

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

LONG = "# Kept\n" + "word word\n" * 3_300 + "# Lost\n"
WAIVER = '[[waiver]]\n{}\npath = "AGENTS.md"\nreason = "moves soon"\n'
NO_DEFAULTS = "defaults = false\n"
SKILL = "---\nname: release\ndescription: {}\n---\nTag it.\n"

CUT = (
    "AGENTS.md: Codex keeps 32,768 of 33,014 bytes and loses 74 tokens (under `Lost`): "
    "its files share 32,768 bytes"
)


def told(run: Run) -> list[str]:
    found = run("budget", "--format", "json").json["findings"]
    return [f"{one['level']}[{one['rule']}] {one['path']}: {one['message']}" for one in found]


@pytest.mark.parametrize(
    ("files", "findings", "status"),
    [
        pytest.param(
            {"AGENTS.md": LONG, ".codex/config.toml": "#\n"},
            [f"error[agent-limit] {CUT}"],
            1,
            id="a sign of Codex",
        ),
        pytest.param(
            {"AGENTS.md": LONG},
            [
                (
                    "warning[token-budget] AGENTS.md: 33,014 bytes, 246 over its budget of 32,768 "
                    "(codex project instructions: 32 KiB)"
                )
            ],
            0,
            id="no sign of it",
        ),
        pytest.param(
            {"AGENTS.md": LONG, "ctxtally.toml": 'agents = ["codex"]\n'},
            [f"error[agent-limit] {CUT}"],
            1,
            id="Codex in the configuration",
        ),
        pytest.param(
            {"AGENTS.md": LONG, "ctxtally.toml": NO_DEFAULTS}, [], 0, id="without defaults"
        ),
        pytest.param(
            {
                "AGENTS.md": LONG,
                ".codex/config.toml": "#\n",
                "ctxtally.toml": WAIVER.format('budget = "codex project-docs"'),
            },
            [f"note[agent-limit] {CUT} (waived: moves soon)"],
            0,
            id="waived by the name of the limit",
        ),
        pytest.param(
            {
                "AGENTS.md": LONG,
                ".codex/config.toml": "#\n",
                "ctxtally.toml": WAIVER.format('rule = "agent-limit"'),
            },
            [f"note[agent-limit] {CUT} (waived: moves soon)"],
            0,
            id="waived by the rule",
        ),
        pytest.param(
            {".claude/skills/release/SKILL.md": SKILL.format("x" * 1_537)},
            [
                (
                    "error[agent-limit] .claude/skills/release/SKILL.md: Claude Code cuts "
                    "`description` and `when_to_use`: 1,537 characters, at most 1,536 characters"
                )
            ],
            1,
            id="a long description",
        ),
        pytest.param(
            {".windsurf/rules/a.md": "x" * 12_001},
            [
                (
                    "warning[agent-limit] .windsurf/rules/a.md: 12,001 characters, for Windsurf "
                    "at most 12,000 characters"
                )
            ],
            0,
            id="a long rule",
        ),
        pytest.param(
            {"CLAUDE.md": "@docs/none.md @./none.md\n", "docs/a.md": "word\n"},
            [
                (
                    "warning[import-missing] CLAUDE.md: `@docs/none.md` imports nothing: "
                    "no tracked file is there"
                ),
                (
                    "warning[import-missing] CLAUDE.md: `@./none.md` imports nothing: "
                    "no tracked file is there"
                ),
            ],
            0,
            id="imports of nothing",
        ),
        pytest.param(
            {"CLAUDE.md": "@../other/a.md\n", "ctxtally.toml": NO_DEFAULTS},
            [
                (
                    "error[import-outside] CLAUDE.md: `@../other/a.md` leads out of the "
                    "repository: not measured"
                )
            ],
            1,
            id="an import of what lies outside",
        ),
        pytest.param(
            {"AGENTS.md": "x" * 32_768, ".codex/config.toml": "#\n"}, [], 0, id="just within"
        ),
        pytest.param(
            {"a/AGENTS.md": "x" * 20_000, "b/AGENTS.md": "x" * 20_000, ".codex/config.toml": "#\n"},
            [],
            0,
            id="chains that no session loads together",
        ),
        pytest.param(
            {"GEMINI.md": "@./none.md\n", "ctxtally.toml": 'agents = ["codex"]\n'},
            [],
            0,
            id="an import of an agent that is not used",
        ),
        pytest.param({"CLAUDE.md": "Use @google/genai.\n"}, [], 0, id="a package"),
        pytest.param(
            {"CLAUDE.md": b"\xff\n"},
            [
                "error[not-utf-8] CLAUDE.md: not UTF-8: byte 0 (line 1) is 0xFF",
            ],
            1,
            id="what cannot be read is told of once",
        ),
    ],
)
def test_the_gate(
    repo: Repo, run: Run, files: dict[str, str | bytes], findings: list[str], status: int
) -> None:
    repo.add(files)
    assert told(run) == findings
    assert run("budget").status == status


@pytest.mark.parametrize(
    ("base", "change"),
    [
        pytest.param(
            {"CLAUDE.md": "@notes.txt\n", "notes.txt": "One.\n"},
            {"notes.txt": "@./none.md\n"},
            id="an imported file changes",
        ),
        pytest.param(
            {"CLAUDE.md": "@notes.txt\n", "AGENTS.md": "One.\n"},
            {"notes.txt": "@./none.md\n"},
            id="what is imported comes into being",
        ),
        pytest.param(
            {
                ".windsurf/rules/a.md": "---\ntrigger: glob\n---\nOne.\n",
                ".codex/config.toml": "#\n",
            },
            {".windsurf/rules/a.md": "---\ntrigger: glob\n---\n" + "x" * 12_000},
            id="a rule grows",
        ),
        pytest.param(
            {
                ".augment/rules/a.md": "---\ntype: manual\n---\n" + "x" * 30_000,
                ".augment/rules/b.md": "---\ntype: always_apply\n---\n" + "x" * 30_000,
            },
            {".augment/rules/a.md": "---\ntype: always_apply\n---\n" + "x" * 30_000},
            id="front matter makes a rule always load",
        ),
        pytest.param(
            {"AGENTS.md": "x" * 20_000, ".codex/config.toml": "project_doc_max_bytes = 30_000\n"},
            {".codex/config.toml": "project_doc_max_bytes = 10_000\n"},
            id="a setting of an agent",
        ),
    ],
)
def test_a_change_of_a_load_set_is_judged(
    repo: Repo,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    base: dict[str, str],
    change: dict[str, str],
) -> None:
    gate = Gate(capsys, monkeypatch)
    repo.commit("base", base)
    first = gate()
    assert gate() == (*first[:2], True)
    repo.add(change)
    _, printed, replayed = gate()
    assert not replayed
    assert printed != first[1]


def test_a_budget_of_what_always_loads(repo: Repo, run: Run) -> None:
    budget = '[[budget]]\nname = "start"\nscope = "always"\nagent = "claude-code"\nmax = 20\n'
    repo.commit("base", {"CLAUDE.md": "See @notes.txt now.\n", "notes.txt": "word\n" * 4})
    repo.add({"ctxtally.toml": budget, "notes.txt": "word\n" * 40})
    ran = run("budget")
    assert ran.status == 1
    assert ran.out.splitlines()[:2] == [
        (
            "error[token-budget]: notes.txt: 86 tokens always loaded by Claude Code, 66 over its "
            "budget of 20 (start); +72 since HEAD (14 then)"
        ),
        (
            "  = help: grew: `notes.txt` 8 to 80. heaviest files: `notes.txt` 80, `CLAUDE.md` 6. "
            "Move what only some tasks need to a skill, a path-scoped rule or the instructions of "
            "the folder that it is about. Trim it, or raise the limit in ctxtally.toml:1. "
            "`ctxtally explain --agent claude-code` shows more"
        ),
    ]
    (judged,) = run("budget", "--format", "json").json["budgets"]
    assert (judged["scope"], judged["subject"], judged["actual"], judged["state"]) == (
        "always",
        "claude-code",
        86,
        "over",
    )


def test_the_shipped_budget_follows_imports(repo: Repo, run: Run) -> None:
    repo.add({"CLAUDE.md": "@big.txt\n", "big.txt": "word " * 24_000})
    (found,) = run("budget", "--format", "json").json["findings"]
    assert found["message"] == (
        "24,005 tokens always loaded by Claude Code, 4,005 over its budget of 20,000 "
        "(always-loaded: 10% of 200k)"
    )


def test_a_budget_may_name_an_agent_without_a_sign(repo: Repo, run: Run) -> None:
    budget = '[[budget]]\nname = "c"\nscope = "chain"\nagent = "codex"\nmax = "40 bytes"\n'
    repo.add({"AGENTS.md": "x" * 30, "a/AGENTS.md": "x" * 20, "ctxtally.toml": budget})
    (found,) = run("budget", "--format", "json").json["findings"]
    assert found["path"] == "AGENTS.md"
    assert found["message"] == (
        "50 bytes in the files that Codex always loads in a, 10 over its budget of 40 (c: 40 bytes)"
    )
