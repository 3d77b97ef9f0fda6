"""The outputs in docs/budgets.md, each from a repository made for it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from ctxtally.model.baseline import PATH
from tests.support.repo import clean_environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.readme_test import Stage

GROWTH = """\
[[budget]]
name = "no creep"
paths = ["AGENTS.md"]
max = "6k tokens"
growth = "+50 tokens"
"""
CHAIN = """\
agents = ["codex"]

[[budget]]
name = "codex chain"
agent = "codex"
scope = "chain"
max = "32 KiB"
warn = "90%"
over = "shrink-only"

[[waiver]]
rule = "agent-limit"
path = "**"
reason = "was over before we had a budget"
owner = "@docs"
until = 2099-12-31
"""
SLACK = """\
[[budget]]
name = "instructions"
paths = ["AGENTS.md"]
max = "6k tokens"
slack = "1k tokens"
"""
BASELINE = """\
[[budget]]
name = "no creep"
paths = ["agents/*.md"]
max = ["baseline", "baseline in bytes"]
slack = "200 tokens"
"""
UNUSED = """\
[[budget]]
name = "guides"
paths = ["guides/*.md"]
max = "6k tokens"

[[waiver]]
budget = "guides"
path = "guides/long.md"
reason = "being split"
owner = "@docs"
"""


def _text(**sections: int) -> str:
    """Return a file with so many lines below each heading."""
    parts = []
    for name, lines in sections.items():
        items = "".join(f"- Step {number}: read the log.\n" for number in range(1, lines + 1))
        parts.append(f"## {name}\n\n{items}")
    return "# Shop\n\n" + "\n".join(parts)


def _ran(stage: Stage, *arguments: str) -> str:
    ran = stage.run(*arguments)
    return f"$ ctxtally {' '.join(arguments)}\n{ran.out}{ran.err}"


def _misspelt(stage: Stage) -> str:
    stage.repo.add({"ctxtally.toml": GROWTH.replace("6k tokens", "6k tokns")})
    return _ran(stage, "budget")


def _growth(stage: Stage) -> str:
    stage.repo.commit("base", {"ctxtally.toml": GROWTH, "AGENTS.md": _text(Build=20, Release=20)})
    stage.repo.add({"AGENTS.md": _text(Build=22, Release=30, Support=4)})
    return _ran(stage, "budget")


def _shallow(stage: Stage) -> str:
    stage.repo.commit("base", {"AGENTS.md": "word\n"})
    stage.repo.git("switch", "--quiet", "--create", "topic")
    stage.repo.commit("more", {"AGENTS.md": "words\n"})
    clone = stage.repo.root.parent / "clone"
    source = stage.repo.root.as_uri()
    command = ["git", "clone", "--quiet", "--depth=1", "--no-single-branch", source, str(clone)]
    subprocess.run(command, check=True, env=clean_environment(), capture_output=True)
    stage.patch.chdir(clone)
    return _ran(stage, "budget", "--base", "origin/main")


def _chain(stage: Stage) -> None:
    files = {"AGENTS.md": _text(Build=700), "packages/core/AGENTS.md": _text(Models=1_000)}
    stage.repo.commit("base", {"ctxtally.toml": CHAIN, **files})


def _inherited(stage: Stage) -> str:
    _chain(stage)
    return _ran(stage, "budget", "--verbose")


def _over(stage: Stage) -> str:
    _chain(stage)
    stage.repo.add({"packages/core/AGENTS.md": _text(Models=1_000, Events=9)})
    return _ran(stage, "budget")


def _slack(stage: Stage) -> str:
    stage.repo.add({"ctxtally.toml": SLACK, "AGENTS.md": _text(Build=300)})
    return _ran(stage, "budget")


def _update(stage: Stage) -> str:
    files = {"agents/plan.md": _text(Plan=40), "agents/review.md": _text(Review=90)}
    stage.repo.add({"ctxtally.toml": BASELINE, **files})
    told = _ran(stage, "baseline", "--update")
    stage.repo.git("add", PATH)
    stage.repo.commit("record")
    content = (stage.repo.root / PATH).read_text("utf-8")
    return f"{told}$ cat {PATH}\n{content}"


def _against(stage: Stage) -> str:
    _update(stage)
    stage.repo.add({"agents/plan.md": _text(Plan=42), "agents/test.md": _text(Test=9)})
    return _ran(stage, "budget")


def _check(stage: Stage) -> str:
    _update(stage)
    stage.repo.add({"agents/plan.md": _text(Plan=42), "agents/review.md": _text(Review=80)})
    return _ran(stage, "baseline", "--check")


def _merge(stage: Stage) -> str:
    _update(stage)
    for branch, path, lines in (("one", "plan", 45), ("other", "review", 95)):
        stage.repo.git("switch", "--quiet", "--create", branch, "main")
        stage.repo.add({f"agents/{path}.md": _text(**{path.title(): lines})})
        stage.run("baseline", "--update")
        stage.repo.git("add", PATH)
        stage.repo.commit(branch)
    stage.repo.git("merge", "--quiet", "one", check=False)
    return _ran(stage, "budget") + _ran(stage, "baseline", "merge")


def _unused(stage: Stage) -> str:
    stage.repo.add({"ctxtally.toml": UNUSED, "AGENTS.md": "word\n"})
    return _ran(stage, "budget", "--verbose")


BUDGETS: dict[str, Callable[[Stage], str]] = {
    "ctxtally budget with a misspelt unit": _misspelt,
    "ctxtally budget with growth": _growth,
    "ctxtally budget --base in a shallow clone": _shallow,
    "ctxtally budget with shrink-only": _inherited,
    "ctxtally budget with shrink-only, grown": _over,
    "ctxtally budget with slack": _slack,
    "ctxtally baseline --update": _update,
    "ctxtally budget against the baseline": _against,
    "ctxtally baseline --check": _check,
    "ctxtally baseline merge": _merge,
    "ctxtally budget --verbose with what is not used": _unused,
}
