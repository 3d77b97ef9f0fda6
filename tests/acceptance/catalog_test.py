"""Catalogs: what they name is looked up and never opened, and what is wrong in them is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

INDEX = "modules:\n  - name: one\n    file: docs/one.md\n  - name: two\n    file: docs/two.md\n"
GONE = (
    "error[catalog-missing-file]: INDEX.yaml:5: `two` names docs/two.md, which is not tracked\n"
    "  = help: restore or rename the file, or take the entry out\n"
)


@pytest.fixture
def indexed(repo: Repo) -> Repo:
    repo.commit("base", {"INDEX.yaml": INDEX, "docs/one.md": "one\n", "docs/two.md": "two\n"})
    return repo


def test_a08_delete_module(indexed: Repo, run: Run) -> None:
    indexed.git("rm", "--quiet", "docs/two.md")
    ran = run("budget")
    assert ran.status == 1
    assert ran.out.startswith(GONE)


def test_what_was_stale_before_only_warns(indexed: Repo, run: Run) -> None:
    indexed.git("rm", "--quiet", "docs/two.md")
    indexed.commit("past the gate")
    ran = run("budget")
    assert ran.status == 0
    assert ran.out.startswith(GONE.replace("error", "warning"))
    assert run("budget", "--rev", "HEAD").out.startswith(GONE), "the commit itself is to blame"


class TestWithARootAnchor:
    INDEX = "root_anchor: {file: CLAUDE.md}\nmodules:\n  - {name: two, file: docs/two.md}\n"

    def test_what_was_stale_before_only_warns(self, repo: Repo, run: Run) -> None:
        repo.commit("base", {"INDEX.yaml": self.INDEX, "CLAUDE.md": "one\n"})
        ran = run("budget")
        assert ran.status == 0
        assert ran.out.startswith("warning[catalog-missing-file]: INDEX.yaml:3: `two` names ")

    def test_the_anchor_is_deleted(self, repo: Repo, run: Run) -> None:
        repo.commit("base", {"INDEX.yaml": self.INDEX, "CLAUDE.md": "1\n", "docs/two.md": "2\n"})
        repo.git("rm", "--quiet", "CLAUDE.md")
        ran = run("budget")
        assert ran.status == 1
        assert ran.out.startswith(
            "error[catalog-missing-file]: INDEX.yaml:1: root_anchor names CLAUDE.md, which is not"
            " tracked\n"
        )


class TestA09RenameModule:
    def test_a09_without_the_index(self, indexed: Repo, run: Run) -> None:
        indexed.git("mv", "docs/two.md", "docs/second.md")
        ran = run("budget")
        assert ran.status == 1
        assert ran.out.startswith(GONE)

    def test_a09_with_the_index_counts_nothing_again(
        self, indexed: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = run.tokens()
        indexed.git("mv", "docs/two.md", "docs/second.md")
        index = INDEX.replace("docs/two.md", "docs/second.md")
        indexed.add({"INDEX.yaml": index})
        assert run("report").status == 0  # the index itself has changed and is counted here

        def counted(*_: object) -> list[int]:
            raise AssertionError

        monkeypatch.setattr("ctxtally.survey.measure.count_texts", counted)
        indexed.git("mv", "docs/second.md", "docs/third.md")
        indexed.git("mv", "docs/third.md", "docs/second.md")
        after = run.tokens()
        assert after["docs/second.md"] == before["docs/two.md"]


class TestA33Traversal:
    @pytest.mark.parametrize(
        ("path", "why"),
        [
            ("../canary.md", "which leads out of the repository"),
            ("/etc/passwd", "an absolute path"),
            ("../repo-evil/x.md", "which leads out of the repository"),
            (".git/config", "a part of git's own directory"),
            ("nul\\0.md", "which holds a NUL character"),
            ("~/x.md", "a path in somebody's home directory"),
            ("$HOME/x.md", "a variable of the shell"),
            ("C:\\\\Windows\\\\win.ini", "a path on a drive"),
            ("docs\\\\..\\\\..\\\\x.md", "which is written with backslashes"),
            ("file:///etc/passwd", "a URL"),
            ("link.md", "which leads out of the repository"),
        ],
    )
    def test_a33_refused_and_not_read(self, repo: Repo, run: Run, path: str, why: str) -> None:
        canary = repo.root.parent / "canary.md"
        canary.write_text("CANARY-7c2e")
        read = canary.stat().st_atime_ns
        (repo.root / "link.md").symlink_to("../canary.md")
        repo.add({"INDEX.yaml": f'modules:\n  - name: bad\n    file: "{path}"\n'})
        repo.git("add", "--all")
        ran = run("budget")
        assert ran.status == 1, ran.out
        (line,) = [one for one in ran.out.splitlines() if "catalog-refused-path" in one]
        assert line.startswith("error[catalog-refused-path]: INDEX.yaml:3: `bad` names ")
        assert line.endswith(f", {why}: it is not read"), line
        assert "CANARY" not in ran.out + run("report").out
        assert canary.stat().st_atime_ns == read

    def test_a33_through_a_linked_directory(self, repo: Repo, run: Run) -> None:
        (repo.root / "docs").symlink_to("/etc")
        repo.git("add", "--all")
        repo.add({"INDEX.yaml": "modules:\n  - name: bad\n    file: docs/passwd\n"})
        ran = run("budget")
        assert (
            "error[catalog-refused-path]: INDEX.yaml:3: `bad` names `docs/passwd`,"
            " which leads out of the repository: it is not read\n"
        ) in ran.out
        assert "root:" not in ran.out


def test_a_module_behind_a_linked_folder(repo: Repo, run: Run) -> None:
    """The folder is not among the files that agents read, so it is known from the index alone."""
    repo.add({"pool/deep/one.txt": "one\n"})
    (repo.root / "docs").mkdir()
    (repo.root / "docs" / "linked").symlink_to("../pool")
    repo.add({"INDEX.yaml": "modules:\n  - {name: one, file: docs/linked/deep/one.txt}\n"})
    repo.git("add", "--all")
    assert (run("budget").status, run("budget").out) == (0, "")
    assert run.tokens()["pool/deep/one.txt"] == 2


YAML_BOMBS = {
    "laughs": "a: &a [x]\nb: &b [*a, *a]\nmodules: [*b]\n",
    "merge keys": "a: &a {x: 1}\nb:\n  <<: [*a, *a]\n",
    "a circle": "&x [*x]\n",
    "deep flow": "[" * 5_000,
    "a duplicate key": "modules: []\nmodules: []\n",
    "python objects": "modules: !!python/object/apply:os.getcwd []\n",
    "a huge integer": f"modules: {'9' * 5_000}\n",
    "two documents": "a: 1\n---\nb: 2\n",
    "a tab": "modules:\n\t- x\n",
    "a NUL": "modules: '\0'\n",
    "too long": "# " + "x" * 256_000 + "\n",
    "too many modules": "modules:\n" + "  - file: a.md\n" * 2_001,
}


@pytest.mark.untraced
@pytest.mark.parametrize("content", YAML_BOMBS.values(), ids=YAML_BOMBS)
def test_a40_yaml_bombs(repo: Repo, run: Run, content: str) -> None:
    """A catalog that cannot be read is one finding; it fails only where a budget depends on it."""
    repo.add({"INDEX.yaml": content})
    ran = run("budget")
    assert ran.status in (0, 1)
    (line,) = [one for one in ran.out.splitlines() if "catalog-unreadable" in one]
    assert line.startswith("warning[catalog-unreadable]: INDEX.yaml:")

    limit = '[[budget]]\nname = "m"\nscope = "module"\nmax = "120% of estimate"\n'
    repo.add({"ctxtally.toml": limit})
    ran = run("budget")
    assert ran.status == 1
    assert "error[catalog-unreadable]: INDEX.yaml:" in ran.out


def test_a41_json_bombs(repo: Repo, run: Run) -> None:
    repo.add({"MANIFEST.json": "[" * 100_000})
    ran = run("budget")
    assert "warning[catalog-unreadable]: MANIFEST.json:1: column " in ran.out


TOML_BOMBS = {
    "deep arrays": "a = " + "[" * 30_000,
    "a long dotted key": ".".join("a" * 20_000) + " = 1",
    "too long": "# " + "x" * 70_000,
    "not TOML": "a = = 1",
    "not UTF-8": b"name = '\xff'",
}


@pytest.mark.parametrize("content", TOML_BOMBS.values(), ids=TOML_BOMBS)
def test_a41_toml_bombs_in_our_configuration(repo: Repo, run: Run, content: str | bytes) -> None:
    repo.add({"ctxtally.toml": content})
    ran = run("budget")
    assert (ran.status, ran.out) == (2, "")
    error, help_line = ran.err.splitlines()
    assert error.startswith("error: ctxtally.toml:1:")
    assert help_line.startswith("  = help: ")
