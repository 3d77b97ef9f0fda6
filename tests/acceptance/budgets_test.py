"""The grammar of budgets: each kind within its limit, over its warning line and over its limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.command import Run
    from tests.support.repo import Repo

RULE = "Run the complete integration suite before publishing any release candidate.\n"
FILES: Mapping[str, str] = {
    "CLAUDE.md": "# Top\n\nZoë says: run the tests.\n",
    "AGENTS.md": "# Agents\n\nBuild first.\n",
    "packages/core/AGENTS.md": f"# Core\n\n{RULE}",
    ".claude/skills/deploy/SKILL.md": (
        "---\nname: deploy\ndescription: Deploy the shop to staging.\n---\n\n# Deploy\n\nAsk.\n"
    ),
    "docs/a.md": f"# A\n\n{RULE}",
    "docs/b.md": f"# B\n\n{RULE}",
    "docs/context/INDEX.yaml": (
        "categories:\n"
        "  core:\n"
        "    token_budget: 40\n"
        "    modules:\n"
        "      one: {path: core/one.md, estimated_tokens: 20}\n"
        "      two: {path: core/two.md, estimated_tokens: 20}\n"
    ),
    "docs/other/INDEX.yaml": (
        "categories:\n"
        "  core:\n"
        "    token_budget: 40\n"
        "    modules:\n"
        "      one: {path: ../context/core/one.md}\n"
    ),
    "docs/context/core/one.md": "# One\n\n" + "word " * 15 + "\n",
    "docs/context/core/two.md": "# Two\n\n" + "word " * 15 + "\n",
}


SELECTED = 'paths = ["CLAUDE.md"]'
ALWAYS = 'scope = "always"\nagent = "claude-code"\ndirs = ["."]'
CHAIN = 'scope = "chain"\nagent = "codex"\ndirs = ["packages/*"]'
TOTAL = 'scope = "total"\npaths = ["docs/?.md"]'
LOADED = "packages/core/AGENTS.md: {} in the files that Codex always loads in packages/core"
MOVE = (
    "Move what only some tasks need to a skill, a path-scoped rule or the instructions of the "
    "folder that it is about. "
)
TRIM = "Trim it, or raise the limit in ctxtally.toml:1"
CATALOG = f"{TRIM}. `ctxtally catalog` shows more"
EXPLAIN = f"{MOVE}{TRIM}. `ctxtally explain --agent claude-code` shows more"
BELOW = (
    "heaviest files: `packages/core/AGENTS.md` 14, `AGENTS.md` 6. Move what only some tasks need "
    "to "
    f"a skill or the instructions of the folder that it is about. {TRIM}. "
    "`ctxtally explain --agent codex --dir packages/core` shows more"
)
LINES = "`ctxtally redundancy` shows the passages, and how to keep one on purpose. "

# What a budget is written with, what it measures, what is said of that, and the way out.
KINDS = {
    "file, tokens": (SELECTED, 11, "tokens", "CLAUDE.md: {}", MOVE + TRIM),
    "file, bytes": (SELECTED, 33, "bytes", "CLAUDE.md: {}", MOVE + TRIM),
    "file, characters": (SELECTED, 32, "chars", "CLAUDE.md: {}", MOVE + TRIM),
    "file, lines": (SELECTED, 3, "lines", "CLAUDE.md: {}", MOVE + TRIM),
    "file, another counter": (
        f'{SELECTED}\ncounter = "cl100k_base"',
        12,
        "tokens",
        "CLAUDE.md: {}",
        MOVE + TRIM,
    ),
    "total": (
        TOTAL,
        28,
        "tokens",
        "docs/a.md: {} in `limit`",
        f"{TRIM}. `ctxtally report` shows more",
    ),
    "total, bytes": (
        TOTAL,
        162,
        "bytes",
        "docs/a.md: {} in `limit`",
        f"{TRIM}. `ctxtally report` shows more",
    ),
    "always": (ALWAYS, 20, "tokens", "CLAUDE.md: {} always loaded by Claude Code", EXPLAIN),
    "always, bytes": (ALWAYS, 33, "bytes", "CLAUDE.md: {} always loaded by Claude Code", EXPLAIN),
    "always, characters": (
        ALWAYS,
        32,
        "chars",
        "CLAUDE.md: {} always loaded by Claude Code",
        EXPLAIN,
    ),
    "always, lines": (ALWAYS, 3, "lines", "CLAUDE.md: {} always loaded by Claude Code", EXPLAIN),
    "chain, characters": (CHAIN, 107, "chars", LOADED, BELOW),
    "chain, lines": (CHAIN, 6, "lines", LOADED, BELOW),
    "chain": (CHAIN, 20, "tokens", LOADED, BELOW),
    "chain, bytes": (CHAIN, 107, "bytes", LOADED, BELOW),
    "listing": (
        'scope = "listing"\nagent = "claude-code"\ndirs = ["."]',
        9,
        "tokens",
        ".claude/skills/deploy/SKILL.md: {} in the listing of Claude Code",
        f"{TRIM}. `ctxtally explain --agent claude-code` shows more",
    ),
    "module": (
        'scope = "module"\npaths = ["docs/other/INDEX.yaml"]',
        19,
        "tokens",
        "docs/other/INDEX.yaml:5: `core/one` measures {}",
        CATALOG,
    ),
    "category": (
        'scope = "category"\npaths = ["docs/context/*"]',
        38,
        "tokens",
        "docs/context/INDEX.yaml:3: category `core` measures {}",
        CATALOG,
    ),
    "redundancy": (
        'scope = "redundancy"\npaths = ["docs/?.md"]',
        11,
        "tokens",
        "docs/b.md: {} of 28 (39.3%) in `docs/?.md` are repeated",
        LINES + TRIM,
    ),
}


def written(keys: str, **limits: str) -> str:
    lines = [f'{name} = "{limit}"' for name, limit in limits.items()]
    return "\n".join(["[[budget]]", 'name = "limit"', keys, *lines, ""])


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_budget(kind: str, repo: Repo, run: Run) -> None:
    keys, amount, unit, said, way_out = KINDS[kind]
    at, below = f"{amount} {unit}", f"{amount - 1} {unit}"
    rule = {"module": "module-estimate", "category": "category-budget"}.get(kind, "token-budget")
    rule = "redundancy" if kind == "redundancy" else rule
    told = said.format(counted(amount, unit))

    def judged(**limits: str) -> tuple[int, list[str]]:
        repo.add({**FILES, "ctxtally.toml": written(keys, **limits)})
        ran = run("budget")
        return ran.status, ran.out.splitlines()[:2]

    assert judged(max=at) == (0, [])
    assert judged(warn=below, max=at) == (
        0,
        [
            (
                f"warning[{rule}]: {told}, 1 over its warning line of {amount - 1}, limit {amount} "
                f"(limit: {below})"
            ),
            f"  = help: {way_out}",
        ],
    )
    assert judged(warn="50%", max=below) == (
        1,
        [
            f"error[{rule}]: {told}, 1 over its budget of {amount - 1} (limit: {below})",
            f"  = help: {way_out}",
        ],
    )


WORDS = "word " * 20 + "\n"  # 21 tokens, 101 bytes
BIGGER = "word " * 25 + "\n"  # 26 tokens, 126 bytes
SMALLER = "word " * 10 + "\n"  # 11 tokens, 51 bytes
NOTES = 'paths = ["notes.md"]'
OPTIONS = {
    "growth in tokens": (
        {"growth": "+4 tokens"},
        BIGGER,
        (
            "error[token-budget]: notes.md: 26 tokens, +5 since HEAD (21 then), at most +4 "
            "(limit: 4 tokens)"
        ),
        "Trim what was added, or raise `growth` in ctxtally.toml:1",
    ),
    "growth in bytes": (
        {"growth": "24 B"},
        BIGGER,
        (
            "error[token-budget]: notes.md: 126 bytes, +25 since HEAD (101 then), at most +24 "
            "(limit: 24 B)"
        ),
        "Trim what was added, or raise `growth` in ctxtally.toml:1",
    ),
    "growth by a share": (
        {"growth": "20%"},
        BIGGER,
        (
            "error[token-budget]: notes.md: 26 tokens, +5 since HEAD (21 then), at most +4 (limit: "
            "20%)"
        ),
        "Trim what was added, or raise `growth` in ctxtally.toml:1",
    ),
    "growth within a limit": (
        {"max": "40 tokens", "growth": "0"},
        BIGGER,
        "error[token-budget]: notes.md: 26 tokens, +5 since HEAD (21 then), at most +0 (limit)",
        "Trim what was added, or raise `growth` in ctxtally.toml:1",
    ),
    "slack": (
        {"max": "24 tokens", "slack": "12 tokens"},
        SMALLER,
        (
            "error[token-budget]: notes.md: 11 tokens, 13 of its budget of 24 are unused, at most "
            "12 "
            "(limit: 12 tokens)"
        ),
        "Lower the limit in ctxtally.toml:1, so that the room is not filled again",
    ),
    "slack by a share": (
        {"max": "200 B", "slack": "70%"},
        SMALLER,
        (
            "error[token-budget]: notes.md: 51 bytes, 149 of its budget of 200 are unused, at "
            "most 140 "
            "(limit: 70%)"
        ),
        "Lower the limit in ctxtally.toml:1, so that the room is not filled again",
    ),
    "what is over grows": (
        {"max": "20 tokens", "over": "shrink-only"},
        BIGGER,
        (
            "error[token-budget]: notes.md: 26 tokens, 6 over its budget of 20 (limit: 20 "
            "tokens); +5 "
            "since HEAD (21 then), and what is over may only shrink"
        ),
        TRIM,
    ),
    "what was within is over": (
        {"max": "25 tokens", "over": "shrink-only"},
        BIGGER,
        (
            "error[token-budget]: notes.md: 26 tokens, 1 over its budget of 25 (limit: 25 "
            "tokens); +5 "
            "since HEAD (21 then), and what is over may only shrink"
        ),
        TRIM,
    ),
}


def budget(**limits: str) -> str:
    return written(NOTES, **limits)


@pytest.mark.parametrize("option", OPTIONS)
def test_what_a_change_may_not_do(option: str, repo: Repo, run: Run) -> None:
    limits, text, message, way_out = OPTIONS[option]
    repo.commit("base", {"ctxtally.toml": budget(**limits), "notes.md": WORDS})
    assert run("budget").status == 0, "nothing has changed"
    repo.add({"notes.md": text})
    ran = run("budget")
    assert (ran.status, ran.out.splitlines()[:2]) == (1, [message, f"  = help: {way_out}"])
    repo.commit("change")
    if "slack" not in limits:
        assert run("budget").status == 0, "the next change is not to blame"
    within = {name: limit for name, limit in limits.items() if name not in ("growth", "slack")}
    if len(within) < len(limits):
        repo.add({"ctxtally.toml": budget(**{"max": "999 lines"} | within)})
        assert run("budget").out == "", "without the option nothing is said"


def test_what_is_over_may_stay_and_shrink(repo: Repo, run: Run) -> None:
    limits = {"max": "5 tokens", "over": "shrink-only"}
    repo.commit("base", {"ctxtally.toml": budget(**limits), "notes.md": WORDS})
    assert (run("budget").status, run("budget").out) == (0, "")
    repo.add({"notes.md": SMALLER})
    ran = run("budget", "--verbose")
    assert ran.status == 0
    assert ran.out.splitlines()[0] == (
        "note[token-budget]: notes.md: 11 tokens, 6 over its budget of 5 (limit: 5 tokens); 21 at "
        "HEAD, and it may only shrink"
    )
    repo.add({"ctxtally.toml": budget(max="5 tokens")})
    assert run("budget").status == 1, "without the option it fails, also where it shrinks"


def test_a_new_file_over_its_limit_is_no_old_one(repo: Repo, run: Run) -> None:
    limits = {"max": "5 tokens", "over": "shrink-only"}
    repo.commit("base", {"ctxtally.toml": budget(**limits)})
    repo.add({"notes.md": WORDS})
    assert run("budget").out.splitlines()[0] == (
        "error[token-budget]: notes.md: 21 tokens, 16 over its budget of 5 (limit: 5 tokens)"
    )


def test_a_renamed_file_is_the_old_one(repo: Repo, run: Run) -> None:
    lines = "".join(f"Step {number}: read the log.\n" for number in range(30))
    keys = 'paths = ["*.md"]'
    limits = {"max": "5 tokens", "over": "shrink-only"}
    repo.commit("base", {"ctxtally.toml": written(keys, **limits), "old.md": lines})
    repo.git("mv", "old.md", "new.md")
    assert run("budget").status == 0
    repo.add({"new.md": f"{lines}One more.\n"})
    before, after = run.tokens("--rev", "HEAD")["old.md"], run.tokens()["new.md"]
    assert run("budget").out.splitlines()[0] == (
        f"error[token-budget]: new.md: {after} tokens, {after - 5} over its budget of 5 (limit: 5 "
        f"tokens); +{after - before} since HEAD ({before} then, as old.md), and what is over may "
        "only shrink"
    )


def test_several_units_in_one_budget(repo: Repo, run: Run) -> None:
    lines = 'max = ["20 tokens", "1 KiB", "9 lines"]\nwarn = ["100 B", "90%"]\n'
    repo.commit("base", {"ctxtally.toml": written(NOTES) + lines, "notes.md": "word\n"})
    repo.add({"notes.md": WORDS})
    ran = run("budget")
    assert ran.status == 1
    assert [line for line in ran.out.splitlines() if "[" in line] == [
        (
            "error[token-budget]: notes.md: 21 tokens, 1 over its budget of 20 (limit: 20 "
            "tokens); +19 "
            "since HEAD (2 then)"
        ),
        (
            "warning[token-budget]: notes.md: 101 bytes, 1 over its warning line of 100, limit "
            "1,024 "
            "(limit: 100 B); +96 since HEAD (5 then)"
        ),
    ]
    judged = run("budget", "--format", "json").json["budgets"]
    assert [(one["unit"], one["actual"], one["max"], one["state"]) for one in judged] == [
        ("bytes", 101, 1_024, "warning"),
        ("tokens", 21, 20, "over"),
        ("lines", 1, 9, "ok"),
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param('message = "Ask the team."', "  = help: Ask the team.", id="message"),
        pytest.param('level = "warning"', f"  = help: {TRIM}", id="level"),
    ],
)
def test_what_is_said_of_a_broken_budget(repo: Repo, run: Run, line: str, told: str) -> None:
    repo.add({"ctxtally.toml": f"{budget(max='5 tokens')}{line}\n", "notes.md": WORDS})
    first, second, *_ = run("budget").out.splitlines()
    level = "warning" if "level" in line else "error"
    assert first.startswith(f"{level}[token-budget]: notes.md: 21 tokens, 16 over")
    assert second == told
