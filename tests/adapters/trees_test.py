from __future__ import annotations

import os
from typing import TYPE_CHECKING

import git as gitpython
import pytest

from ctxtally.adapters import git, plumbing
from ctxtally.adapters.trees import Index, Revision, WorkTree
from ctxtally.errors import GitError
from ctxtally.model.tree import EXECUTABLE, REGULAR, SUBMODULE, SYMLINK, Entry, Tree

if TYPE_CHECKING:
    from tests.support.repo import Repo

ODD_NAMES = [
    "-dash.md",
    "--help.md",
    "new\nline.md",
    "tab\t.md",
    'quo"te.md',
    "star*.md",
    "a\\b.md",
]


def subject(name: str) -> Tree:
    if name == "index":
        return Index()
    return Revision("HEAD") if name == "revision" else WorkTree(git.place())


def contents(tree: Tree, *specs: str) -> dict[str, bytes]:
    entries = tree.listed(specs).values()
    return {entry.path: content for entry, content in tree.read(entries)}


@pytest.mark.parametrize("name", ["index", "revision", "work tree"])
class TestEverySubject:
    def test_lists_reads_and_measures(self, repo: Repo, name: str) -> None:
        repo.commit("first", {"a.md": "A", "b/c.md": "CC", "b/d.txt": "D"})
        tree = subject(name)
        assert contents(tree, "*.md") == {"a.md": b"A", "b/c.md": b"CC"}
        assert tree.sizes(tree.listed(["*.md"]).values()) == {"a.md": 1, "b/c.md": 2}

    def test_finds_exact_paths_and_folders(self, repo: Repo, name: str) -> None:
        repo.commit("first", {"a.md": "A", "b/c.md": "C", "bb.md": "B", "*.md": "S"})
        tree = subject(name)
        assert sorted(tree.find(["b", "a.md"])) == ["a.md", "b/c.md"]
        assert sorted(tree.find(["*.md"])) == ["*.md"]
        assert tree.find([]) == {}

    def test_odd_names(self, repo: Repo, name: str) -> None:
        repo.commit("first", dict.fromkeys(ODD_NAMES, "x"))
        assert contents(subject(name), "*.md") == dict.fromkeys(ODD_NAMES, b"x")

    def test_a_name_that_is_not_utf8(self, repo: Repo, name: str) -> None:
        path = os.fsdecode(b"latin-\xe9.md")
        with open(os.path.join(os.fsencode(repo.root), b"latin-\xe9.md"), "wb") as file:
            file.write(b"x")
        repo.git("add", "--all")
        repo.commit("first")
        assert contents(subject(name), "*.md") == {path: b"x"}
        assert list(subject(name).find([path])) == [path]

    def test_modes(self, repo: Repo, name: str) -> None:
        repo.write({"run.md": "x", "plain.md": "x"})
        (repo.root / "run.md").chmod(0o755)
        (repo.root / "link.md").symlink_to("plain.md")
        repo.git("add", "--all")
        repo.commit("first")
        entries = subject(name).listed(["*.md"])
        assert {path: entry.mode for path, entry in entries.items()} == {
            "link.md": SYMLINK,
            "plain.md": REGULAR,
            "run.md": EXECUTABLE,
        }
        assert contents(subject(name), "link.md") == {"link.md": b"plain.md"}

    def test_a_submodule_is_an_entry_without_content(self, repo: Repo, name: str) -> None:
        repo.commit("first", {"a.md": "A"})
        repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "./", "sub.md")
        repo.commit("second")
        entries = subject(name).listed(["*.md"])
        assert entries["sub.md"].mode == SUBMODULE

    def test_hundreds_of_paths_at_once(self, repo: Repo, name: str) -> None:
        paths = [f"{'long-' * 20}{number}.md" for number in range(600)]
        repo.commit("first", dict.fromkeys(paths, "x"))
        assert sorted(subject(name).find(paths)) == sorted(paths)


class TestIndex:
    def test_agrees_with_gitpython(self, repo: Repo) -> None:
        repo.commit("first", {"a.md": "A\n", "b/c.md": "C"})
        with gitpython.Repo(repo.root) as oracle:
            expected = {
                blob.path: blob.hexsha
                for blob in oracle.commit("HEAD").tree.traverse()
                if isinstance(blob, gitpython.Blob)
            }
        found = Index().listed(["*.md"])
        assert {path: entry.oid for path, entry in found.items()} == expected

    def test_what_is_staged_counts(self, repo: Repo) -> None:
        repo.add({"a.md": "staged"})
        repo.write({"a.md": "edited later"})
        assert contents(Index(), "a.md") == {"a.md": b"staged"}

    @pytest.mark.parametrize(
        "variable", ["GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS"]
    )
    def test_exported_pathspec_variables_change_nothing(
        self, repo: Repo, variable: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo.add({"sub/a.md": "x"})
        monkeypatch.setenv(variable, "1")
        assert list(Index().listed(["*.md"])) == ["sub/a.md"]

    def test_unmerged_is_refused_with_the_paths(self, repo: Repo) -> None:
        repo.commit("base", {"a.md": "base"})
        repo.git("checkout", "--quiet", "-b", "other")
        repo.commit("other", {"a.md": "other"})
        repo.git("checkout", "--quiet", "main")
        repo.commit("main", {"a.md": "main"})
        repo.git("merge", "other", check=False)
        with pytest.raises(GitError) as caught:
            Index().listed(["*.md"])
        assert str(caught.value) == "unmerged: a.md"
        assert "resolve the conflict" in caught.value.help

    def test_intent_to_add_is_not_in_the_commit(self, repo: Repo) -> None:
        repo.add({"empty.md": ""})
        repo.write({"later.md": "x"})
        repo.git("add", "--intent-to-add", "later.md")
        assert list(Index().listed(["*.md"])) == ["empty.md"]

    @pytest.mark.parametrize("form", ["--split-index", "--index-version=4"])
    def test_intent_to_add_in_any_form_of_index(self, repo: Repo, form: str) -> None:
        repo.add({"empty.md": ""})
        repo.write({"later.md": "x"})
        repo.git("add", "--intent-to-add", "later.md")
        repo.git("update-index", *form.split("="))
        repo.add({"other.md": ""})
        assert sorted(Index().listed(["*.md"])) == ["empty.md", "other.md"]

    def test_git_is_only_asked_where_there_may_be_intentions(
        self, repo: Repo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []
        real = plumbing.answer

        def watched(*arguments: str, stdin: bytes = b"") -> tuple[int, bytes, bytes]:
            asked.append(arguments[0])
            return real(*arguments, stdin=stdin)

        monkeypatch.setattr(plumbing, "answer", watched)
        repo.add({"empty.md": ""})
        assert list(Index().listed(["*.md"])) == ["empty.md"]
        assert "diff-files" not in asked
        repo.write({"later.md": "x"})
        repo.git("add", "--intent-to-add", "later.md")
        assert list(Index().listed(["*.md"])) == ["empty.md"]
        assert "diff-files" in asked

    @pytest.mark.usefixtures("repo")
    def test_an_object_that_is_not_here(self) -> None:
        gone = Entry(path="a.md", mode=REGULAR, oid="1" * 40)
        assert Index().sizes([gone]) == {"a.md": None}
        assert list(Index().read([gone])) == []

    @pytest.mark.usefixtures("repo")
    def test_asking_for_nothing(self) -> None:
        assert Index().sizes([]) == {}
        assert list(Index().read([])) == []


class TestRevision:
    def test_subject_names_what_was_asked_and_found(self, repo: Repo) -> None:
        made = repo.commit("first")
        assert Revision("HEAD").subject == f"revision {made[:10]} (HEAD)"
        assert Revision(made).subject == f"revision {made[:10]}"

    @pytest.mark.usefixtures("repo")
    def test_unknown(self) -> None:
        with pytest.raises(GitError, match=r"^no commit is named 'nope' here$"):
            Revision("nope")


class TestWorkTree:
    def test_untracked_is_seen_and_ignored_is_not(self, repo: Repo) -> None:
        repo.commit("first", {".gitignore": "secret.md\n", "gone.md": "x"})
        repo.write({"new.md": "new", "secret.md": "s"})
        (repo.root / "gone.md").unlink()
        assert contents(WorkTree(git.place()), "*.md") == {"new.md": b"new"}

    def test_a_fifo_is_not_opened(self, repo: Repo) -> None:
        repo.commit("first", {"a.md": "x"})
        (repo.root / "a.md").unlink()
        os.mkfifo(repo.root / "a.md")
        assert contents(WorkTree(git.place()), "*.md") == {}

    def test_a_file_that_vanishes_after_it_was_listed(self, repo: Repo) -> None:
        repo.commit("first", {"a.md": "x"})
        tree = WorkTree(git.place())
        entries = list(tree.listed(["*.md"]).values())
        (repo.root / "a.md").unlink()
        assert list(tree.read(entries)) == []
        assert tree.sizes(entries) == {"a.md": None}
