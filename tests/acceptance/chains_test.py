"""A repository whose chains are over what Codex reads, as most are on the day they get a budget.

The sizes are those of open-mercato/open-mercato at 8c6a837: 32 of its 35 chains were over. The
directory `packages/create-app` is not in the list that they come from; its size is what is missing
in the chain below it.
"""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.repo import Repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.command import Run

# Bytes of the AGENTS.md of each directory, and of the whole chain down to it.
CHAINS = {
    ".": (30_709, 30_709),
    "packages/ai-assistant": (103_618, 134_327),
    "packages/core": (41_559, 72_268),
    "packages/core/src/modules/customers": (9_263, 81_531),
    "packages/core/src/modules/sales": (4_331, 76_599),
    "packages/create-app": (15_478, 46_187),
    "packages/create-app/template": (40_934, 87_121),
    "packages/ui": (35_358, 66_067),
    "packages/events": (9_073, 39_782),
    "packages/onboarding": (3_057, 33_766),
    "packages/enterprise": (1_434, 32_143),
    "packages/content": (1_730, 32_439),
}
LIMIT = 32_768
OVER = {directory: whole - LIMIT for directory, (_, whole) in CHAINS.items() if whole > LIMIT}
BUDGET = """\
agents = ["codex"]

[[budget]]
name = "codex chain"
agent = "codex"
scope = "chain"
max = "32 KiB"
over = "shrink-only"

[[waiver]]
rule = "agent-limit"
path = "**"
reason = "all of it was cut before we had a budget; the chains may only shrink"
"""


def text(size: int) -> str:
    """Return so many bytes of instructions."""
    lines = "Run the checks before you push.\n" * (size // 32)
    return lines + "x" * (size - len(lines))


def path(directory: str) -> str:
    return "AGENTS.md" if directory == "." else f"{directory}/AGENTS.md"


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository in which everything was counted once."""
    made = Repo(tmp_path_factory.mktemp("chains") / "repo")
    files = {path(directory): text(own) for directory, (own, _) in CHAINS.items()}
    made.commit("base", {"ctxtally.toml": BUDGET, **files})
    made.run(sys.executable, "-m", "ctxtally", "budget")
    return made.root


@pytest.fixture
def chains(repo: Repo, counted: Path) -> Repo:
    shutil.rmtree(repo.root / ".git")
    shutil.copytree(counted, repo.root, dirs_exist_ok=True)
    return repo


def judged(run: Run, *arguments: str) -> dict[str, tuple[str, int]]:
    """Return the state and the bytes of each chain."""
    ran = run("budget", "--format", "json", *arguments)
    return {
        one["subject"].partition(" in ")[2] or ".": (one["state"], one["actual"])
        for one in ran.json["budgets"]
        if one["name"] == "codex chain"
    }


def errors(run: Run, *arguments: str) -> list[str]:
    ran = run("budget", *arguments)
    found = [line for line in ran.out.splitlines() if line.startswith("error[token-budget]: ")]
    assert ran.status == int(bool(found))
    return [line.removeprefix("error[token-budget]: ") for line in found]


@pytest.mark.usefixtures("chains")
def test_what_is_over_already_passes(run: Run) -> None:
    assert errors(run) == []
    assert judged(run) == {
        directory: ("inherited" if directory in OVER else "ok", whole)
        for directory, (_, whole) in CHAINS.items()
    }
    told = run("budget", "--verbose").out.splitlines()
    assert (
        "note[token-budget]: packages/core/AGENTS.md: 72,268 bytes in the files that Codex always "
        "loads in packages/core, 39,500 over its budget of 32,768 (codex chain: 32 KiB); 72,268 at "
        "HEAD, and it may only shrink"
    ) in told


def test_without_it_all_of_them_fail(chains: Repo, run: Run) -> None:
    chains.add({"ctxtally.toml": BUDGET.replace('over = "shrink-only"\n', "")})
    assert {one for one, (state, _) in judged(run).items() if state == "over"} == set(OVER)
    # What is over above is mended there.
    told = [one for one in OVER if one.count("/") == 1]
    assert len(errors(run)) == len(told)


@pytest.mark.parametrize(
    ("directory", "added", "expected"),
    [
        pytest.param("packages/core", -500, [], id="what is over shrinks"),
        pytest.param("packages/enterprise", 625, [], id="what is within fills its room"),
        pytest.param(
            "packages/core",
            1,
            [
                (
                    "packages/core/AGENTS.md: 72,269 bytes in the files that Codex always loads in "
                    "packages/core, 39,501 over its budget of 32,768 (codex chain: 32 KiB); +1 "
                    "since "
                    "HEAD (72,268 then), and what is over may only shrink"
                )
            ],
            id="what is over grows",
        ),
        pytest.param(
            "packages/content",
            330,
            [
                (
                    "packages/content/AGENTS.md: 32,769 bytes in the files that Codex always "
                    "loads in "
                    "packages/content, 1 over its budget of 32,768 (codex chain: 32 KiB); +330 "
                    "since "
                    "HEAD (32,439 then), and what is over may only shrink"
                )
            ],
            id="what is within does not fit any more",
        ),
        pytest.param(
            ".",
            8,
            [
                (
                    "AGENTS.md: 134,335 bytes in the files that Codex always loads in "
                    "packages/ai-assistant, 101,567 over its budget of 32,768 (codex chain: 32 "
                    "KiB); "
                    "+8 since HEAD (134,327 then), and what is over may only shrink, and so in 5 "
                    "more "
                    "directories"
                )
            ],
            id="the root grows, and each chain with it",
        ),
    ],
)
def test_a_change_is_charged_for_what_it_adds(
    chains: Repo, run: Run, directory: str, added: int, expected: list[str]
) -> None:
    chains.add({path(directory): text(CHAINS[directory][0] + added)})
    assert errors(run) == expected
    chains.commit("change")
    assert errors(run, "--rev", "HEAD") == [
        one.replace("HEAD", f"{chains.git('rev-parse', 'HEAD')[:10]}^") for one in expected
    ]
    assert errors(run) == [], "the next change is not to blame"


def test_one_more_directory(repo: Repo, run: Run) -> None:
    files = {path(one): text(20_000) for one in (".", "a", "b")}
    repo.commit("base", {"ctxtally.toml": BUDGET, **files})
    repo.add({"AGENTS.md": text(20_032)})
    (error,) = errors(run)
    assert error.endswith("what is over may only shrink, and so in 1 more directory")


def test_a_warning_before_the_limit_is_reached(chains: Repo, run: Run) -> None:
    chains.add({"ctxtally.toml": BUDGET.replace("over", 'warn = "90%"\nover')})
    states = judged(run)
    assert [one for one, (state, _) in states.items() if state == "warning"] == [
        "packages/content",
        "packages/enterprise",
        ".",
    ]
    assert (
        "warning[token-budget]: AGENTS.md: 30,709 bytes in the files that Codex always loads, "
        "1,218 over its warning line of 29,491, limit 32,768 (codex chain: 90%); the same at HEAD"
    ) in run("budget").out.splitlines()


@pytest.mark.usefixtures("chains")
def test_what_is_left_of_each_file(run: Run) -> None:
    for directory, (own, whole) in CHAINS.items():
        ran = run("explain", "--agent", "codex", "--dir", directory, "--format", "json").json
        files = {one["path"]: one for one in ran["agents"][0]["files"]}
        kept = files[path(directory)]["bytes_kept"]
        assert kept == max(0, min(own, LIMIT - (whole - own))), directory
        assert ran["agents"][0]["cut"]["bytes"] == max(0, whole - LIMIT), directory
