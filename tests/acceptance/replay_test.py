"""A verdict is replayed where nothing it depends on has changed, and only there."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ctxtally import __main__
from ctxtally.adapters import sealed, verdict
from ctxtally.commands.budget import FORMATS
from ctxtally.survey.record import record
from tests.support.command import SCRIPT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.command import Run
    from tests.support.repo import Repo

pytestmark = pytest.mark.children_measured

LIMIT = '[[budget]]\nname = "small"\npaths = ["**/CLAUDE.md"]\nmax = 10\n'
SMALL = "word\n"
BIG = "word " * 50

# What may be loaded after a replay: no more than an interpreter needs, and these of ours.
FORBIDDEN = {
    "argparse", "asyncio", "collections", "dataclasses", "datetime", "enum", "filelock",
    "functools", "git", "hashlib", "importlib.metadata", "importlib.resources", "inspect",
    "jinja2", "json", "logging", "pathlib", "re", "regex", "requests", "rich", "ruamel",
    "shutil", "sqlite3", "subprocess", "tempfile", "tiktoken", "tomli", "tomllib", "typing",
    "ctxtally.cli",
}  # fmt: skip


class Gate:
    """The gate as the console script runs it, in process; says whether it was replayed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments: str) -> tuple[int, str, bool]:
        """Return the status, all that was printed, and whether it was a replay."""
        real = verdict.replay
        replayed = []

        def watched(argv: list[str]) -> int | None:
            status = real(argv)
            replayed.append(status is not None)
            return status

        self._monkeypatch.setattr(sys, "argv", ["ctxtally", "budget", *arguments])
        self._monkeypatch.setattr(verdict, "replay", watched)
        self._capsys.readouterr()
        status = __main__.main()
        self._monkeypatch.setattr(verdict, "replay", real)
        out, err = self._capsys.readouterr()
        return status, out + err, replayed[0]


@pytest.fixture
def gate(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Gate:
    return Gate(capsys, monkeypatch)


@pytest.fixture
def judged(repo: Repo, gate: Gate) -> Repo:
    """Return a repository whose gate has passed and would be replayed."""
    repo.commit("base", {"ctxtally.toml": LIMIT, "CLAUDE.md": SMALL, "code.py": "1\n"})
    assert gate() == (0, "", False)
    assert gate() == (0, "", True)
    return repo


class TestHits:
    def test_after_an_unrelated_file_is_staged_and_committed(
        self, judged: Repo, gate: Gate
    ) -> None:
        judged.add({"code.py": "2\n", "new.txt": "x\n"})
        assert gate() == (0, "", True)
        judged.commit("unrelated")
        assert gate() == (0, "", True)
        judged.write({"CLAUDE.md": BIG})
        assert gate() == (0, "", True), "what is not staged is not judged"

    def test_a_failing_verdict_with_its_whole_output(self, judged: Repo, gate: Gate) -> None:
        judged.add({"CLAUDE.md": BIG})
        status, told, replayed = gate()
        assert (status, replayed) == (1, False)
        assert gate() == (status, told, True)
        assert "+49 since HEAD (2 then)" in told
        judged.add({"code.py": "2\n"})
        assert gate() == (status, told, True)

    def test_advice_does_not_depend_on_head(self, repo: Repo, gate: Gate) -> None:
        repo.commit("base", {"CLAUDE.md": "x\n" * 201})
        status, told, _ = gate()
        assert told.startswith("warning[agent-limit]: CLAUDE.md: 201 lines")
        repo.commit("later", {"code.py": "1\n"})
        assert gate() == (status, told, True)

    def test_each_form_of_arguments_has_its_own(self, judged: Repo, gate: Gate) -> None:
        assert judged.root.is_dir()
        for arguments in (("--format", "json"), ("--verbose",), ("--rev", "HEAD")):
            _, first, replayed = gate(*arguments)
            assert not replayed
            assert gate(*arguments) == (0, first, True)
        assert gate() == (0, "", True)

    def test_the_push_of_one_commit(
        self, judged: Repo, gate: Gate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PRE_COMMIT_TO_REF", judged.git("rev-parse", "HEAD"))
        assert gate() == (0, "", False)
        assert gate() == (0, "", True)
        monkeypatch.delenv("PRE_COMMIT_TO_REF")
        assert gate() == (0, "", True), "a push leaves the verdict of the index in place"

    def test_one_run_event_and_nothing_else_is_logged(self, judged: Repo, gate: Gate) -> None:
        log = judged.root / ".git" / "ctxtally" / "usage-log.jsonl"
        before = log.read_text("utf-8").splitlines()
        assert gate()[2]
        *old, new = log.read_text("utf-8").splitlines()
        assert old == before
        first, last = json.loads(before[0]), json.loads(new)
        assert first["id"] != last["id"]
        told = {name: value for name, value in last.items() if name not in ("id", "ts")}
        assert told == {name: value for name, value in first.items() if name not in ("id", "ts")}

    def test_in_a_linked_worktree(
        self, judged: Repo, gate: Gate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        judged.git("worktree", "add", "--quiet", "../linked")
        monkeypatch.chdir(judged.root.parent / "linked")
        assert gate() == (0, "", False)
        assert gate() == (0, "", True)

    def test_with_a_log_in_the_work_tree(self, repo: Repo, gate: Gate) -> None:
        repo.commit(
            "base", {".gitignore": "log.jsonl\n", "ctxtally.toml": 'ledger = "log.jsonl"\n'}
        )
        assert gate() == (0, "", False)
        assert gate() == (0, "", True)
        assert (repo.root / "log.jsonl").read_text("utf-8").count("\n") == 2
        repo.add({".gitignore": ""})
        assert not gate()[2], "git no longer ignores it"


def _stage(path: str, content: str) -> Callable[[Repo, pytest.MonkeyPatch], None]:
    return lambda repo, _: repo.add({path: content})


def _unstage(repo: Repo, _: pytest.MonkeyPatch) -> None:
    repo.git("rm", "--quiet", "--cached", "ctxtally.toml")


def _untracked_configuration(repo: Repo, _: pytest.MonkeyPatch) -> None:
    _unstage(repo, _)
    repo.write({"ctxtally.toml": LIMIT.replace("10", "1")})


def _link(repo: Repo, _: pytest.MonkeyPatch) -> None:
    (repo.root / "GEMINI.md").symlink_to("CLAUDE.md")
    repo.git("add", "GEMINI.md")


def _mode(repo: Repo, _: pytest.MonkeyPatch) -> None:
    repo.git("update-index", "--chmod=+x", "CLAUDE.md")


def _set(name: str, value: str) -> Callable[[Repo, pytest.MonkeyPatch], None]:
    return lambda _, monkeypatch: monkeypatch.setenv(name, value)


def _patch(target: str, value: object) -> Callable[[Repo, pytest.MonkeyPatch], None]:
    return lambda _, monkeypatch: monkeypatch.setattr(target, value)


MUTATIONS = {
    "a context file": _stage("CLAUDE.md", BIG),
    "a new context file": _stage("sub/CLAUDE.md", BIG),
    "the mode of a context file": _mode,
    "a new link": _link,
    "the configuration": _stage("ctxtally.toml", LIMIT.replace("10", "1")),
    "the configuration untracked": _unstage,
    "the untracked configuration": _untracked_configuration,
    "another configuration file": _stage("pyproject.toml", "[tool.ctxtally]\n"),
    "a new catalog": _stage("INDEX.yaml", "modules:\n  - file: code.py\n"),
    "the day": _patch("ctxtally.adapters.verdict.seconds", lambda: 4_102_444_800.0),
    "our version": _patch("ctxtally.adapters.verdict.fingerprint", lambda: b"9.9.9 0"),
    "colour": _set("NO_COLOR", "1"),
    "a pushed commit": _set("PRE_COMMIT_TO_REF", "HEAD"),
    "a pushed branch": _set("PRE_COMMIT_LOCAL_BRANCH", "main"),
    "another index": _set("GIT_INDEX_FILE", "another-index"),
}


class TestMisses:
    @pytest.mark.parametrize("mutate", MUTATIONS.values(), ids=MUTATIONS)
    def test_what_a_verdict_depends_on(
        self,
        judged: Repo,
        gate: Gate,
        run: Run,
        mutate: Callable[[Repo, pytest.MonkeyPatch], None],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        mutate(judged, monkeypatch)
        status, told, replayed = gate()
        assert not replayed
        shutil.rmtree(judged.root / ".git" / "ctxtally")
        ran = run("budget")
        assert (status, told) == (ran.status, ran.out + ran.err), "as without any memory"

    def test_what_a_catalog_lists(self, repo: Repo, gate: Gate) -> None:
        listed = "modules:\n  - name: code\n    file: src/code.py\n"
        repo.commit("base", {"INDEX.yaml": listed, "src/code.py": "1\n", "src/other.py": "1\n"})
        assert [gate()[2], gate()[2]] == [False, True]
        repo.add({"src/code.py": "2\n"})
        assert not gate()[2]

    def test_the_file_behind_a_link(self, repo: Repo, gate: Gate) -> None:
        (repo.root / "CLAUDE.md").symlink_to("text.txt")
        repo.add({"text.txt": "1\n"})
        repo.git("add", "--all")
        repo.commit("base")
        assert [gate()[2], gate()[2]] == [False, True]
        repo.add({"text.txt": BIG})
        assert not gate()[2]

    def test_what_only_a_budget_names(self, repo: Repo, gate: Gate) -> None:
        repo.commit("base", {"ctxtally.toml": LIMIT.replace("CLAUDE.md", "*.txt"), "a.txt": SMALL})
        assert [gate()[2], gate()[2]] == [False, True]
        repo.add({"sub/b.txt": BIG})
        status, _, replayed = gate()
        assert (status, replayed) == (1, False)

    def test_head_where_there_are_findings(self, judged: Repo, gate: Gate) -> None:
        judged.add({"CLAUDE.md": BIG})
        first = gate()
        assert first[0] == 1
        judged.commit("past the gate")
        status, told, replayed = gate()
        assert (status, replayed) == (1, False)
        assert "; the same at HEAD" in told

    def test_an_unmerged_index(self, judged: Repo, gate: Gate) -> None:
        judged.git("checkout", "--quiet", "-b", "other")
        judged.commit("other", {"CLAUDE.md": "other\n"})
        judged.git("checkout", "--quiet", "main")
        judged.commit("main", {"CLAUDE.md": "main\n"})
        judged.git("merge", "other", check=False)
        status, told, replayed = gate()
        assert (status, replayed) == (2, False)
        assert told.startswith("error: unmerged: CLAUDE.md\n")

    def test_the_work_tree_is_never_replayed(self, judged: Repo, gate: Gate) -> None:
        assert gate("--worktree") == (0, "", False)
        judged.write({"CLAUDE.md": BIG})
        assert gate("--worktree")[0] == 1

    def test_a_file_intended_to_be_added(self, judged: Repo, gate: Gate) -> None:
        judged.write({"sub/CLAUDE.md": BIG})
        judged.git("add", "--intent-to-add", "sub/CLAUDE.md")
        assert gate() == (0, "", False)
        assert gate() == (0, "", False)
        judged.git("add", "sub/CLAUDE.md")
        assert gate()[0] == 1

    def test_the_commit_that_a_name_means(self, judged: Repo, gate: Gate) -> None:
        assert gate("--rev", "HEAD") == (0, "", False)
        judged.commit("big", {"CLAUDE.md": BIG})
        status, _, replayed = gate("--rev", "HEAD")
        assert (status, replayed) == (1, False)


class TestNothingStale:
    """Each of these once left a verdict, a plan or a count behind that no longer held."""

    def test_an_empty_untracked_configuration_is_not_the_same_as_none(
        self, repo: Repo, gate: Gate
    ) -> None:
        strict = LIMIT.replace("[[budget]]", "[[tool.ctxtally.budget]]")
        repo.commit("base", {"pyproject.toml": strict, "CLAUDE.md": BIG})
        repo.write({"ctxtally.toml": ""})
        assert gate()[0] == 0
        (repo.root / "ctxtally.toml").unlink()
        assert gate()[0] == 1

    def test_a_catalog_whose_content_comes_back(self, repo: Repo, gate: Gate) -> None:
        index = "modules:\n  - {name: big, file: big.md, estimated_tokens: 10}\n"
        budget = '[[budget]]\nname = "m"\nscope = "module"\nmax = "120% of estimate"\n'
        repo.commit("base", {"INDEX.yaml": index, "big.md": BIG, "ctxtally.toml": budget})
        assert gate()[0] == 1
        oid = repo.git("rev-parse", ":INDEX.yaml")
        lost = repo.root / ".git" / "objects" / oid[:2] / oid[2:]
        away = lost.rename(repo.root.parent / "away")
        for forgotten in (["plan"], ["plan", "counts"]):
            for name in forgotten:
                (repo.root / ".git" / "ctxtally" / name).unlink(missing_ok=True)
            for path in _verdicts(repo):
                path.unlink()
            status, told, _ = gate()
            assert status == 1
            assert "error[not-available]: INDEX.yaml: not measured" in told
        away.rename(lost)
        status, told, replayed = gate()
        assert (status, replayed) == (1, False)
        assert "error[module-estimate]" in told

    def test_a_replacement_object_is_not_counted(self, judged: Repo, gate: Gate) -> None:
        judged.commit("big", {"CLAUDE.md": BIG})
        judged.write({"small": SMALL})
        small = judged.git("hash-object", "-w", "small")
        judged.git("replace", judged.git("rev-parse", ":CLAUDE.md"), small)
        shutil.rmtree(judged.root / ".git" / "ctxtally")
        assert gate()[0] == 1

    @pytest.mark.parametrize("ledger", ["", 'ledger = "log.jsonl"\n'], ids=["own log", "ledger"])
    def test_what_is_staged_while_the_gate_runs(
        self, repo: Repo, gate: Gate, ledger: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo.commit("base", {".gitignore": "log.jsonl\n", "ctxtally.toml": ledger + LIMIT})
        real = record

        def late(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - passed on as it is
            repo.add({"CLAUDE.md": BIG})
            return real(*arguments, **named)

        monkeypatch.setattr("ctxtally.commands.budget.record", late)
        assert gate()[0] == 0
        monkeypatch.setattr("ctxtally.commands.budget.record", real)
        assert gate()[0] == 1

    def test_what_is_configured_while_the_gate_runs(
        self, repo: Repo, gate: Gate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo.commit("base", {"CLAUDE.md": SMALL})
        real = record

        def late(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - passed on as it is
            repo.write({"ctxtally.toml": LIMIT.replace("10", "1")})
            return real(*arguments, **named)

        monkeypatch.setattr("ctxtally.commands.budget.record", late)
        assert gate()[0] == 0
        monkeypatch.setattr("ctxtally.commands.budget.record", real)
        assert gate()[0] == 1

    def test_a_moved_repository_logs_where_it_is(
        self, judged: Repo, gate: Gate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        moved = judged.root.rename(judged.root.parent / "moved")
        monkeypatch.chdir(moved)
        assert gate() == (0, "", False)
        assert not judged.root.exists()

    def test_the_limit_of_a_name_that_is_a_link(self, judged: Repo, gate: Gate) -> None:
        judged.git("rm", "--quiet", "--force", "CLAUDE.md")
        (judged.root / "CLAUDE.md").symlink_to("guide.txt")
        judged.add({"guide.txt": BIG})
        judged.git("add", "CLAUDE.md")
        status, told, _ = gate()
        assert status == 1
        assert "guide.txt: 51 tokens, 41 over its budget of 10 (small)" in told


class TestClosedOutput:
    """Where nobody reads what is printed the status still tells."""

    @pytest.mark.parametrize("target", ["| true", "> /dev/full", ">&-"])
    def test_a_failing_gate_fails(self, judged: Repo, target: str) -> None:
        judged.add({"CLAUDE.md": BIG})
        shell = f'"{SCRIPT}" budget {target}; echo "${{PIPESTATUS[0]}}" >&2'
        for _ in ("judged", "replayed"):
            done = judged.run("bash", "-c", shell)
            assert done.stderr == "1\n"


def _verdicts(repo: Repo) -> list[Path]:
    return sorted((repo.root / ".git" / "ctxtally").glob("verdict-*"))


class TestBrokenFiles:
    """A torn or foreign file never yields a pass."""

    @pytest.mark.parametrize(
        "broken",
        [
            pytest.param(lambda _: b"", id="empty"),
            pytest.param(lambda data: data[: len(data) // 2], id="torn"),
            pytest.param(lambda data: data[:-1], id="one byte short"),
            pytest.param(lambda data: data + b"0:", id="one part more"),
            pytest.param(lambda data: data.replace(b"1:0", b"1:1", 1), id="another status"),
            pytest.param(lambda data: data.partition(b"\n")[0] + b"\n", id="only a head"),
            pytest.param(lambda _: b"\xff" * 1000, id="bytes"),
            pytest.param(lambda _: b"ctxtally 1 k d\n9999999999:x", id="a foreign length"),
            pytest.param(lambda data: b"ctxtally 2" + data[10:], id="another format"),
        ],
    )
    def test_is_as_good_as_none(
        self, judged: Repo, gate: Gate, broken: Callable[[bytes], bytes]
    ) -> None:
        (path,) = _verdicts(judged)
        path.write_bytes(broken(path.read_bytes()))
        assert gate() == (0, "", False)
        assert gate() == (0, "", True), "and is replaced"

    def test_every_cut_of_a_verdict(self, judged: Repo) -> None:
        (path,) = _verdicts(judged)
        whole = path.read_bytes()
        for end in range(len(whole)):
            path.write_bytes(whole[:end])
            with pytest.raises(ValueError):  # noqa: PT011 - any kind will do
                sealed.unseal(str(path))

    def test_a_folder_in_its_place(self, judged: Repo, gate: Gate) -> None:
        (path,) = _verdicts(judged)
        path.unlink()
        path.mkdir()
        assert gate() == (0, "", False)

    def test_a_verdict_of_another_key(self, judged: Repo, gate: Gate) -> None:
        (path,) = _verdicts(judged)
        passed = path.read_bytes()
        judged.add({"CLAUDE.md": BIG})
        assert gate()[0] == 1
        path.write_bytes(passed)
        status, _, replayed = gate()
        assert (status, replayed) == (1, False)

    def test_a_log_that_cannot_be_written_is_a_note(self, judged: Repo, gate: Gate) -> None:
        log = judged.root / ".git" / "ctxtally" / "usage-log.jsonl"
        log.unlink()
        log.mkdir()
        status, told, replayed = gate()
        assert (status, replayed) == (0, True)
        assert told == "note: .git/ctxtally/usage-log.jsonl was not written: Is a directory\n"


class TestLoaded:
    """What a replay imports, in a process of its own."""

    PROBE = (
        "import sys; from ctxtally.__main__ import main; sys.argv = ['ctxtally', 'budget'];"
        "before = set(sys.modules); status = main();"
        "print(status, *sorted(set(sys.modules) - before))"
    )

    def test_a52_lazy_imports(self, judged: Repo) -> None:
        # -S: what `site` loads for an editable install is not ours.
        root = Path(verdict.__file__).parents[2]
        done = judged.run(sys.executable, "-S", "-c", self.PROBE, PYTHONPATH=str(root))
        status, *loaded = done.stdout.split()
        assert status == "0"
        assert FORBIDDEN.isdisjoint(loaded)
        ours = {name.partition(".")[2] for name in loaded if name.startswith("ctxtally.")}
        assert "adapters.verdict" in ours
        assert {name for name in ours if not name.startswith(("adapters", "errors"))} == set()

    def test_a51_no_pyc(self, judged: Repo, tmp_path: Path) -> None:
        """Without bytecode, and with none to be written, the verdict is the same."""
        cache = tmp_path / "pycache"
        done = judged.run(
            str(SCRIPT), "budget", PYTHONDONTWRITEBYTECODE="1", PYTHONPYCACHEPREFIX=str(cache)
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert not cache.exists()


def test_more_than_is_worth_keeping(tmp_path: Path) -> None:
    for most, kept in ((4, True), (3, False)):
        path = tmp_path / str(most)
        sealed.seal(str(path), "key", b"body", most=most)
        assert path.is_file() is kept


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_replayed_by_itself(gate: Gate, repo: Repo, name: str) -> None:
    repo.commit("base", {"ctxtally.toml": LIMIT, "CLAUDE.md": BIG})
    assert gate()[2] is False
    status, told, replayed = gate("--format", name)
    assert (status, replayed) == (1, False)
    assert gate("--format", name) == (status, told, True)
    repo.add({"CLAUDE.md": BIG * 2})
    changed = gate("--format", name)
    assert (changed[0], changed[2]) == (1, False)
    assert changed[1] != told
