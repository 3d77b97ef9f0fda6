"""The gate in odd repositories and under settings that change what git prints."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.command import SCRIPT
from tests.support.data import CHECKOUT
from tests.support.handoff import session
from tests.support.repo import Repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.command import Run

pytestmark = pytest.mark.children_measured

LIMIT = '[[budget]]\nname = "small"\npaths = ["**/*.md"]\nmax = 10\n'
SMALL = "word\n"
BIG = "word " * 50
OVER = "CLAUDE.md: 51 tokens, 41 over its budget of 10 (small)"
LIBRARY = {"ctxtally.toml": LIMIT, "CLAUDE.md": SMALL}


def install(repo: Repo, folder: str, hook: str = "pre-commit", command: str = "budget") -> None:
    path = repo.root / folder / "hooks" / hook
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec "{SCRIPT}" {command}\n')
    path.chmod(0o755)


class TestA14Submodule:
    @pytest.fixture
    def outer(self, repo: Repo) -> Repo:
        """Return a repository with another one in `lib`."""
        library = Repo(repo.root.parent / "library")
        library.commit("base", LIBRARY)
        repo.git("-c", "protocol.file.allow=always", "submodule", "add", "--quiet", "../library")
        repo.git("mv", "library", "lib")
        repo.commit("base", {"CLAUDE.md": SMALL})
        return repo

    @pytest.mark.parametrize("how", [[], ["-a"]], ids=["staged", "all"])
    def test_a14_a_commit_inside_is_judged(self, outer: Repo, how: list[str]) -> None:
        install(outer, ".git/modules/library")
        (outer.root / "lib" / "CLAUDE.md").write_text(BIG)
        if not how:
            outer.git("-C", "lib", "add", "CLAUDE.md")
        done = outer.run("git", "-C", "lib", "commit", *how, "-m", "x", check=False)
        assert done.returncode == 1
        assert f"error[token-budget]: {OVER}; +49 since HEAD (2 then)\n" in done.stderr

    def test_a14_outside_it_is_named_and_not_measured(self, outer: Repo, run: Run) -> None:
        (outer.root / "lib" / "CLAUDE.md").write_text(BIG)
        install(outer, ".git")
        outer.run("git", "commit", "-a", "--allow-empty", "-m", "x")
        assert run.tokens() == {"CLAUDE.md": 2}
        for subject in ([], ["--rev", "HEAD"], ["--worktree"]):
            assert "\nnote: submodule, not measured: lib\n" in run("report", *subject).out

    def test_a14_nothing_is_said_where_there_is_none(self, repo: Repo, run: Run) -> None:
        repo.commit("base", LIBRARY)
        assert "note:" not in run("report").out

    def test_a14_of_many_the_first_are_named(self, repo: Repo, run: Run) -> None:
        commit = repo.commit("base")
        for at in range(7):
            repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},part{at}")
        assert (
            "\nnote: submodule, not measured: part0, part1, part2, part3, part4 and 2 more\n"
            in (run("report").out)
        )


def test_a15_a_hook_does_not_leak_its_environment(repo: Repo) -> None:
    """Other repositories are made inside the hook of a linked worktree, as a test suite does."""
    repo.commit("base", {"a.txt": "x\n"})
    repo.git("clone", "--quiet", "--bare", ".", "../remote.git")
    repo.git("remote", "add", "origin", "../remote.git")
    repo.git("worktree", "add", "--quiet", "-b", "side", "../linked")
    hook = repo.root / ".git" / "hooks" / "pre-push"
    inner = repo.root.parent / "inner"
    script = repo.root.parent / "suite.py"
    script.write_text(
        "import sys\n"
        "from pathlib import Path\n"
        "from tests.support.repo import Repo\n"
        f"made = Repo(Path({str(inner)!r}))\n"
        f"made.commit('inner', {LIBRARY | {'CLAUDE.md': BIG}!r})\n"
        f"done = made.run({str(SCRIPT)!r}, 'budget', check=False)\n"
        "sys.stderr.write(done.stdout)\n",
        "utf-8",
    )
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" </dev/null\n')
    hook.chmod(0o755)
    linked = repo.root.parent / "linked"
    states = (
        ("rev-parse", "HEAD", "side"),
        ("config", "--local", "--list"),
        ("ls-files", "--stage"),
        ("-C", str(linked), "ls-files", "--stage"),
        ("status", "--porcelain"),
    )
    before = [repo.git(*one) for one in states]
    path = os.pathsep.join([str(CHECKOUT), os.environ.get("PYTHONPATH", "")])
    done = repo.run("git", "-C", str(linked), "push", "--quiet", "origin", "side", PYTHONPATH=path)
    assert f"error[token-budget]: {OVER}; the same at HEAD\n" in done.stderr, (
        "it is judged, on its own"
    )
    after = [repo.git(*one) for one in states]
    assert [one for one in after if "branch." not in one] == [
        one for one in before if "branch." not in one
    ]
    assert repo.git("config", "core.bare") == "false"
    assert Repo(inner).git("log", "--format=%s") == "inner"


FILES = {"CLAUDE.md": "@docs/a.md\n" + SMALL, "docs/a.md": BIG, "src/deep/x.c": "int x;\n"}


class TestA21ExoticIndexes:
    def counts(self, run: Run) -> object:
        found = run("report", "--format", "json").json
        return found["files"], found["agents"], found["totals"], run("budget").out

    @pytest.mark.parametrize(
        "commands",
        [
            pytest.param(
                ["sparse-checkout init --cone --sparse-index", "sparse-checkout set nowhere"],
                id="sparse index",
            ),
            pytest.param(["update-index --split-index"], id="split index"),
            pytest.param(["update-index --index-version 4"], id="index of version 4"),
        ],
    )
    def test_a21_the_same_counts(self, repo: Repo, run: Run, commands: list[str]) -> None:
        repo.commit("base", {**FILES, "ctxtally.toml": LIMIT})
        before = self.counts(run)
        for command in commands:
            repo.git(*command.split())
        (repo.root / ".git" / "ctxtally" / "counts").unlink()
        assert self.counts(run) == before

    def test_a21_sha256(
        self, repo: Repo, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        files = {**FILES, "ctxtally.toml": LIMIT}
        repo.commit("base", files)
        plain = run("report", "--format", "json").json
        other = tmp_path / "sha256"
        repo.git("init", "--quiet", "--object-format=sha256", str(other))
        Repo(other).commit("base", files)
        monkeypatch.chdir(other)
        found = run("report", "--format", "json").json
        assert [one.pop("oid") for one in found["files"]] != [
            one.pop("oid") for one in plain["files"]
        ]
        assert (found["files"], found["agents"]) == (plain["files"], plain["agents"])


def test_a31_symlink_alias(repo: Repo, run: Run) -> None:
    repo.commit("base", {"AGENTS.md": BIG, "ctxtally.toml": LIMIT})
    (repo.root / "CLAUDE.md").symlink_to("AGENTS.md")
    repo.git("add", "--all")
    (file,) = run("report", "--format", "json").json["files"]
    assert (file["path"], file["tokens"], file["aliases"]) == ("AGENTS.md", 51, ["CLAUDE.md"])
    assert "  instructions  AGENTS.md (= CLAUDE.md)\n" in run("report").out
    ran = run("budget")
    assert ran.out.count("error[token-budget]") == 1
    assert ran.out.startswith("error[token-budget]: AGENTS.md: 51 tokens, 41 over its budget of 10")
    assert "51 tokens in 1 file (" in ran.out


class TestA38OwnLabels:
    POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n"

    def test_a38_a_pointer_of_git_lfs(self, repo: Repo, run: Run) -> None:
        repo.add({"CLAUDE.md": self.POINTER})
        ran = run("budget")
        assert (ran.status, ran.out.splitlines()[0]) == (
            1,
            "error[lfs-pointer]: CLAUDE.md: a git-lfs pointer, so its content is not in git",
        )

    def test_a38_intent_to_add(self, repo: Repo, run: Run) -> None:
        repo.commit("base", LIBRARY)
        repo.write({"sub/CLAUDE.md": BIG, "AGENTS.md": BIG})
        repo.git("add", "--intent-to-add", "AGENTS.md", "sub/CLAUDE.md")
        assert run("budget").status == 0, "a commit would not hold them"
        for _ in range(2):  # the second time from what is remembered
            out = run("report").out
            assert (
                "\nnote: intended to be added, not measured before `git add`: AGENTS.md,"
                " sub/CLAUDE.md\n"
            ) in out
        assert run.tokens() == {"CLAUDE.md": 2}
        repo.git("add", "AGENTS.md")
        assert run("budget").status == 1

    def test_a38_skip_worktree(self, repo: Repo, run: Run) -> None:
        repo.commit("base", {**LIBRARY, "sub/CLAUDE.md": BIG})
        repo.git("update-index", "--skip-worktree", "sub/CLAUDE.md")
        (repo.root / "sub" / "CLAUDE.md").unlink()
        assert run.tokens() == {"CLAUDE.md": 2, "sub/CLAUDE.md": 51}
        assert run("budget").status == 1
        assert (
            "\nnote: not checked out, measured as it is in the index: sub/CLAUDE.md\n"
            in run("report").out
        )


SETTINGS = {
    "color.ui": "always",
    "core.pager": "false",
    "core.quotePath": "true",
    "diff.external": "false",
    "diff.noprefix": "true",
    "diff.orderFile": "/nonexistent",
    "diff.relative": "true",
    "diff.renames": "copies",
    "format.pretty": "%x00",
    "i18n.logOutputEncoding": "latin1",
    "log.decorate": "full",
    "log.showRoot": "false",
    "log.showSignature": "true",
    "status.showUntrackedFiles": "no",
}
ENVIRONMENT = {"GIT_LITERAL_PATHSPECS": "1", "GIT_EXTERNAL_DIFF": "false"}


class TestA48HostileGitConfiguration:
    def told(self, repo: Repo, run: Run) -> list[str]:
        (repo.root / ".agent-handoffs" / "CURRENT_SESSION.md").unlink(missing_ok=True)
        assert run("handoff", "refresh").status == 0
        out = [run("budget").out, run("report").out, run("explain", "--format", "json").out]
        out.append(run("history", "CLAUDE.md").out)
        # The file says to the minute when it was written.
        return [*out, *(row for row in session(repo.root).splitlines() if "UTC" not in row)]

    def test_a48_changes_nothing(
        self, repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo.commit("chore: begin", {**LIBRARY, "d\u00e9.md": BIG, "sub/CLAUDE.md": SMALL})
        repo.commit("feat: gr\u00f6\u00dfer", {"CLAUDE.md": BIG})
        repo.add({"sub/CLAUDE.md": BIG})
        before = self.told(repo, run)
        assert any("gr\u00f6\u00dfer" in row for row in before)
        for name, value in SETTINGS.items():
            repo.git("config", name, value)
        for name, value in ENVIRONMENT.items():
            monkeypatch.setenv(name, value)
        assert self.told(repo, run) == before

    def test_a48_in_a_commit(self, repo: Repo) -> None:
        repo.commit("base", LIBRARY)
        install(repo, ".git")
        for name, value in SETTINGS.items():
            # Git itself stops at a file that is not there when it sums up what was committed.
            if name != "diff.orderFile":
                repo.git("config", name, value)
        repo.write({"CLAUDE.md": BIG})
        done = repo.run("git", "commit", "-a", "-m", "x", check=False, **ENVIRONMENT)
        assert done.returncode == 1
        assert f"error[token-budget]: {OVER}; +49 since HEAD (2 then)\n" in done.stderr


def test_a10_without_its_hook_type_a_merge_is_not_judged(repo: Repo) -> None:
    """As README.md says: git runs nothing else for a merge that it makes by itself."""
    install(repo, ".git")
    merging(repo)
    assert repo.run("git", "merge", "--no-edit", "side").returncode == 0


def test_a10_a_clean_merge_by_a_plain_hook(repo: Repo) -> None:
    install(repo, ".git", "pre-merge-commit")
    merging(repo)
    done = repo.run("git", "merge", "--no-edit", "side", check=False)
    assert done.returncode == 1
    assert "error[token-budget]: CLAUDE.md: 14 tokens, 4 over its budget of 10" in done.stderr
    assert repo.git("log", "-1", "--format=%s") == "main"


def merging(repo: Repo) -> None:
    """Leave two branches with a file that is under its budget on both, and over it merged."""
    lines = ["one\n", "two\n", "three\n"]
    repo.commit("base", {**LIBRARY, "CLAUDE.md": "".join(lines)})
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit("side", {"CLAUDE.md": "".join([*lines, "four five six\n"])})
    repo.git("checkout", "--quiet", "main")
    repo.commit("main", {"CLAUDE.md": "".join(["zero nil none\n", *lines])})
