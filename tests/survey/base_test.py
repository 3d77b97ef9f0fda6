"""What a change is measured against where there are several, or fewer than there seem to be."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ctxtally import __main__
from ctxtally.adapters import verdict
from ctxtally.adapters.merging import brought_in
from tests.support.data import CHECKOUT
from tests.support.repo import clean_environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.command import Run
    from tests.support.repo import Repo

GROWTH = '[[budget]]\nname = "no creep"\npaths = ["*.md"]\ngrowth = "+5 tokens"\n'
SHRINK = '[[budget]]\nname = "small"\npaths = ["*.md"]\nmax = 15\nover = "shrink-only"\n'


def words(number: int) -> str:
    """Return a text of one token more."""
    return "word " * number + "\n"


def errors(run: Run, *arguments: str) -> list[str]:
    ran = run("budget", *arguments)
    found = [line for line in ran.out.splitlines() if line.startswith("error")]
    assert (ran.status, ran.err) == (int(bool(found)), "")
    return found


def forked(repo: Repo, base: dict[str, str], main: dict[str, str], side: dict[str, str]) -> None:
    """Leave the branch side checked out, and main beside it."""
    repo.commit("base", base)
    repo.git("branch", "side")
    repo.commit("main", main)
    repo.git("switch", "--quiet", "side")
    repo.commit("side", side)


def merge(repo: Repo, *names: str) -> None:
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", *names, check=False)


class TestMerge:
    """What equals another parent is no change of the merge."""

    def test_what_the_other_branch_grew(self, repo: Repo, run: Run) -> None:
        base = {"ctxtally.toml": GROWTH, "a.md": words(20)}
        forked(repo, base, {"a.md": words(40)}, {"other.txt": "x\n"})
        merge(repo, "main")
        assert errors(run) == errors(run, "--worktree") == []
        repo.commit("merged")
        assert errors(run, "--rev", "HEAD") == []

    def test_what_the_merge_adds_to_both(self, repo: Repo, run: Run) -> None:
        base = {"ctxtally.toml": GROWTH, "a.md": words(20)}
        forked(repo, base, {"a.md": words(40)}, {"other.txt": "x\n"})
        merge(repo, "main")
        repo.add({"a.md": words(50)})
        expected = (
            "error[token-budget]: a.md: 51 tokens, +10 since {} (41 then), at most +5 (no creep: 5 "
            "tokens)"
        )
        assert errors(run) == [expected.format("MERGE_HEAD")]
        assert errors(run, "--worktree") == [expected.format("MERGE_HEAD")]
        repo.commit("merged")
        head = repo.git("rev-parse", "HEAD")[:10]
        assert errors(run, "--rev", "HEAD") == [expected.format(f"{head}^2")]

    def test_sections_are_those_of_the_parent_that_it_is_compared_with(
        self, repo: Repo, run: Run
    ) -> None:
        def text(setup: int, build: int) -> str:
            return f"# Setup\n{words(setup)}\n# Build\n{words(build)}"

        base = {"ctxtally.toml": GROWTH, "a.md": text(9, 9)}
        forked(repo, base, {"a.md": text(30, 9)}, {"other.txt": "x\n"})
        merge(repo, "main")
        repo.add({"a.md": text(30, 20)})
        assert (
            run("budget")
            .out.splitlines()[1]
            .startswith("  = help: sections that grew: `# Build` 13 to 24 (line 4). heaviest")
        )

    def test_the_parent_with_more_decides_for_each_subject(self, repo: Repo, run: Run) -> None:
        base = {"ctxtally.toml": GROWTH, "a.md": words(20), "b.md": words(20)}
        forked(repo, base, {"a.md": words(40)}, {"b.md": words(40)})
        merge(repo, "main")
        assert errors(run) == []
        repo.add({"a.md": words(47), "b.md": words(48)})
        assert errors(run) == [
            (
                "error[token-budget]: a.md: 48 tokens, +7 since MERGE_HEAD (41 then), at most +5 "
                "(no creep: 5 tokens)"
            ),
            (
                "error[token-budget]: b.md: 49 tokens, +8 since HEAD (41 then), at most +5 (no "
                "creep: 5 tokens)"
            ),
        ]

    def test_a_conflict_that_takes_what_the_other_has(self, repo: Repo, run: Run) -> None:
        base = {"ctxtally.toml": SHRINK, "a.md": words(20)}
        forked(repo, base, {"a.md": words(40)}, {"a.md": words(18)})
        merge(repo, "main")
        repo.git("checkout", "--quiet", "--theirs", "a.md")
        repo.git("add", "a.md")
        assert errors(run) == []
        repo.add({"a.md": words(41)})
        assert errors(run) == [
            (
                "error[token-budget]: a.md: 42 tokens, 27 over its budget of 15 (small); +1 "
                "since MERGE_HEAD (41 then), and what is over may only shrink"
            )
        ]

    def test_of_several_at_once(self, repo: Repo, run: Run) -> None:
        repo.commit("base", {"ctxtally.toml": GROWTH, "a.md": words(20), "b.md": words(20)})
        for name, path in (("one", "a.md"), ("two", "b.md")):
            repo.git("switch", "--quiet", "--create", name, "main")
            repo.commit(name, {path: words(40)})
        repo.git("switch", "--quiet", "main")
        repo.commit("main", {"other.txt": "x\n"})
        merge(repo, "one", "two")
        assert errors(run) == []
        repo.add({"b.md": words(50)})
        two = repo.git("rev-parse", "two")[:10]
        assert errors(run) == [
            (
                f"error[token-budget]: b.md: 51 tokens, +10 since {two} (41 then), at most +5 (no "
                "creep: 5 tokens)"
            )
        ]

    def test_what_is_repeated(self, repo: Repo, run: Run) -> None:
        limit = '[[budget]]\nname = "twice"\nscope = "redundancy"\npaths = ["*.md"]\ngrowth = 0\n'
        base = {"ctxtally.toml": limit, "a.md": words(20)}
        forked(repo, base, {"b.md": words(20)}, {"other.txt": "x\n"})
        merge(repo, "main")
        assert errors(run) == []
        repo.add({"c.md": words(20)})
        assert errors(run) == [
            (
                "error[redundancy]: b.md: 42 tokens of 63 (66.7%) in `*.md` are repeated, +21 "
                "since MERGE_HEAD (21 then), at most +0 (twice)"
            )
        ]

    def test_a_listed_file_that_the_other_branch_took_away(self, repo: Repo, run: Run) -> None:
        index = "modules:\n  - {name: a, path: a.md, estimated_tokens: 21}\n"
        repo.commit("base", {"docs/context/INDEX.yaml": index, "docs/context/a.md": words(20)})
        repo.git("branch", "side")
        repo.git("rm", "--quiet", "docs/context/a.md")
        repo.commit("main")
        repo.git("switch", "--quiet", "side")
        repo.commit("side", {"other.txt": "x\n"})
        merge(repo, "main")
        assert errors(run) == []

    def test_by_a_hook_of_a_clean_merge(self, repo: Repo) -> None:
        """Git has not written MERGE_HEAD yet when it runs this hook."""
        base = {"ctxtally.toml": GROWTH, "a.md": words(20)}
        forked(repo, base, {"a.md": words(40)}, {"other.txt": "x\n"})
        hook = repo.root / ".git" / "hooks" / "pre-merge-commit"
        hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ctxtally budget\n', "utf-8")
        hook.chmod(0o755)
        path = os.pathsep.join([str(CHECKOUT / "hooks"), os.environ.get("PYTHONPATH", "")])
        done = repo.run("git", "merge", "--no-edit", "main", check=False, PYTHONPATH=path)
        assert done.returncode == 0, done.stderr
        assert repo.git("log", "-1", "--format=%s").startswith("Merge branch 'main'")

    def test_a_verdict_holds_for_what_was_merged(
        self, repo: Repo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.argv", ["ctxtally", "budget"])
        base = {"ctxtally.toml": GROWTH, "a.md": words(20)}
        forked(repo, base, {"a.md": words(40)}, {"other.txt": "x\n"})
        merge(repo, "main")
        assert __main__.main() == 0
        assert verdict.replay(["budget"]) == 0
        (repo.root / ".git" / "MERGE_HEAD").unlink()
        assert verdict.replay(["budget"]) is None
        assert __main__.main() == 1


class TestWhatIsMerged:
    def test_nothing(self, repo: Repo) -> None:
        assert brought_in(str(repo.root / ".git")) == []

    def test_what_git_names_to_its_hook(self, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GITHEAD_" + "AB" * 20, "main")
        monkeypatch.setenv("GITHEAD_" + "0c" * 20, "other")
        assert brought_in(str(repo.root / ".git")) == ["0c" * 20, "ab" * 20]

    def test_a_name_that_is_no_commit_here(
        self, repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo.commit("base", {"ctxtally.toml": GROWTH, "a.md": words(20)})
        repo.add({"a.md": words(40)})
        monkeypatch.setenv("GITHEAD_" + "ab" * 20, "elsewhere")
        assert errors(run) == [
            (
                "error[token-budget]: a.md: 41 tokens, +20 since HEAD (21 then), at most +5 (no "
                "creep: 5 tokens)"
            )
        ]


class TestRenamedDirectory:
    """A directory that git takes for renamed has the load sets that it had."""

    @pytest.fixture
    def nested(self, repo: Repo) -> Repo:
        lines = "".join(f"Step {number}: read the log.\n" for number in range(30))
        repo.commit("base", {"AGENTS.md": words(2), "pk/a/AGENTS.md": lines, "pk/a/x.py": "x\n"})
        return repo

    @pytest.mark.parametrize(
        "limit",
        [
            pytest.param('scope = "chain"\nmax = 100\nover = "shrink-only"', id="a chain"),
            pytest.param('scope = "always"\ngrowth = "+20 tokens"', id="always"),
        ],
    )
    @pytest.mark.parametrize(
        ("old", "new"), [("pk/a", "pk/b"), ("pk", "packages"), ("pk/a", "deep/down/a")]
    )
    def test_it_has_not_grown(self, nested: Repo, run: Run, limit: str, old: str, new: str) -> None:
        budget = f'agents = ["codex"]\n[[budget]]\nname = "c"\nagent = "codex"\n{limit}\n'
        nested.commit("limit", {"ctxtally.toml": budget})
        (nested.root / new).parent.mkdir(parents=True, exist_ok=True)
        nested.git("mv", old, new)
        assert errors(run) == errors(run, "--worktree") == []
        nested.commit("rename")
        assert errors(run, "--rev", "HEAD") == []

    def test_what_is_added_to_it_is_told_with_what_it_was(self, nested: Repo, run: Run) -> None:
        limit = 'name = "c"\nagent = "codex"\nscope = "chain"\ngrowth = "+5 tokens"\n'
        nested.commit("limit", {"ctxtally.toml": f"[[budget]]\n{limit}"})
        nested.git("mv", "pk/a", "pk/b")
        text = (nested.root / "pk/b/AGENTS.md").read_text("utf-8")
        nested.add({"pk/b/AGENTS.md": text + "# Then\nread it again, from the first line on.\n"})
        ran = run("budget")
        error, way_out, *_ = ran.out.splitlines()
        assert error == (
            "error[token-budget]: pk/b/AGENTS.md: 256 tokens in the files that Codex always loads "
            "in pk/b, +13 since HEAD (243 then), at most +5 (c: 5 tokens)"
        )
        assert way_out.startswith("  = help: grew: `pk/b/AGENTS.md` 240 to 253. heaviest files: ")
        assert "sections that grew: `# Then` 0 to 13 (line 31)" in way_out

    def test_one_that_was_there_has_grown(self, nested: Repo, run: Run) -> None:
        """Whoever works in it reads more now."""
        limit = 'name = "c"\nagent = "codex"\nscope = "chain"\ngrowth = "+5 tokens"\n'
        nested.commit("limit", {"ctxtally.toml": f"[[budget]]\n{limit}", "pk/b/y.py": "y\n"})
        nested.git("mv", "pk/a/AGENTS.md", "pk/b/AGENTS.md")
        assert errors(run) == [
            (
                "error[token-budget]: pk/b/AGENTS.md: 243 tokens in the files that Codex always "
                "loads in pk/b, +240 since HEAD (3 then), at most +5 (c: 5 tokens)"
            )
        ]


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        pytest.param("growth = 0", ["at most +0 (docs)"], id="a number"),
        pytest.param('growth = "10%"', [], id="a share"),
    ],
)
def test_a_share_of_nothing_says_nothing(repo: Repo, run: Run, limit: str, told: list[str]) -> None:
    settings = f'[[budget]]\nname = "docs"\nscope = "total"\npaths = ["docs/*.md"]\n{limit}\n'
    repo.commit("base", {"ctxtally.toml": settings})
    repo.add({"docs/a.md": "word\n"})
    start = "error[token-budget]: docs/a.md: 2 tokens in `docs`, +2 since HEAD (0 then), "
    assert errors(run) == [start + one for one in told]
    repo.commit("first")
    repo.add({"docs/b.md": "word\n"})
    assert len(errors(run)) == 1, "of something it does"


class TestShallowClone:
    @pytest.fixture
    def shallow(self, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
        repo.commit("base", {"a.md": words(20)})
        limit = '[[budget]]\nname = "twice"\nscope = "redundancy"\npaths = ["*.md"]\n'
        repo.commit("grown", {"ctxtally.toml": limit + "growth = 0\n", "b.md": words(20)})
        source = repo.root.as_uri()
        command = ["git", "clone", "--quiet", "--depth=1", source, str(tmp_path / "clone")]
        subprocess.run(command, check=True, env=clean_environment(), capture_output=True)
        monkeypatch.chdir(tmp_path / "clone")
        return repo

    def test_what_is_repeated_is_not_passed_unjudged(self, shallow: Repo, run: Run) -> None:
        head = shallow.git("rev-parse", "HEAD")[:10]
        ran = run("budget", "--rev", "HEAD")
        assert (ran.status, ran.out, ran.err) == (
            2,
            "",
            (
                f"error: what was before revision {head} (HEAD) is not in this shallow clone, so "
                "growth cannot be judged\n  = help: fetch more of the history: `git fetch "
                "--unshallow`, or `fetch-depth: 0`\n"
            ),
        )
        assert run("redundancy", "--rev", "HEAD").err == ran.err
        assert errors(run) == [], "the index is compared with HEAD, which is here"

    def test_the_first_commit_of_all(self, repo: Repo, run: Run) -> None:
        repo.commit("first", {"ctxtally.toml": GROWTH, "a.md": words(20)})
        assert errors(run, "--rev", "HEAD") == []

    def test_the_merge_of_a_pull_request(
        self, repo: Repo, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What GitHub checks out: the branch is a parent, so it takes a base to judge it."""
        base = {"ctxtally.toml": GROWTH, "a.md": words(20)}
        forked(repo, base, {"b.md": words(20)}, {"a.md": words(40)})
        repo.git("switch", "--quiet", "main")
        repo.git("merge", "--quiet", "--no-edit", "side")
        source = repo.root.as_uri()
        command = ["git", "clone", "--quiet", "--depth=2", source, str(tmp_path / "clone")]
        subprocess.run(command, check=True, env=clean_environment(), capture_output=True)
        monkeypatch.chdir(tmp_path / "clone")
        main = repo.git("rev-parse", "HEAD^")[:10]
        assert errors(run, "--rev", "HEAD") == []
        assert errors(run, "--base", "HEAD^") == [
            (
                f"error[token-budget]: a.md: 41 tokens, +20 since {main} of HEAD^ (21 then), at "
                "most +5 (no creep: 5 tokens)"
            )
        ]
