"""Our hooks under the real pre-commit and prek, from a clone, as users have them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from tests.support.framework import framework as prepared
from tests.support.framework import uses_framework

if TYPE_CHECKING:
    from tests.support.framework import Framework
    from tests.support.repo import Repo

pytestmark = uses_framework

LIMIT = '[[budget]]\nname = "small"\npaths = ["**/CLAUDE.md"]\nmax = 10\n'
SMALL = "word\n"
BIG = "word " * 50
OVER = "error[token-budget]: CLAUDE.md: 51 tokens, 41 over its budget of 10 (small)"


@pytest.fixture(scope="module", params=["pre-commit", "prek"])
def framework(request: pytest.FixtureRequest) -> Framework:
    return prepared(request.param)


@pytest.fixture(scope="module")
def pre_commit() -> Framework:
    return prepared("pre-commit")


@pytest.fixture(scope="module")
def prek() -> Framework:
    return prepared("prek")


@pytest.fixture
def guarded(repo: Repo, framework: Framework) -> Repo:
    """Return a repository with a budget of ten tokens and the gate installed."""
    repo.commit("base", {"ctxtally.toml": LIMIT, "CLAUDE.md": SMALL, "other.txt": "x\n"})
    framework.install(repo, "token-budget")
    return repo


def test_a_commit_that_is_too_large_fails_with_what_to_do(
    guarded: Repo, framework: Framework
) -> None:
    guarded.add({"CLAUDE.md": BIG})
    done = framework.commit(guarded, check=False)
    assert done.returncode == 1
    told = done.stdout + done.stderr
    assert f"{OVER}; +49 since HEAD (2 then)" in told
    assert "or raise the limit in ctxtally.toml:1" in told
    guarded.add({"CLAUDE.md": SMALL + SMALL})
    framework.commit(guarded)


def test_a01_commit_all(guarded: Repo, framework: Framework) -> None:
    guarded.write({"CLAUDE.md": BIG})
    done = framework.commit(guarded, "-a", check=False)
    assert done.returncode == 1
    assert OVER in done.stdout + done.stderr


class TestA04PartialStagingFramework:
    def test_a04_staged_small_edited_big(self, guarded: Repo, framework: Framework) -> None:
        guarded.add({"CLAUDE.md": "two words\n"})
        guarded.write({"CLAUDE.md": BIG, "other.txt": "edited\n"})
        framework.commit(guarded)
        assert (guarded.root / "CLAUDE.md").read_text() == BIG
        assert (guarded.root / "other.txt").read_text() == "edited\n"

    def test_a04_staged_big_edited_small(self, guarded: Repo, framework: Framework) -> None:
        guarded.add({"CLAUDE.md": BIG})
        guarded.write({"CLAUDE.md": SMALL})
        done = framework.commit(guarded, check=False)
        assert done.returncode == 1
        assert OVER in done.stdout + done.stderr
        assert (guarded.root / "CLAUDE.md").read_text() == SMALL


def test_a07_amend_nothing_staged(guarded: Repo, framework: Framework) -> None:
    guarded.commit("over, past the hook", {"CLAUDE.md": BIG})
    done = framework.commit(guarded, "--amend", check=False)
    assert done.returncode == 1
    assert OVER in done.stdout + done.stderr


def test_a05_all_files_with_unstaged_edits(repo: Repo, framework: Framework) -> None:
    repo.commit("base", {"CLAUDE.md": SMALL})
    framework.install(repo, "token-report")
    repo.write({"CLAUDE.md": BIG})
    done = framework.run(repo, "run", "token-report", "--all-files")
    assert "Context files of the index" in done.stdout
    assert "2 tokens in 1 file (o200k_base, exact; subject: index)" in done.stdout
    assert "log: .git/ctxtally/usage-log.jsonl" in done.stdout


def test_b15_the_report_runs_in_the_default_stage(repo: Repo, framework: Framework) -> None:
    repo.commit("base", {"CLAUDE.md": SMALL})
    framework.install(repo, "token-report", "token-budget")
    assert framework.run(repo, "run", "token-report", "--all-files").returncode == 0
    everything = framework.run(repo, "run", "--all-files")
    assert everything.stdout.count("Passed") == 2


def test_repetition_fails_a_commit_where_a_budget_says_so(repo: Repo, framework: Framework) -> None:
    rule = "Run the complete integration suite before publishing any release candidate.\n"
    limit = '[[budget]]\nname = "twice"\nscope = "redundancy"\nmax = "10%"\n'
    repo.commit("base", {"CLAUDE.md": rule})
    framework.install(repo, "token-redundancy")
    repo.add({"CLAUDE.md": f"{rule}\n{rule}"})
    assert framework.commit(repo, check=False).returncode == 0, "by itself it only warns"
    repo.add({"CLAUDE.md": f"{rule}\n{rule}\n", "ctxtally.toml": limit})
    done = framework.commit(repo, check=False)
    assert done.returncode == 1
    assert "error[redundancy]: CLAUDE.md: " in done.stdout + done.stderr


def test_b14_report_in_commit(repo: Repo, framework: Framework) -> None:
    repo.commit("base", {"CLAUDE.md": SMALL})
    framework.install(repo, "token-report")
    repo.add({"CLAUDE.md": BIG})
    done = framework.commit(repo)
    assert "Context files" not in done.stdout + done.stderr


def test_a22_no_write_tracked(repo: Repo, framework: Framework) -> None:
    repo.commit("base", {"usage-log.jsonl": "", "ctxtally.toml": 'ledger = "usage-log.jsonl"\n'})
    framework.install(repo, "token-budget")
    repo.add({"CLAUDE.md": SMALL})
    framework.commit(repo)
    assert (repo.root / "usage-log.jsonl").read_text() == ""
    log = (repo.root / ".git" / "ctxtally" / "usage-log.jsonl").read_text("utf-8")
    assert [json.loads(line)["kind"] for line in log.splitlines()] == ["budget", "context"]


def test_a49_split_argv(repo: Repo, pre_commit: Framework) -> None:
    """Five thousand long names would be split over processes; ours is one, with one table."""
    names = [f"docs/{'long-' * 20}{number}.md" for number in range(5_000)]
    repo.commit("base", {**dict.fromkeys(names, ""), "CLAUDE.md": SMALL})
    pre_commit.install(repo, "token-report")
    done = pre_commit.run(repo, "run", "token-report", "--all-files")
    assert done.stdout.count("Context files of the index") == 1
    log = (repo.root / ".git" / "ctxtally" / "usage-log.jsonl").read_text("utf-8")
    assert sum(json.loads(line)["kind"] == "budget" for line in log.splitlines()) == 1


class TestA10CleanMerge:
    """Each side is under its budget, what git makes of both is over it."""

    @pytest.fixture
    def parted(self, repo: Repo) -> Repo:
        lines = ["one\n", "two\n", "three\n"]
        repo.commit("base", {"ctxtally.toml": LIMIT, "CLAUDE.md": "".join(lines)})
        return repo

    def part(self, repo: Repo) -> None:
        repo.git("checkout", "--quiet", "-b", "side")
        text = (repo.root / "CLAUDE.md").read_text()
        repo.commit("side", {"CLAUDE.md": f"{text}four five six\n"})
        repo.git("checkout", "--quiet", "main")
        repo.commit("main", {"CLAUDE.md": f"zero nil none\n{text}"})

    def test_a10_is_refused(self, parted: Repo, framework: Framework) -> None:
        framework.install(parted, "token-budget", types=["pre-commit", "pre-merge-commit"])
        self.part(parted)
        merge = ("git", "merge", "--no-edit", "side")
        done = parted.run(*merge, check=False, **framework.environment)
        assert done.returncode == 1
        told = done.stdout + done.stderr
        assert "error[token-budget]: CLAUDE.md: 14 tokens, 4 over its budget of 10 (small)" in told
        assert parted.git("log", "-1", "--format=%s") == "main"

    def test_a10_nothing_runs_without_the_hook_type(
        self, parted: Repo, framework: Framework
    ) -> None:
        framework.install(parted, "token-budget", types=["pre-commit"])
        self.part(parted)
        parted.run("git", "merge", "--no-edit", "side", check=True, **framework.environment)
        done = framework.run(parted, "run", "--all-files", check=False)
        assert done.returncode == 1, "CI sees it"


def test_a11_conflict_merge_auto_file(guarded: Repo, framework: Framework) -> None:
    """Only other.txt is in conflict; CLAUDE.md is merged by git, and over its budget then."""
    guarded.commit("lines", {"CLAUDE.md": "one\ntwo\nthree\n"})
    guarded.git("checkout", "--quiet", "-b", "side")
    guarded.commit("side", {"CLAUDE.md": "one\ntwo\nthree\nfour five six\n", "other.txt": "y\n"})
    guarded.git("checkout", "--quiet", "main")
    guarded.commit("main", {"CLAUDE.md": "zero nil none\none\ntwo\nthree\n", "other.txt": "z\n"})
    merge = ("git", "merge", "--no-edit", "side")
    assert guarded.run(*merge, check=False, **framework.environment).returncode == 1
    assert guarded.git("diff", "--name-only", "--diff-filter=U") == "other.txt"
    guarded.add({"other.txt": "both\n"})
    done = framework.commit(guarded, check=False)
    assert done.returncode == 1
    told = done.stdout + done.stderr
    assert "error[token-budget]: CLAUDE.md: 14 tokens, 4 over its budget of 10 (small)" in told
    guarded.add({"CLAUDE.md": SMALL})
    framework.commit(guarded)


class TestA30UnstagedConfiguration:
    """The frameworks refuse it by themselves; nothing of ours runs, or fails."""

    def test_a30_a_commit_is_refused(self, guarded: Repo, framework: Framework) -> None:
        path = guarded.root / ".pre-commit-config.yaml"
        path.write_text(f"{path.read_text()}# edited\n")
        done = framework.commit(guarded, "--allow-empty", check=False)
        told = done.stdout + done.stderr
        assert done.returncode == 1
        assert "staged" in told
        assert ".pre-commit-config.yaml" in told
        assert "Traceback" not in told
        assert guarded.git("log", "-1", "--format=%s") == "hooks"

    def test_a30_with_only_post_commit_the_session_is_not_refreshed(
        self, repo: Repo, framework: Framework
    ) -> None:
        repo.commit("base", {"CLAUDE.md": SMALL})
        framework.install(repo, "session-handoff", types=["post-commit"])
        path = repo.root / ".pre-commit-config.yaml"
        path.write_text(f"{path.read_text()}# edited\n")
        done = framework.commit(repo, "--allow-empty")
        assert done.returncode == 0
        assert "Traceback" not in done.stdout + done.stderr
        assert repo.git("log", "-1", "--format=%s") == "x", "the commit is there"
        assert not (repo.root / ".agent-handoffs").exists()


class TestA50PrekParity:
    """A01, A04, A22 and A25 run under both frameworks in the tests that carry their ids."""

    @pytest.mark.parametrize(
        "name", ["-dash", "--help", "new\nline", "esc\x1b[31m", ":(top)", "latin-\udce9"]
    )
    def test_a50_odd_names(self, repo: Repo, prek: Framework, name: str) -> None:
        folder = os.path.join(os.fsencode(repo.root), os.fsencode(name))
        os.mkdir(folder)
        with open(os.path.join(folder, b"CLAUDE.md"), "wb") as file:
            file.write(BIG.encode())
        repo.commit("base", {"ctxtally.toml": LIMIT})
        prek.install(repo, "token-budget")
        repo.git("add", "--all")
        done = prek.commit(repo, check=False)
        assert done.returncode == 1
        told = done.stdout + done.stderr
        assert "/CLAUDE.md: 51 tokens, 41 over its budget of 10 (small)" in told
        assert "\x1b[31m/" not in told

    def test_a50_hooks_of_equal_priority_run_at_once(self, repo: Repo, prek: Framework) -> None:
        files = {f"docs/{number}/CLAUDE.md": f"word {number}\n" for number in range(50)}
        repo.commit("base", {**files, "ctxtally.toml": LIMIT, "CLAUDE.md": SMALL})
        both = prek.configuration("token-budget", "token-redundancy").splitlines()
        lines = [
            row if "- id:" not in row else f"{row}\n        priority: 7\n        verbose: true"
            for row in both
        ]
        repo.commit("hooks", {".pre-commit-config.yaml": "\n".join([*lines, ""])})
        prek.run(repo, "install")
        for number in range(3):
            repo.add({"CLAUDE.md": f"word {number}\n", f"docs/{number}/CLAUDE.md": "other\n"})
            prek.commit(repo)
        state = repo.root / ".git" / "ctxtally"
        for row in (state / "usage-log.jsonl").read_text("utf-8").splitlines():
            assert json.loads(row)["v"] == 1
        oids = [row.split(" ")[:2] for row in (state / "counts").read_text().splitlines()]
        assert all(len(oid) == 40 for oid, _ in oids), "no line is torn"
        repo.add({"CLAUDE.md": BIG})
        done = prek.commit(repo, check=False)
        assert done.returncode == 1
        assert OVER in done.stdout + done.stderr


def test_b08_pre_push(repo: Repo, framework: Framework) -> None:
    """The pushed branch is over; what is checked out and staged is small."""
    repo.commit("base", {"ctxtally.toml": LIMIT, "CLAUDE.md": SMALL})
    framework.install(repo, "token-budget", types=["pre-push"])
    repo.git("clone", "--quiet", "--bare", ".", "../remote.git")
    repo.git("remote", "add", "origin", "../remote.git")
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit("big", {"CLAUDE.md": BIG})
    repo.git("checkout", "--quiet", "main")
    done = framework.push(repo, "side", check=False)
    assert done.returncode == 1
    assert OVER in done.stdout + done.stderr
    framework.push(repo, "main")


def test_every_hook_runs_without_configuration(repo: Repo, pre_commit: Framework) -> None:
    repo.commit("base", {"CLAUDE.md": SMALL})
    done = pre_commit.run(repo, "try-repo", pre_commit.url, "--ref", pre_commit.rev, "--all-files")
    assert "Failed" not in done.stdout
    assert "Context files of the index" in done.stdout


def test_token_catalog_is_silent_until_a_listed_file_is_gone(
    repo: Repo, framework: Framework
) -> None:
    index = "files:\n- {path: docs/one.md, tokens: 900}\n"
    repo.commit("base", {"INDEX.yaml": index, "docs/one.md": "one\n"})
    framework.install(repo, "token-catalog")
    repo.add({"docs/one.md": "one and more\n"})
    done = framework.commit(repo)
    assert "catalog-" not in done.stdout + done.stderr
    repo.git("rm", "--quiet", "docs/one.md")
    done = framework.commit(repo, check=False)
    assert done.returncode == 1
    told = done.stdout + done.stderr
    assert "error[catalog-missing-file]: INDEX.yaml:2: `one.md` names docs/one.md, which" in told
    assert "`ctxtally catalog` shows all" in told
    repo.add({"INDEX.yaml": "files: []\n"})
    framework.commit(repo)
