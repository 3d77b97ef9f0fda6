"""What is left out because it is told of elsewhere must not be what fails."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters.clock import now

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

WORDS = "word " * 20 + "\n"  # 21 tokens
LIMIT = '[[budget]]\nname = "start"\nscope = "always"\nagent = "claude-code"\nmax = 20\n'
TOP = "CLAUDE.md: 21 tokens always loaded by Claude Code, 1 over its budget of 20 (start)"
BELOW = (
    "packages/ai/CLAUDE.md: 62 tokens always loaded by Claude Code in packages/ai, 42 over its "
    "budget of 20 (start)"
)


def waiver(path: str, until: str = "") -> str:
    last = f"until = {until}\n" if until else ""
    return f'[[waiver]]\nbudget = "start"\npath = "{path}"\nreason = "being split"\n{last}'


@pytest.fixture
def nested(repo: Repo) -> Repo:
    """Return a repository that is over its budget at the top, and further below it."""
    repo.add({"CLAUDE.md": WORDS, "packages/ai/CLAUDE.md": "word " * 40 + "\n"})
    return repo


def findings(run: Run) -> list[str]:
    """Return the findings as text, after a look at the exit code and at JSON."""
    ran = run("budget", "--verbose")
    told = [line for line in ran.out.splitlines() if "[token-budget]: " in line]
    assert (ran.status, ran.err) == (int(any(line.startswith("error") for line in told)), "")
    known = json.loads(run("budget", "--format", "json").out)
    assert [f"{one['level']}[token-budget]" for one in known["findings"]] == [
        line.partition(":")[0] for line in told
    ]
    return told


class TestWaiverOfTheTop:
    """It allows what it names, and never what is as bad below."""

    def test_it_leaves_what_is_below(self, nested: Repo, run: Run) -> None:
        nested.add({"ctxtally.toml": LIMIT + waiver("CLAUDE.md")})
        assert findings(run) == [
            f"error[token-budget]: {BELOW}",
            f"note[token-budget]: {TOP} (waived: being split)",
        ]

    def test_so_does_one_in_its_days_of_grace(self, nested: Repo, run: Run) -> None:
        ended = now().date() - timedelta(days=3)
        nested.add({"ctxtally.toml": LIMIT + waiver("CLAUDE.md", str(ended))})
        fails = ended + timedelta(days=15)
        assert findings(run) == [
            f"error[token-budget]: {BELOW}",
            (
                f"warning[token-budget]: {TOP} (waiver ctxtally.toml:6 expired on {ended}; it "
                f"fails from {fails} on)"
            ),
        ]

    def test_junit_fails_the_case_below(self, nested: Repo, run: Run) -> None:
        nested.add({"ctxtally.toml": LIMIT + waiver("CLAUDE.md")})
        ran = run("budget", "--format", "junit")
        assert ran.status == 1
        assert "told of in another case" not in ran.out

    def test_one_that_covers_both_is_told_once(self, nested: Repo, run: Run) -> None:
        nested.add({"ctxtally.toml": LIMIT + waiver("**/CLAUDE.md")})
        assert findings(run) == [f"note[token-budget]: {TOP} (waived: being split)"]

    def test_none_is_told_once(self, nested: Repo, run: Run) -> None:
        nested.add({"ctxtally.toml": LIMIT})
        assert findings(run) == [f"error[token-budget]: {TOP}"]

    def test_what_is_allowed_below_is_no_waiver_in_vain(self, nested: Repo, run: Run) -> None:
        nested.add({"ctxtally.toml": LIMIT + waiver("packages/ai/*")})
        assert findings(run) == [
            f"error[token-budget]: {TOP}",
            f"note[token-budget]: {BELOW} (waived: being split)",
        ]
        assert "unused-waiver" not in run("budget", "--verbose").out

    def test_the_allowed_one_between_does_not_hide_the_lowest(self, nested: Repo, run: Run) -> None:
        settings = LIMIT + waiver("packages/ai/CLAUDE.md")
        nested.add({"ctxtally.toml": settings, "packages/ai/core/CLAUDE.md": "word " * 60 + "\n"})
        nested.git("rm", "--quiet", "--cached", "CLAUDE.md")
        assert findings(run) == [
            (
                "error[token-budget]: packages/ai/core/CLAUDE.md: 102 tokens always loaded by "
                "Claude Code in packages/ai/core, 82 over its budget of 20 (start)"
            ),
            (
                "note[token-budget]: packages/ai/CLAUDE.md: 41 tokens always loaded by Claude "
                "Code in packages/ai, 21 over its budget of 20 (start) (waived: being split)"
            ),
        ]


def test_agents_with_the_same_amount_and_another_past(repo: Repo, run: Run) -> None:
    """One agent had as much before, the other has doubled."""
    settings = 'agents = ["claude-code", "codex"]\n[[budget]]\nname = "start"\nscope = "always"\n'
    settings += 'max = 20\nover = "shrink-only"\n'
    long = "word " * 40 + "\n"
    repo.commit("base", {"ctxtally.toml": settings, "CLAUDE.md": long, "AGENTS.md": WORDS})
    repo.git("rm", "--quiet", "CLAUDE.md")
    (repo.root / "CLAUDE.md").symlink_to("AGENTS.md")
    repo.add({"AGENTS.md": long})
    repo.git("add", "CLAUDE.md")
    assert findings(run) == [
        (
            "error[token-budget]: AGENTS.md: 41 tokens always loaded by Codex, 21 over its budget "
            "of 20 (start); +20 since HEAD (21 then), and what is over may only shrink"
        ),
        (
            "note[token-budget]: AGENTS.md: 41 tokens always loaded by Claude Code, 21 over its "
            "budget of 20 (start); 41 at HEAD, and it may only shrink"
        ),
    ]
