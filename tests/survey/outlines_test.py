"""Load sets that are kept while words change are those that would be found anew."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctxtally.survey import loads
from tests.support.repo import Repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.command import Run

SKILL = "---\nname: deploy\ndescription: How to deploy.\n---\nRun it.\n"
TREE = {
    "CLAUDE.md": "Read @docs/style.md first.\n",
    "AGENTS.md": "Run the tests. Mail team@example.com.\n",
    "GEMINI.md": "\n\nBe kind.\n\n",
    "docs/style.md": "Short lines.\n",
    "packages/a/AGENTS.md": "Package a.\n",
    "packages/a/CLAUDE.md": "Package a for one.\n<!-- a remark -->\n",
    ".claude/rules/style.md": "---\npaths: src/**\n---\nTabs.\n",
    ".claude/skills/deploy/SKILL.md": SKILL,
    ".codex/config.toml": "model = 'x'\n",
    ".cursor/rules/one.mdc": "---\nalwaysApply: true\n---\nOne.\n",
    ".windsurf/rules/long.md": "x " * 5_995 + "\n",
    "src/main.py": "1\n",
}
# What is put in the place of a line, or at the end: words, and what is more than words.
PIECES = [
    "More words here.\n", "", "word", "\n", "x" * 20 + "\n", "x" * 200 + "\n", "line\n" * 250,
    "@docs/style.md\n", "`@docs/style.md`\n", "@src/main.py and @none.md\n", "@scope/package\n",
    "<!-- gone -->\n", "```\n@docs/style.md\n", "---\n", "---\nalwaysApply: false\n---\n",
    "description: other\n", "paths: docs/**\n", "# Heading\n", "é\n", "a\r\nb\r\n",
]  # fmt: skip


@pytest.fixture
def found_anew(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by one whenever load sets are found anew."""
    real, times = loads.load_sets, []

    def watched(*arguments: Any) -> Any:  # noqa: ANN401 - passed on as it is
        times.append("anew")
        return real(*arguments)

    monkeypatch.setattr("ctxtally.survey.groundwork.load_sets", watched)
    return times


def told(repo: Repo, run: Run) -> dict[str, Any]:
    """Return what the report says, by the memory there is; then what it says without any."""
    state = repo.root / ".git" / "ctxtally"
    remembering = run("report", "--format", "json").json
    kept = state.rename(state.with_name("kept"))
    anew = run("report", "--format", "json").json
    shutil.rmtree(state)
    kept.rename(state)
    assert remembering == anew
    document: dict[str, Any] = anew
    return document


@pytest.mark.untraced
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edits=st.lists(
        st.tuples(
            st.sampled_from(sorted(TREE)),
            st.integers(0, 5),
            st.sampled_from(PIECES),
            st.booleans(),
        ),
        min_size=1,
        max_size=4,
    ),
    limited=st.booleans(),
)
def test_as_if_found_anew(
    edits: list[tuple[str, int, str, bool]],
    limited: bool,  # noqa: FBT001 - hypothesis gives it
    tmp_path_factory: pytest.TempPathFactory,
    run: Run,
) -> None:
    repo = Repo(tmp_path_factory.mktemp("edited"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(repo.root)
        limit = "project_doc_max_bytes = 150\n" if limited else ""
        repo.commit("base", TREE | {".codex/config.toml": limit})
        run("report")
        for path, at, piece, replaced in edits:
            _edit(repo.root / path, at, piece, replaced=replaced)
            repo.git("add", path)
            told(repo, run)


def _edit(path: Path, at: int, piece: str, *, replaced: bool) -> None:
    lines = path.read_text("utf-8").splitlines(keepends=True)
    at = min(at, len(lines))
    lines[at : at + replaced] = [piece]
    path.write_text("".join(lines), encoding="utf-8", newline="")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("AGENTS.md", "Run all the tests.\n", id="words"),
        pytest.param("AGENTS.md", "Mail team@example.com and me@example.com.\n", id="a mail"),
        pytest.param("AGENTS.md", "Use `@docs/style.md`.\n", id="an import in code"),
        pytest.param("docs/style.md", "Long lines.\n", id="what is imported"),
        pytest.param("packages/a/CLAUDE.md", "<!-- x -->\nOther.\n", id="with a comment"),
        pytest.param(".claude/skills/deploy/SKILL.md", SKILL + "Twice.\n", id="below front matter"),
        pytest.param("GEMINI.md", "\n\nBe very kind.\n\n\n", id="white space around"),
    ],
)
def test_words_are_no_reason_to_find_them_anew(
    repo: Repo, run: Run, path: str, text: str, found_anew: list[str]
) -> None:
    repo.commit("base", TREE)
    run("budget")
    found_anew.clear()
    repo.add({path: text})
    assert run("budget").status == 0
    assert found_anew == []
    told(repo, run)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("CLAUDE.md", "Now read @docs/style.md first.\n", id="what imports"),
        pytest.param("AGENTS.md", "See @docs/style.md.\n", id="a new import"),
        pytest.param("AGENTS.md", "Use @scope/package.\n", id="a new name that is none"),
        pytest.param("AGENTS.md", "x" * 32_769, id="a limit that is cut at"),
        pytest.param("packages/a/CLAUDE.md", "x\n" * 201, id="a limit that is advice"),
        pytest.param("packages/a/AGENTS.md", "x" * 32_760, id="a limit that is shared"),
        pytest.param(".windsurf/rules/long.md", "x" * 12_001, id="a limit for one file"),
        pytest.param(".claude/skills/deploy/SKILL.md", SKILL[4:], id="no front matter"),
        pytest.param(".codex/config.toml", "project_doc_max_bytes = 160\n", id="a setting"),
    ],
)
def test_more_than_words_are(
    repo: Repo, run: Run, path: str, text: str, found_anew: list[str]
) -> None:
    repo.commit("base", TREE)
    run("budget")
    found_anew.clear()
    repo.add({path: text})
    run("budget")
    assert found_anew == ["anew"]
    told(repo, run)


def test_advice_is_told_with_the_number_of_now(repo: Repo, run: Run, found_anew: list[str]) -> None:
    repo.commit("base", {"CLAUDE.md": "x\n" * 201})
    for lines in (201, 250, 1_000):
        repo.add({"CLAUDE.md": "x\n" * lines})
        assert f"CLAUDE.md: {lines:,} lines, for Claude Code at most 200 lines" in run("budget").out
    assert found_anew == ["anew"]
    repo.add({"CLAUDE.md": "x\n" * 199 + "x"})
    assert "lines" not in run("budget").out
    assert found_anew == ["anew", "anew"]


def test_the_first_word_below_front_matter_costs_all_of_it(repo: Repo, run: Run) -> None:
    matter = '---\ntype: always_apply\nx: "' + "y " * 1_500 + '"\n---\n'
    rules = {".augment/rules/a.md": matter, ".augment/rules/b.md": "word " * 9_600 + "\n"}
    repo.commit("base", rules)
    assert run("budget").status == 0
    repo.add({".augment/rules/a.md": matter + "body\n"})
    ran = run("budget")
    assert ran.status == 1
    assert "Augment skips the whole file" in ran.out
    told(repo, run)
