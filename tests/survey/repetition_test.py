"""Repeated text in the gate and the report: only where a budget asks, and against a base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally import __main__
from ctxtally.adapters import verdict

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

RULE = "Run the complete integration suite before publishing any release candidate.\n"
OTHER = "Keep credentials in the vault and rotate them whenever somebody leaves.\n"
GROWTH = '[[budget]]\nname = "no more"\nscope = "redundancy"\ngrowth = 0\n'


def test_the_gate_looks_only_where_a_budget_asks(repo: Repo, run: Run) -> None:
    repo.add({"CLAUDE.md": f"{RULE}\n{RULE}"})
    assert run("budget", "--verbose").out.count("redundancy") == 0
    assert "redundancy" in run("report").out


@pytest.mark.parametrize(
    ("text", "status"),
    [
        pytest.param(f"{RULE}\n{RULE}", 0, id="as before"),
        pytest.param(RULE, 0, id="less"),
        pytest.param(f"{RULE}\n{RULE}\n{OTHER}", 0, id="something new"),
        pytest.param(f"{RULE}\n{RULE}\n{OTHER}\n{OTHER}", 1, id="more"),
    ],
)
def test_growth(repo: Repo, run: Run, text: str, status: int) -> None:
    repo.commit("base", {"ctxtally.toml": GROWTH, "CLAUDE.md": f"{RULE}\n{RULE}"})
    repo.add({"CLAUDE.md": text})
    assert run("budget").status == run("redundancy").status == status
    repo.commit("change")
    assert run("budget", "--rev", "HEAD").status == status, "against the parent"


def test_growth_says_by_how_much(repo: Repo, run: Run) -> None:
    repo.commit("base", {"ctxtally.toml": GROWTH, "CLAUDE.md": f"{RULE}\n{RULE}"})
    repo.add({"CLAUDE.md": f"{RULE}\n{RULE}\n{OTHER}\n{OTHER}"})
    ran = run("budget")
    first, second = ran.out.splitlines()[:2]
    assert first == (
        "error[redundancy]: CLAUDE.md: 23 tokens of 46 (50.0%) in `claude-code in .` are repeated, "
        "+12 since HEAD (11 then), at most +0 (no more)"
    )
    assert second == (
        "  = help: `ctxtally redundancy` shows the passages, and how to keep one on purpose. "
        "Trim what was added, or raise `growth` in ctxtally.toml:1"
    )
    judged = run("budget", "--format", "json").json["budgets"]
    (outcome,) = (one for one in judged if one["scope"] == "redundancy")
    assert (outcome["state"], outcome["actual"], outcome["max"]) == ("grown", 23, None)


def test_growth_of_a_set_that_is_new(repo: Repo, run: Run) -> None:
    repo.commit("base", {"ctxtally.toml": GROWTH, "AGENTS.md": OTHER})
    repo.add({"CLAUDE.md": f"{RULE}\n{RULE}"})
    assert run("budget").status == 1


def test_growth_of_paths(repo: Repo, run: Run) -> None:
    repo.commit("base", {"ctxtally.toml": f'{GROWTH}paths = ["docs/*.md"]\n', "README.md": RULE})
    repo.add({"docs/a.md": RULE, "docs/b.md": RULE})
    assert run("budget").status == 1


def test_the_first_commit_has_no_base(repo: Repo, run: Run) -> None:
    repo.add({"ctxtally.toml": GROWTH, "CLAUDE.md": f"{RULE}\n{RULE}"})
    assert run("budget").status == 0


def test_a_verdict_about_growth_is_not_replayed_for_another_base(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = repo.commit("first", {"ctxtally.toml": GROWTH, "CLAUDE.md": RULE})
    repo.commit("second", {"CLAUDE.md": f"{RULE}\n{RULE}"})
    monkeypatch.setattr("sys.argv", ["ctxtally", "budget"])
    assert __main__.main() == 0
    assert verdict.replay(["budget"]) == 0
    repo.git("reset", "--quiet", "--soft", first)
    assert __main__.main() == 1


def test_an_imported_file_changes_the_verdict(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    budget = GROWTH.replace("growth = 0", "max = 0")
    repo.commit(
        "base", {"ctxtally.toml": budget, "CLAUDE.md": f"@notes.txt\n\n{RULE}", "notes.txt": OTHER}
    )
    monkeypatch.setattr("sys.argv", ["ctxtally", "budget"])
    assert __main__.main() == 0
    assert verdict.replay(["budget"]) == 0
    repo.add({"notes.txt": RULE})
    assert __main__.main() == 1


def test_the_report_has_the_sets(repo: Repo, run: Run) -> None:
    repo.add({"CLAUDE.md": f"{RULE}\n{RULE}", "GEMINI.md": OTHER})
    found = run("report", "--format", "json").json["redundancy"]
    assert [(one["name"], one["redundant"] > 0) for one in found["sets"]] == [
        ("claude-code in .", True),
        ("gemini-cli in .", False),
    ]
    assert found["totals"]["files"] == 2
    out = run("report").out
    assert "Repeated text\n\n  repeated  tokens  ratio  files  loaded together\n" in out
    assert "warning[redundancy]: CLAUDE.md: " in out
    repo.add({"CLAUDE.md": RULE})
    assert "Repeated text" not in run("report").out


def test_a_handoff_tells_of_growth(repo: Repo, run: Run) -> None:
    repo.commit("base", {"ctxtally.toml": GROWTH, "CLAUDE.md": f"{RULE}\n{RULE}"})
    repo.add({"CLAUDE.md": f"{RULE}\n{RULE}\n{OTHER}\n{OTHER}"})
    assert run("budget").status == 1
    assert run("handoff", "refresh").status == 0
    told = (repo.root / ".agent-handoffs" / "CURRENT_SESSION.md").read_text("utf-8")
    assert "`claude-code in .` 23 of 11 tokens (209%), grown `no more`" in told
