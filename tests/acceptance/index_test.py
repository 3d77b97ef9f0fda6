"""What is judged is what the commit would hold, whatever way it is made."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.command import SCRIPT
from tests.support.repo import Repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.command import Run

LIMIT = '[[budget]]\nname = "small"\npaths = ["**/*.md"]\nmax = 10\n'
SMALL = "word\n"
BIG = "word " * 50

OVER = "error[token-budget]: CLAUDE.md: 51 tokens, 41 over its budget of 10 (small)"


@pytest.fixture
def native(repo: Repo) -> Repo:
    """Return a repository with a budget of ten tokens and our gate as a plain git hook."""
    repo.commit("base", {"ctxtally.toml": LIMIT, "CLAUDE.md": SMALL, "other.md": SMALL})
    hook = repo.root / ".git" / "hooks" / "pre-commit"
    hook.write_text(f'#!/bin/sh\nexec "{SCRIPT}" budget\n')
    hook.chmod(0o755)
    return repo


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(["-a"], id="all"),
        pytest.param(["-i", "CLAUDE.md"], id="include"),
        pytest.param(["-o", "CLAUDE.md"], id="only"),
        pytest.param(["-p"], id="patch"),
    ],
)
def test_a01_commit_a_temp_index(native: Repo, how: list[str]) -> None:
    native.write({"CLAUDE.md": BIG})
    done = native.run("git", "commit", *how, "-m", "x", check=False, stdin="y\n")
    assert done.returncode == 1
    assert OVER in done.stderr + done.stdout
    assert native.git("log", "--oneline").count("\n") == 0


def test_a02_commit_pathspec(native: Repo) -> None:
    native.add({"other.md": BIG})
    native.write({"CLAUDE.md": "another word\n"})
    done = native.run("git", "commit", "-m", "x", "--", "CLAUDE.md")
    assert "other.md" not in done.stdout + done.stderr
    assert native.git("show", "HEAD:other.md") == SMALL.strip()


def test_a03_partial_staging_native(native: Repo) -> None:
    native.add({"CLAUDE.md": "two words\n"})
    native.write({"CLAUDE.md": BIG})
    native.run("git", "commit", "-m", "small is staged")

    native.add({"CLAUDE.md": BIG})
    native.write({"CLAUDE.md": SMALL})
    done = native.run("git", "commit", "-m", "big is staged", check=False)
    assert done.returncode == 1
    assert OVER in done.stderr


def test_a06_initial_commit(repo: Repo, run: Run) -> None:
    repo.add({"ctxtally.toml": LIMIT, "CLAUDE.md": BIG})
    ran = run("budget")
    assert ran.status == 1
    assert ran.out.splitlines()[0] == OVER, "no growth is told where there is nothing before"


def test_growth_is_told_against_head(native: Repo, run: Run) -> None:
    native.add({"CLAUDE.md": "# Few\nwords\n# Words\n" + BIG})
    assert run("budget").out == (
        "error[token-budget]: CLAUDE.md: 59 tokens, 49 over its budget of 10 (small);"
        " +57 since HEAD (2 then)\n"
        "  = help: sections that grew: `# Words` 0 to 54 (line 3), `# Few` 0 to 5 (line 1)."
        " heaviest sections: `# Words` 54 (line 3), `# Few` 5 (line 1)."
        " Move what only some tasks need to a skill, a path-scoped rule or the instructions of the"
        " folder that it is about. Trim it, or raise the limit in ctxtally.toml:1\n"
        "61 tokens in 2 files (o200k_base, exact; subject: index); 1 error, 0 warnings\n"
    )


def test_a12_unmerged_index(repo: Repo, run: Run) -> None:
    repo.commit("base", {"CLAUDE.md": "base"})
    repo.git("checkout", "--quiet", "-b", "other")
    repo.commit("other", {"CLAUDE.md": "other"})
    repo.git("checkout", "--quiet", "main")
    repo.commit("main", {"CLAUDE.md": "main"})
    repo.git("merge", "other", check=False)
    ran = run("budget")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "error: unmerged: CLAUDE.md\n"
        "  = help: resolve the conflict and `git add` the result, then run again\n"
    )


class TestB07WorktreeCwd:
    def test_b07_by_hand_from_a_subdirectory(
        self, native: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        native.add({"sub/CLAUDE.md": BIG})
        monkeypatch.chdir(native.root / "sub")
        assert run.tokens() == {"CLAUDE.md": 2, "other.md": 2, "sub/CLAUDE.md": 51}

    @pytest.mark.parametrize("how", [[], ["-a"]], ids=["staged", "all"])
    def test_b07_in_the_hook_of_a_linked_worktree(self, native: Repo, how: list[str]) -> None:
        native.git("worktree", "add", "--quiet", "-b", "side", "../linked")
        linked = native.root.parent / "linked"
        (linked / "sub").mkdir()
        (linked / "sub" / "CLAUDE.md").write_text(BIG)
        native.git("-C", str(linked), "add", "--all")
        done = native.run("git", "-C", str(linked / "sub"), "commit", *how, "-m", "x", check=False)
        assert done.returncode == 1
        assert "error[token-budget]: sub/CLAUDE.md: 51 tokens" in done.stderr
        assert (native.root / ".git" / "ctxtally" / "usage-log.jsonl").is_file()


@pytest.mark.parametrize(
    "variable",
    ["GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"],
)
def test_b01_pathspec_env(
    native: Repo, run: Run, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    native.add({"sub/CLAUDE.md": BIG})
    monkeypatch.setenv(variable, "1")
    assert run("budget").status == 1


class TestB08PrePushRef:
    """The index and the work tree are small, the pushed commit is not."""

    @pytest.mark.parametrize(
        "names",
        [
            pytest.param(("PRE_COMMIT_TO_REF",), id="a range"),
            pytest.param(("PRE_COMMIT_LOCAL_BRANCH",), id="a new root branch"),
        ],
    )
    def test_b08_judged_on_the_pushed_tree(
        self, native: Repo, run: Run, names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        native.git("checkout", "--quiet", "-b", "side")
        pushed = native.commit("big", {"CLAUDE.md": BIG})
        native.git("checkout", "--quiet", "main")
        assert run("budget").status == 0
        for name in names:
            monkeypatch.setenv(name, pushed if name.endswith("REF") else "refs/heads/side")
        ran = run("budget")
        assert ran.status == 1
        assert f"subject: revision {pushed[:10]}" in ran.out

    def test_b08_a_deleted_branch_is_not_judged(
        self, native: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert native.root.is_dir()
        monkeypatch.setenv("PRE_COMMIT_TO_REF", "0" * 40)
        assert run("budget").status == 0


class TestA34FifoOrDirectory:
    """The index holds the file, so nothing on the disk is opened."""

    def test_a34_fifo(self, native: Repo, run: Run) -> None:
        (native.root / "CLAUDE.md").unlink()
        os.mkfifo(native.root / "CLAUDE.md")
        assert run.tokens()["CLAUDE.md"] == 2

    def test_a34_directory(self, native: Repo, run: Run) -> None:
        (native.root / "CLAUDE.md").unlink()
        (native.root / "CLAUDE.md").mkdir()
        assert run.tokens()["CLAUDE.md"] == 2

    def test_a34_fifo_in_the_work_tree_is_a_finding(self, native: Repo, run: Run) -> None:
        (native.root / "CLAUDE.md").unlink()
        os.mkfifo(native.root / "CLAUDE.md")
        ran = run("budget", "--worktree")
        assert ran.status == 1
        assert ran.out.splitlines()[0] == (
            "error[not-available]: CLAUDE.md: not measured: its content is not available here"
        )


def test_worktree_subject_sees_edits_and_untracked_files(native: Repo, run: Run) -> None:
    native.write({"CLAUDE.md": BIG, "new/CLAUDE.md": SMALL})
    assert run.tokens() == {"CLAUDE.md": 2, "other.md": 2}
    assert run.tokens("--worktree") == {"CLAUDE.md": 51, "new/CLAUDE.md": 2, "other.md": 2}


def test_a_revision(native: Repo, run: Run) -> None:
    native.commit("big", {"CLAUDE.md": BIG})
    assert run("budget").status == 1
    assert run("budget", "--rev", "HEAD~1").status == 0
    ran = run("budget", "--rev", "HEAD")
    assert "; +49 since " in ran.out.splitlines()[0]


class TestA46RepoLocalCode:
    @pytest.mark.parametrize("name", ["json.py", "sitecustomize.py", "ctxtally.py", "argparse.py"])
    def test_a46_python_files_are_not_imported(self, native: Repo, name: str) -> None:
        native.add({name: "open('executed', 'w').close()\n"})
        native.run("git", "commit", "-m", "x")
        assert not (native.root / "executed").exists()

    def test_a46_a_git_in_the_tree_is_not_run(self, native: Repo, tmp_path: Path) -> None:
        fake = native.root / "git"
        fake.write_text("#!/bin/sh\ntouch executed\n")
        fake.chmod(0o755)
        found = shutil.which("git")
        assert found is not None
        real = str((tmp_path / found).parent)
        done = native.run(str(SCRIPT), "budget", PATH=f".::{real}")
        assert done.returncode == 0
        assert not (native.root / "executed").exists()


def test_a20_partial_clone_offline(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a blobless clone did not fetch is a finding, and what it has is counted."""
    names = [f"docs/{at}/CLAUDE.md" for at in range(5)]
    repo.commit("base", {name: f"{name}\n" for name in names})
    repo.git("config", "uploadpack.allowFilter", "true")
    part = repo.root.parent / "part"
    source = repo.root.as_uri()
    repo.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", source, str(part))
    clone = Repo(part)
    clone.git("reset", "--quiet")
    clone.git("cat-file", "-e", f":{names[2]}")  # fetches it
    away = repo.root.rename(repo.root.parent / "away")
    monkeypatch.chdir(part)
    assert set(run.tokens()) == {names[2]}
    found = run("budget", "--format", "json").json["findings"]
    assert [(one["rule"], one["path"]) for one in found] == [
        ("not-available", name) for name in names if name != names[2]
    ]
    assert run("budget").status == 1
    away.rename(repo.root)
    assert run("budget").status == 1, "nothing is fetched in a hook"
    clone.git("checkout", "--quiet", "--", ".")
    assert run("budget").status == 0
