from __future__ import annotations

from typing import Any

import pytest

from ctxtally.budget.advice import Detail, Section
from ctxtally.budget.findings import findings
from ctxtally.budget.loads import amount, judge_loads
from ctxtally.model.loadset import AgentLoad, LoadedFile, LoadSet
from ctxtally.model.record import replace
from ctxtally.render import text
from tests.support.make import bound, budget

ROOT = LoadedFile(path="CLAUDE.md", load="always", via="CLAUDE.md", tokens=100, bytes_kept=400)
NOTES = LoadedFile(
    path="notes.md",
    load="always",
    via="CLAUDE.md:3",
    tokens=30,
    bytes_kept=90,
    bytes_cut=10,
    tokens_cut=5,
)
SKILL = LoadedFile(
    path="skill.md", load="description", via="*", tokens=900, bytes_kept=4_000, listing=7
)
OTHER = replace(SKILL, path="other.md", listing=9)


def load(
    agent: str = "claude-code",
    directory: str = ".",
    files: tuple[LoadedFile, ...] = (ROOT, NOTES, SKILL, OTHER),
) -> AgentLoad:
    names = {"claude-code": "Claude Code", "codex": "Codex", "cursor": "Cursor"}
    return AgentLoad(name=names[agent], loads=LoadSet(agent=agent, dir=directory, files=files))


@pytest.mark.parametrize(
    ("scope", "unit", "expected"),
    [
        pytest.param("always", "tokens", 100 + 30 + 7 + 9, id="with the lines of listings"),
        pytest.param("always", "bytes", 400 + 90, id="bytes that are kept"),
        pytest.param("chain", "bytes", 400 + 100, id="before any cut"),
        pytest.param("chain", "tokens", 100 + 35, id="tokens before any cut"),
        pytest.param("listing", "tokens", 7 + 9, id="a listing"),
    ],
)
def test_what_is_judged(scope: str, unit: str, expected: int) -> None:
    assert amount(load().loads, scope, unit) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "subjects"),
    [
        pytest.param({}, ["claude-code", "codex", "codex in packages/a"], id="all of them"),
        pytest.param({"agent": "codex"}, ["codex", "codex in packages/a"], id="an agent"),
        pytest.param({"dirs": ("packages/*",)}, ["codex in packages/a"], id="directories"),
        pytest.param({"dirs": (".",)}, ["claude-code", "codex"], id="the top"),
        pytest.param({"agent": "cursor"}, [], id="an agent that loads nothing"),
        pytest.param({"scope": "file"}, [], id="another scope"),
    ],
)
def test_which_load_sets_are_judged(fields: dict[str, object], subjects: list[str]) -> None:
    given: dict[str, Any] = {"scope": "always", "max": bound(1_000), **fields}
    one = budget(**given)
    agents = [load(), load("codex"), load("codex", "packages/a")]
    found = list(judge_loads([one], agents, exact=True))
    assert [outcome.subject for outcome in found] == subjects
    assert {outcome.state for outcome in found} <= {"ok"}


def said(one: object, agents: list[AgentLoad], before: int | None = None) -> str:
    outcomes = [
        replace(outcome, before=before, since="HEAD")
        for outcome in judge_loads([one], agents, exact=True)  # type: ignore[list-item]
    ]
    sections = (
        Section(heading="# Top", line=1, tokens=60),
        Section(heading="# Last", line=9, tokens=40),
    )
    details = {"CLAUDE.md": Detail(sections=sections)}
    return text.findings(findings(outcomes, details))


HEAVIEST = "heaviest files: `CLAUDE.md` 100, `notes.md` 30. "
SECTIONS = "heaviest sections: `# Top` 60 (line 1), `# Last` 40 (line 9). "
WAY_OUT = (
    "Trim it, or raise the limit in ctxtally.toml:1. "
    "`ctxtally explain --agent claude-code` shows more"
)


@pytest.mark.parametrize(
    ("fields", "message", "way_out"),
    [
        pytest.param(
            {"scope": "always", "max": bound(100)},
            "CLAUDE.md: 146 tokens always loaded by Claude Code, 46 over its budget of 100 (limit)",
            HEAVIEST + SECTIONS,
            id="always",
        ),
        pytest.param(
            {"scope": "chain", "max": bound(499, "bytes")},
            "CLAUDE.md: 500 bytes in the files that Claude Code always loads, 1 over its budget of "
            "499 (limit)",
            HEAVIEST.replace("30", "35") + SECTIONS,
            id="a chain",
        ),
        pytest.param(
            {"scope": "listing", "max": bound(15)},
            "other.md: 16 tokens in the listing of Claude Code, 1 over its budget of 15 (limit)",
            "heaviest files: `other.md` 9, `skill.md` 7. ",
            id="a listing",
        ),
    ],
)
def test_the_whole_message(fields: dict[str, Any], message: str, way_out: str) -> None:
    told = said(budget(**fields), [load()])
    assert told == f"error[token-budget]: {message}\n  = help: {way_out}{WAY_OUT}"


def test_what_grew() -> None:
    told = said(budget(scope="always", max=bound(100)), [load(directory="web")], before=120)
    first = told.partition("\n")[0]
    assert first == (
        "error[token-budget]: CLAUDE.md: 146 tokens always loaded by Claude Code in web, 46 over "
        "its budget of 100 (limit); +26 since HEAD (120 then)"
    )


def test_one_file_has_no_heaviest_files() -> None:
    told = said(budget(scope="always", max=bound(99)), [load(files=(ROOT,))])
    assert told.endswith(f"  = help: {SECTIONS}{WAY_OUT}")


def test_agents_that_load_the_same_are_told_of_together() -> None:
    told = said(budget(scope="always", max=bound(100)), [load(), load("codex"), load("cursor")])
    assert told.count("error[") == 1
    assert "always loaded by Claude Code, Codex, Cursor, 46 over" in told


@pytest.mark.parametrize(
    ("dirs", "told"),
    [
        pytest.param([".", "a", "a/b"], ["."], id="below what is over"),
        pytest.param(["a", "a/b", "c"], ["a", "c"], id="beside it"),
        pytest.param(["ab", "a"], ["ab", "a"], id="a name that begins alike"),
    ],
)
def test_a_directory_below_one_that_is_as_bad_is_not_told(dirs: list[str], told: list[str]) -> None:
    found = said(budget(scope="always", max=bound(100)), [load(directory=one) for one in dirs])
    where = ["" if one == "." else f" in {one}" for one in told]
    lines = [line for line in found.splitlines() if line.startswith("error")]
    assert [f"loaded by Claude Code{one}, 46" in line for one, line in zip(where, lines)] == [  # noqa: B905 - the lengths are compared below
        True for _ in told
    ]
    assert len(lines) == len(told)


def test_what_is_over_is_told_below_a_warning() -> None:
    one = budget(scope="always", max=bound(140), warn=bound(99))
    told = said(one, [load(files=(ROOT,)), load(directory="a")])
    assert [line.partition(":")[0] for line in told.splitlines() if "[" in line] == [
        "warning[token-budget]",
        "error[token-budget]",
    ]


def test_nothing_to_load_is_within_every_budget() -> None:
    (outcome,) = judge_loads([budget(scope="listing", max=bound(0))], [load(files=())], exact=True)
    assert (outcome.state, outcome.path, outcome.actual) == ("ok", "", 0)


def test_a_warning_is_told_below_what_may_only_shrink() -> None:
    """The note above fails nothing, so it stands for nothing."""
    one = budget(scope="chain", max=bound(120), warn=bound(99), shrink_only=True)
    inherited, warned = judge_loads([one], [load(), load(directory="a", files=(ROOT,))], exact=True)
    told = text.findings(
        findings([replace(inherited, before=135, since="HEAD"), replace(warned, actual=110)], {})
    )
    assert [line.partition(" ")[0] for line in told.splitlines() if "[" in line] == [
        "note[token-budget]:",
        "warning[token-budget]:",
    ]
