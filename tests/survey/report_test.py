"""The agents of the report, and the files that only imports name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ctxtally.survey import groundwork

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

TREE = {
    "CLAUDE.md": "@notes.txt\n",
    "notes.txt": "One.\n",
    "web/CLAUDE.md": "@../notes.txt\n",
    ".claude/rules/style.md": "Be brief.\n",
}
KEYS = ("agent", "dir", "always", "on_demand", "cut", "window", "share")


def report(run: Run) -> Any:  # noqa: ANN401 - a test knows what it asked for
    return run("report", "--format", "json").json


def explained(run: Run) -> list[dict[str, object]]:
    agents = run("explain", "--format", "json").json["agents"]
    return [{key: agent[key] for key in KEYS} for agent in agents]


def test_the_report_has_the_numbers_of_explain(repo: Repo, run: Run) -> None:
    repo.add({**TREE, "AGENTS.md": "Run the tests.\n"})
    assert report(run)["agents"] == explained(run)
    # Once more, from the plan that was kept.
    assert report(run)["agents"] == explained(run)


def test_an_imported_file_is_counted_once(repo: Repo, run: Run) -> None:
    repo.add(TREE)
    found = report(run)
    assert [(one["path"], one["kind"]) for one in found["files"] if "notes" in one["path"]] == [
        ("notes.txt", "import")
    ]
    assert found["totals"]["files"] == len(TREE)
    gate = run("budget", "--format", "json").json
    assert gate["totals"]["files"] == len(TREE)


def test_what_a_budget_names_keeps_its_kind(repo: Repo, run: Run) -> None:
    budget = '[[budget]]\nname = "notes"\npaths = ["*.txt"]\nmax = 9\n'
    repo.add({**TREE, "ctxtally.toml": budget})
    assert {one["kind"] for one in report(run)["files"] if one["path"] == "notes.txt"} == {"file"}


def test_an_import_of_an_excluded_file_is_no_context_file(repo: Repo, run: Run) -> None:
    repo.add({**TREE, "ctxtally.toml": 'exclude = ["notes.txt"]\n'})
    found = report(run)
    assert "notes.txt" not in {one["path"] for one in found["files"]}
    assert found["agents"] == explained(run)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"notes.txt": "One, and two.\n"}, id="an imported file"),
        pytest.param({"CLAUDE.md": "@notes.txt @more.txt\n"}, id="an import of nothing yet"),
        pytest.param(
            {".claude/rules/style.md": "---\npaths: src/**\n---\nBe brief.\n"}, id="front matter"
        ),
        pytest.param({".claude/rules/new.md": "New.\n"}, id="a new rule"),
        pytest.param(
            {".claude/settings.json": '{"claudeMdExcludes": ["**/web/CLAUDE.md"]}'}, id="a setting"
        ),
    ],
)
def test_a_change_is_seen(repo: Repo, run: Run, change: dict[str, str]) -> None:
    repo.add(TREE)
    before = report(run)
    repo.add(change)
    after = report(run)
    assert after["agents"] == explained(run)
    assert (after["agents"], after["files"]) != (before["agents"], before["files"])


def test_an_import_that_comes_into_being_is_seen(repo: Repo, run: Run) -> None:
    repo.add({"CLAUDE.md": "@more.txt\n"})
    before = report(run)["agents"]
    repo.add({"more.txt": "More.\n"})
    after = report(run)["agents"]
    assert after == explained(run)
    assert after[0]["always"]["files"] == before[0]["always"]["files"] + 1


def test_load_sets_are_not_found_twice(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.add({**TREE, "README.md": "one\n"})
    first = report(run)
    repo.add({"README.md": "two\n"})

    def laid(*_: object, **__: object) -> None:
        raise AssertionError("the plan should have been kept")

    monkeypatch.setattr(groundwork, "lay", laid)
    assert report(run)["agents"] == first["agents"]
