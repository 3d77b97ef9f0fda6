"""What was at the base of a change: the commit before, or where a branch left another."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from ctxtally import __main__
from ctxtally.adapters import verdict
from ctxtally.adapters.renames import renames
from ctxtally.adapters.trees import Index
from tests.support.repo import Repo, clean_environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.command import Run

WORDS = "word " * 20 + "\n"  # 21 tokens
MORE = "word " * 30 + "\n"  # 31 tokens
GROWTH = '[[budget]]\nname = "no creep"\npaths = ["*.md"]\ngrowth = "+5 tokens"\n'


def errors(run: Run, *arguments: str) -> list[str]:
    ran = run("budget", *arguments)
    found = [line for line in ran.out.splitlines() if line.startswith("error")]
    assert (ran.status, ran.err) == (int(bool(found)), "")
    return found


class TestBase:
    @pytest.fixture
    def topic(self, repo: Repo) -> Repo:
        """Return a branch that grew in two commits, while main shrank."""
        repo.commit("base", {"ctxtally.toml": GROWTH, "notes.md": WORDS})
        repo.git("switch", "--quiet", "--create", "topic")
        repo.commit("one", {"notes.md": "word " * 24 + "\n"})
        repo.commit("two", {"notes.md": "word " * 28 + "\n"})
        repo.git("switch", "--quiet", "main")
        repo.commit("other", {"notes.md": "word\n", "other.md": WORDS})
        repo.git("switch", "--quiet", "topic")
        return repo

    def test_each_commit_is_within_and_the_branch_is_not(self, topic: Repo, run: Run) -> None:
        assert errors(run) == errors(run, "--rev", "HEAD") == errors(run, "--rev", "HEAD^") == []
        where = topic.git("merge-base", "main", "topic")[:10]
        expected = [
            (
                f"error[token-budget]: notes.md: 29 tokens, +8 since {where} of main (21 then), at "
                "most +5 (no creep: 5 tokens)"
            )
        ]
        assert errors(run, "--base", "main") == expected
        assert errors(run, "--base", "main", "--rev", "topic") == expected
        assert errors(run, "--base", "main", "--worktree") == expected
        named = topic.git("merge-base", "main", "topic")
        assert errors(run, "--base", named) == [expected[0].replace(" of main", "")]
        topic.git("switch", "--quiet", "main")
        assert errors(run, "--base", "main", "--rev", "topic") == expected
        assert errors(run, "--base", "topic") == [], "what shrank, and what is new"

    @pytest.mark.usefixtures("topic")
    @pytest.mark.parametrize("name", ["json", "markdown", "sarif", "github", "junit"])
    def test_each_format_judges_against_it(self, run: Run, name: str) -> None:
        assert run("budget", "--format", name).status == 0
        ran = run("budget", "--base", "main", "--format", name)
        assert ran.status == 1
        assert "29 tokens, +8 since" in ran.out

    def test_a_listed_file_that_the_branch_took_away(self, repo: Repo, run: Run) -> None:
        index = "modules:\n  - {name: a, path: a.md, estimated_tokens: 21}\n"
        repo.commit("base", {"docs/context/INDEX.yaml": index, "docs/context/a.md": WORDS})
        repo.git("switch", "--quiet", "--create", "topic")
        repo.git("rm", "--quiet", "docs/context/a.md")
        repo.commit("take it away")
        repo.commit("another")
        assert errors(run) == []
        (error,) = errors(run, "--base", "main")
        assert error.startswith("error[catalog-missing-file]: docs/context/INDEX.yaml:2: ")

    @pytest.mark.parametrize(
        ("name", "error", "way_out"),
        [
            pytest.param(
                "origin/gone",
                'no commit is named "origin/gone" here',
                "name a branch, a tag or a commit id; is it fetched? `git fetch origin gone`",
                id="no such name",
            ),
            pytest.param(
                "--help",
                'no commit is named "--help" here',
                "name a branch, a tag or a commit id",
                id="an option",
            ),
            pytest.param(
                "",
                'no commit is named "" here',
                "name a branch, a tag or a commit id; if a variable is empty there, leave out "
                "`--base`",
                id="nothing",
            ),
            pytest.param(
                "origin/",
                'no commit is named "origin/" here',
                "name a branch, a tag or a commit id; if a variable is empty there, leave out "
                "`--base`",
                id="a remote alone",
            ),
            pytest.param(
                "feature/gone",
                'no commit is named "feature/gone" here',
                "name a branch, a tag or a commit id; is it fetched? "
                "`git fetch origin feature/gone`",
                id="a name with a slash",
            ),
            pytest.param(
                "upstream/team/gone",
                'no commit is named "upstream/team/gone" here',
                "name a branch, a tag or a commit id; is it fetched? "
                "`git fetch upstream team/gone`",
                id="of another remote",
            ),
            pytest.param(
                "refs/heads/gone",
                'no commit is named "refs/heads/gone" here',
                "name a branch, a tag or a commit id; is it fetched? `git fetch origin gone`",
                id="a full name",
            ),
            *(
                pytest.param(
                    name,
                    f'no commit is named "{name}" here',
                    "name a branch, a tag or a commit id",
                    id=name,
                )
                for name in (
                    "origin/--all",
                    "a b",
                    "main..side",
                    "gone~1",
                    "$(gone)",
                    "a;b",
                    "gone.lock",
                    "@{-9}",
                    "origin//gone",
                )
            ),
            pytest.param(
                "orphan",
                '"orphan" and the index have no common ancestor',
                "name a branch that this history began from",
                id="another history",
            ),
        ],
    )
    def test_what_is_no_base(
        self, topic: Repo, run: Run, name: str, error: str, way_out: str
    ) -> None:
        topic.git("switch", "--quiet", "--orphan", "orphan")
        topic.commit("another root")
        topic.git("switch", "--quiet", "topic")
        topic.git("remote", "add", "upstream", "https://example.invalid/x")
        ran = run("budget", f"--base={name}")
        assert (ran.status, ran.out) == (2, "")
        assert ran.err == f"error: {error}\n  = help: {way_out}\n"

    def test_before_the_first_commit(self, repo: Repo, run: Run) -> None:
        repo.commit("elsewhere", {"notes.md": WORDS})
        repo.git("switch", "--quiet", "--orphan", "fresh")
        repo.add({"notes.md": WORDS})
        ran = run("budget", "--base", "main")
        assert (ran.status, ran.err) == (
            2,
            (
                'error: there is no commit yet, so "main" is not what this began from\n'
                "  = help: commit something first, or leave out `--base`\n"
            ),
        )

    def test_a_shallow_clone(
        self, topic: Repo, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clone = tmp_path / "clone"
        source = topic.root.as_uri()
        command = ["git", "clone", "--quiet", "--depth=1", "--no-single-branch", source, str(clone)]
        subprocess.run(command, check=True, env=clean_environment(), capture_output=True)
        monkeypatch.chdir(clone)
        ran = run("budget", "--base", "origin/main")
        assert (ran.status, ran.err) == (
            2,
            (
                'error: "origin/main" and the index have no common ancestor in this shallow clone\n'
                "  = help: fetch more of the history: `git fetch --unshallow`, or `fetch-depth: "
                "0`\n"
            ),
        )
        ran = run("budget", "--rev", "HEAD")
        head = topic.git("rev-parse", "HEAD")[:10]
        assert (ran.status, ran.out, ran.err) == (
            2,
            "",
            (
                f"error: what was before revision {head} (HEAD) is not in this shallow clone, so "
                "growth cannot be judged\n  = help: fetch more of the history: `git fetch "
                "--unshallow`, or `fetch-depth: 0`\n"
            ),
        )
        subprocess.run(
            ["git", "fetch", "--quiet", "--unshallow"], check=True, env=clean_environment()
        )
        assert len(errors(run, "--base", "origin/main")) == 1


class TestGrowth:
    """A base that is within what it is compared with, and one file that grows."""

    @pytest.mark.parametrize(
        ("lines", "files", "message"),
        [
            pytest.param(
                'scope = "total"\npaths = ["docs/*.md"]',
                {"docs/b.md": MORE},
                "docs/b.md: 52 tokens in `limit`, +10 since HEAD (42 then), at most +0 (limit)",
                id="a total",
            ),
            pytest.param(
                'scope = "total"\npaths = ["docs/*.md"]',
                {"docs/c.md": "word\n"},
                "docs/c.md: 44 tokens in `limit`, +2 since HEAD (42 then), at most +0 (limit)",
                id="a file that is new in a total",
            ),
            pytest.param(
                'scope = "total"\npaths = ["docs/*.md"]\ncounter = "cl100k_base"',
                {"docs/b.md": MORE},
                "docs/b.md: 52 tokens in `limit`, +10 since HEAD (42 then), at most +0 (limit)",
                id="by another counter",
            ),
            pytest.param(
                'scope = "always"\nagent = "claude-code"',
                {"notes.txt": MORE},
                "notes.txt: 37 tokens always loaded by Claude Code, +10 since HEAD (27 then), at "
                "most +0 (limit)",
                id="what is imported",
            ),
            pytest.param(
                'scope = "always"\nagent = "claude-code"',
                {"CLAUDE.md": "See @notes.txt now.\n\nAnd @other.txt too.\n"},
                "other.txt: 54 tokens always loaded by Claude Code, +27 since HEAD (27 then), at "
                "most +0 (limit)",
                id="what is imported now",
            ),
            pytest.param(
                'scope = "chain"\nagent = "codex"',
                {"packages/core/AGENTS.md": "word\n"},
                "packages/core/AGENTS.md: 23 tokens in the files that Codex always loads in "
                "packages/core, +2 since HEAD (21 then), at most +0 (limit)",
                id="a directory that gets a file",
            ),
            pytest.param(
                'scope = "module"',
                {"docs/context/one.md": MORE},
                "docs/context/INDEX.yaml:5: `core/one` measures 31 tokens, +10 since HEAD (21 "
                "then), at most +0 (limit)",
                id="a module",
            ),
            pytest.param(
                'scope = "category"',
                {"docs/context/two.md": MORE},
                "docs/context/INDEX.yaml:3: category `core` measures 52 tokens, +10 since HEAD (42 "
                "then), at most +0 (limit)",
                id="a category",
            ),
            pytest.param(
                'scope = "redundancy"\npaths = ["docs/*.md"]',
                {"docs/c.md": WORDS},
                "docs/b.md: 42 tokens of 63 (66.7%) in `docs/*.md` are repeated, +21 since HEAD "
                "(21 then), at most +0 (limit)",
                id="what is repeated",
            ),
        ],
    )
    def test_what_grew(
        self, repo: Repo, run: Run, lines: str, files: dict[str, str], message: str
    ) -> None:
        index = "categories:\n  core:\n    token_budget: 99\n    modules:\n"
        index += "".join(
            f"      {name}: {{path: {name}.md, estimated_tokens: 21}}\n" for name in ("one", "two")
        )
        base = {
            "ctxtally.toml": f'[[budget]]\nname = "limit"\n{lines}\ngrowth = 0\n',
            "CLAUDE.md": "See @notes.txt now.\n",
            "AGENTS.md": WORDS,
            "notes.txt": WORDS,
            "other.txt": WORDS,
            "docs/a.md": WORDS,
            "docs/b.md": WORDS,
            "docs/context/INDEX.yaml": index,
            "docs/context/one.md": WORDS,
            "docs/context/two.md": WORDS,
        }
        repo.commit("base", base)
        assert errors(run) == []
        repo.add(files)
        assert [error.partition(": ")[2] for error in errors(run)] == [message]
        repo.commit("change")
        assert errors(run) == []

    def test_what_was_there_is_told_by_the_settings_of_now(self, repo: Repo, run: Run) -> None:
        old = '[[budget]]\nname = "limit"\nscope = "total"\npaths = ["*.md"]\nmax = 99\n'
        repo.commit("base", {"ctxtally.toml": old, "a.md": WORDS, "docs/b.md": WORDS})
        now = old.replace('"*.md"', '"**/*.md"').replace("max = 99", "growth = 0")
        repo.add({"ctxtally.toml": now})
        assert errors(run) == [], "another budget is no growth"

    def test_a_renamed_file(self, repo: Repo, run: Run) -> None:
        lines = "".join(f"Step {number}: read the log.\n" for number in range(30))
        repo.commit("base", {"ctxtally.toml": GROWTH, "old.md": lines})
        repo.git("mv", "old.md", "new.md")
        assert errors(run) == errors(run, "--worktree") == []
        repo.add({"new.md": lines + "Then read it again, from the first line on.\n"})
        staged = errors(run)
        assert len(staged) == 1
        assert staged[0].endswith(" then, as old.md), at most +5 (no creep: 5 tokens)")
        assert errors(run, "--worktree") == staged
        repo.commit("rename")
        head = repo.git("rev-parse", "HEAD")[:10]
        assert errors(run, "--rev", "HEAD") == [staged[0].replace("HEAD", f"{head}^")]

    def test_renamed_where_content_is_missing(
        self, repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As in a partial clone: git cannot compare what it does not have."""
        repo.commit("base", {"ctxtally.toml": GROWTH, "old.md": WORDS, "gone.md": MORE})
        gone = repo.git("rev-parse", "HEAD:gone.md")
        repo.git("mv", "old.md", "new.md")
        repo.git("rm", "--quiet", "gone.md")
        repo.add({"other.txt": MORE * 2})
        (repo.root / ".git" / "objects" / gone[:2] / gone[2:]).unlink()
        assert renames("HEAD", Index()) == {"new.md": "old.md"}
        assert errors(run) == []
        monkeypatch.setattr("ctxtally.adapters.renames.answer", lambda *_: (128, b"", b"fatal"))
        assert renames("HEAD", Index()) == {}

    def test_the_sections_that_grew(self, repo: Repo, run: Run) -> None:
        def text(setup: int, build: int) -> str:
            return f"# A\n\n# Setup\n{'word ' * setup}\n# Build\n{'word ' * build}\n# Setup\nx\n"

        repo.commit("base", {"ctxtally.toml": GROWTH, "notes.md": text(9, 9)})
        repo.add({"notes.md": text(12, 19)})
        way_out = run("budget").out.splitlines()[1]
        assert way_out == (
            "  = help: sections that grew: `# Build` 13 to 23 (line 5), `# Setup` 13 to 16 (line "
            "3). heaviest sections: `# Build` 23 (line 5), `# Setup` 16 (line 3), `# Setup` 5 "
            "(line 7). Split it, so that a task reads only its part. Trim what was added, or raise "
            "`growth` in ctxtally.toml:1"
        )

    def test_a_submodule_where_a_file_is_now(self, repo: Repo, run: Run) -> None:
        other = Repo(repo.root.parent / "other")
        commit = other.commit("first", {"a": "b"})
        repo.add({"ctxtally.toml": GROWTH.replace('growth = "+5', 'max = "5')})
        repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},notes.md")
        repo.git("commit", "--quiet", "-m", "base")
        repo.git("rm", "--quiet", "--cached", "notes.md")
        repo.add({"notes.md": WORDS})
        (error,) = errors(run)
        assert error == (
            "error[token-budget]: notes.md: 21 tokens, 16 over its budget of 5 (no creep: 5 tokens)"
        )


class TestReplay:
    """A verdict about growth holds while what it was found from does."""

    @pytest.fixture
    def gate(self, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Repo:
        monkeypatch.setattr("sys.argv", ["ctxtally", "budget"])
        limits = '[[budget]]\nname = "start"\nscope = "always"\nagent = "claude-code"\n'
        base = {
            "ctxtally.toml": f'{limits}growth = "+12 tokens"\n',
            "CLAUDE.md": "See @notes.txt now.\n",
            "notes.txt": WORDS,
            "other.txt": "word\n",
        }
        repo.commit("base", base)
        return repo

    def test_it_is_replayed(self, gate: Repo) -> None:
        gate.add({"notes.txt": MORE})
        assert __main__.main() == 0
        assert verdict.replay(["budget"]) == 0
        gate.add({"unrelated.py": "x = 1\n"})
        assert verdict.replay(["budget"]) == 0, "an unrelated file is staged"

    def test_it_is_replayed_after_the_commit_of_an_unrelated_file(self, gate: Repo) -> None:
        assert __main__.main() == 0
        gate.commit("unrelated", {"unrelated.py": "x = 1\n"})
        assert verdict.replay(["budget"]) == 0

    def test_another_base_is_another_verdict(self, gate: Repo) -> None:
        gate.add({"notes.txt": MORE})
        assert __main__.main() == 0
        kept = (gate.root / "notes.txt").read_bytes()
        gate.commit("smaller", {"notes.txt": "word\n"})
        gate.add({"notes.txt": kept})
        assert verdict.replay(["budget"]) is None
        assert __main__.main() == 1

    def test_what_only_the_base_imports_is_part_of_it(self, gate: Repo) -> None:
        """The index does not ask for what HEAD imported, and yet it decides what has grown."""
        gate.add({"CLAUDE.md": "word " * 30 + "\n"})
        assert __main__.main() == 0
        assert verdict.replay(["budget"]) == 0
        tree = {"notes.txt": "word\n"}
        blob = gate.run("git", "hash-object", "-w", "--stdin", stdin=tree["notes.txt"]).stdout
        gate.git("stash", "--quiet")
        gate.git("update-index", "--cacheinfo", f"100644,{blob.strip()},notes.txt")
        gate.git("commit", "--quiet", "-m", "shorter notes")
        gate.git("checkout", "--quiet", "--", ".")
        gate.add({"CLAUDE.md": "word " * 30 + "\n"})
        assert verdict.replay(["budget"]) is None
        assert __main__.main() == 1

    @pytest.mark.parametrize("arguments", [["budget", "--base", "main"]])
    def test_a_name_may_move(
        self, gate: Repo, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
    ) -> None:
        monkeypatch.setattr("sys.argv", ["ctxtally", *arguments])
        gate.git("switch", "--quiet", "--create", "topic")
        assert __main__.main() == 0
        assert verdict.replay(arguments) is None
