"""Where the vocabulary cannot be read, and for readers without a public one, numbers are marked."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from ctxtally.tokens import engines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.command import Run
    from tests.support.repo import Repo

TEXT = "# Rules\n\nPrefer plain sentences. <|endoftext|>\n"
INDEX = (
    "categories:\n  core:\n    token_budget: 9\n    modules:\n"
    "      - {name: one, file: docs/one.md, estimated_tokens: 5}\n"
)


@pytest.fixture
def no_vocabulary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Open no rank table, and no socket either."""

    def missing(name: str) -> str:
        return str(tmp_path / name)

    def blocked(event: str, arguments: tuple[object, ...]) -> None:
        if blocking and event.startswith("socket."):
            raise AssertionError(event, arguments)

    monkeypatch.setattr("ctxtally.tokens.bpe.data_file", missing)
    monkeypatch.setattr(engines, "_opened", {})
    blocking = [True]
    sys.addaudithook(blocked)
    yield
    blocking.clear()


@pytest.mark.usefixtures("no_vocabulary")
class TestA47TokenizerOffline:
    def test_a47_every_figure_is_marked(self, repo: Repo, run: Run) -> None:
        repo.add({"CLAUDE.md": TEXT, "docs/one.md": TEXT, "INDEX.yaml": INDEX})
        ran = run("report")
        assert ran.status == 0
        assert "guessed o200k_base, calibrated" in ran.out
        assert "note: the counter `o200k_base` cannot count (" in ran.out
        files, modules, *_ = ran.out.split("\n\n", 2)
        for row in ran.out.split("\n\n")[1].splitlines()[1:]:
            assert re.match(r" +~[0-9,]+ ", row), row
        assert re.search(r"^~[0-9]+ tokens in 3 files", ran.out, re.MULTILINE)
        assert re.search(r"`core/one` measures ~[0-9]+ tokens, stated 5", ran.out)
        assert (files, modules[:2]) == ("Context files of the index", "  ")

    def test_a47_the_same_twice(self, repo: Repo, run: Run) -> None:
        repo.add({"CLAUDE.md": TEXT})
        assert run("report").out == run("report").out
        assert run.tokens() == run.tokens()

    def test_a47_the_gate_judges_and_says_so(self, repo: Repo, run: Run) -> None:
        repo.add({"CLAUDE.md": TEXT})
        repo.add({"ctxtally.toml": '[[budget]]\nname = "x"\npaths = ["CLAUDE.md"]\nmax = 1\n'})
        ran = run("budget")
        assert ran.status == 1
        assert re.match(r"error\[token-budget\]: CLAUDE\.md: ~[0-9]+ tokens, ", ran.out)
        assert "using guessed o200k_base instead" in ran.err


class TestReaders:
    def test_what_a_file_costs_its_reader(self, repo: Repo, run: Run) -> None:
        repo.add({"CLAUDE.md": TEXT, "AGENTS.md": TEXT, "GEMINI.md": TEXT, "docs/x.md": TEXT})
        files = {
            file["path"]: file["estimate"]
            for file in run("report", "--format", "json").json["files"]
        }
        assert files["AGENTS.md"] is None, "its readers use o200k_base itself"
        for path, family in (("CLAUDE.md", "claude"), ("GEMINI.md", "gemini")):
            estimate = files[path]
            assert (estimate["counter"], estimate["method"]) == (family, "calibrated")
            assert 0 < estimate["low"] < estimate["tokens"] < estimate["high"]
        (row,) = [
            one
            for one in run("report").out.splitlines()
            if one.endswith(" CLAUDE.md") and "instructions" in one
        ]
        point, low, high = (files["CLAUDE.md"][name] for name in ("tokens", "low", "high"))
        assert f"  ~{point} [{low}-{high}] claude  " in row

    def test_remembered_by_blob(
        self, repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo.add({"CLAUDE.md": TEXT})
        first = run("report").out
        monkeypatch.setattr("ctxtally.tokens.calibration.estimate", lambda *_, **__: 1 / 0)
        assert run("report").out == first

    def test_a_link_by_the_name_of_its_reader(self, repo: Repo, run: Run) -> None:
        (repo.root / "CLAUDE.md").symlink_to("docs.md")
        repo.add({"docs.md": TEXT})
        repo.git("add", "CLAUDE.md")
        (file,) = run("report", "--format", "json").json["files"]
        assert file["estimate"]["counter"] == "claude"


def test_a_budget_in_the_tokens_of_another_counter(repo: Repo, run: Run) -> None:
    repo.add({"CLAUDE.md": TEXT})
    budget = '[[budget]]\nname = "{0}"\npaths = ["CLAUDE.md"]\ncounter = "{0}"\nmax = 5\n'
    repo.add({"ctxtally.toml": budget.format("claude") + budget.format("cl100k_base")})
    out = run("budget").out
    assert re.search(r"CLAUDE\.md: ~[0-9]+ tokens, [0-9]+ over its budget of 5 \(claude\)", out)
    assert re.search(r"CLAUDE\.md: [0-9]+ tokens, [0-9]+ over its budget of 5 \(cl100k_base\)", out)


class TestExclude:
    def test_what_is_no_context_file_here(self, repo: Repo, run: Run) -> None:
        repo.add({"CLAUDE.md": TEXT, "tests/CLAUDE.md": b"\xff", "tests/INDEX.yaml": "a: b: c\n"})
        assert run("budget").status == 1
        repo.add({"ctxtally.toml": 'exclude = ["tests/**"]\n'})
        assert run("budget", "--verbose").out.startswith("14 tokens in 1 file")
        assert list(run.tokens()) == ["CLAUDE.md"]
