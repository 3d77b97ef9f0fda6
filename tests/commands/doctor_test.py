from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctxtally import __version__
from ctxtally.adapters import plumbing
from ctxtally.survey.settings import profiles
from tests.support.command import SCRIPT

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo


def states(run: Run) -> dict[str, tuple[str, str]]:
    ran = run("doctor", "--format", "json")
    assert ran.status == 0
    return {check["name"]: (check["state"], check["message"]) for check in ran.json["checks"]}


def test_all_is_well(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_pre_commit(repo.root.parent, monkeypatch, "echo pre-commit 4.7.0")
    run("init")
    repo.git("add", "--all")
    subprocess.run(
        [Path(sys.executable).parent / "pre-commit", "install"],
        cwd=repo.root,
        check=True,
        capture_output=True,
    )
    profiles = "".join(
        f"ok    {name}: {message}\n"
        for name, (_, message) in states(run).items()
        if name.startswith("profile ")
    )
    version = ".".join(map(str, sys.version_info[:3]))
    git_version = repo.git("version").split()[2]
    assert run("doctor").out == (
        f"ok    ctxtally: {__version__} on Python {version}\n"
        "ok    vocabulary: o200k_base 446a9538, exact, offline\n"
        f"ok    git: {git_version}\n"
        "ok    repository: hash sha1\n"
        "ok    configuration: none, the shipped defaults apply; 10 budgets in force\n"
        f"{profiles}"
        "ok    usage log: .git/ctxtally/usage-log.jsonl\n"
        "ok    token usage: nothing was counted yet\n"
        "ok    agent hooks: no settings of Claude Code in this repository run them\n"
        "ok    pre-commit version: 4.7.0\n"
        "ok    pre-commit: token-budget is installed\n"
    )


def fake_pre_commit(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a `pre-commit` before all others on PATH; it is looked up, and asked its version."""
    path = folder / "programs" / "pre-commit"
    path.parent.mkdir()
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.parametrize(
    ("script", "state", "message"),
    [
        pytest.param("echo pre-commit 3.2.0", "ok", "3.2.0", id="just new enough"),
        pytest.param("echo pre-commit 10.0.1.dev3", "ok", "10.0.1.dev3", id="two digits"),
        pytest.param(
            "echo pre-commit 3.1.1", "warn", "3.1.1 does not know the stages of our hooks", id="old"
        ),
        pytest.param(
            "echo pre-commit 2.20.0",
            "warn",
            "2.20.0 does not know the stages of our hooks",
            id="very old",
        ),
        pytest.param("echo hello", "warn", "says nothing that we understand", id="another"),
        pytest.param("exit 1", "warn", "says nothing that we understand", id="broken"),
    ],
)
def test_the_version_of_pre_commit(
    repo: Repo,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    *,
    script: str,
    state: str,
    message: str,
) -> None:
    fake_pre_commit(repo.root.parent, monkeypatch, script)
    found, told = states(run)["pre-commit version"]
    assert found == state
    assert told == message or told.endswith(f"/pre-commit --version {message}")


def test_without_pre_commit_nothing_is_said_of_it(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert repo.root.is_dir()
    (tmp_path / "programs").mkdir()
    git = shutil.which("git")
    assert git is not None
    (tmp_path / "programs" / "git").symlink_to(git)
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    assert "pre-commit version" not in states(run)


def test_a_pre_commit_that_cannot_be_started(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_pre_commit(repo.root.parent, monkeypatch, "")
    (repo.root.parent / "programs" / "pre-commit").write_bytes(b"\x7fELF broken")
    assert states(run)["pre-commit version"][0] == "warn"


LOG = "docs/metrics/token-usage/usage-log.jsonl"


def test_tracked_logs(repo: Repo, run: Run) -> None:
    repo.add({"docs/my-usage-log.jsonl": "", "usage-log.jsonl.md": ""})
    assert "tracked logs" not in states(run)
    repo.write({LOG: ""})
    assert "tracked logs" not in states(run), "it is not tracked yet"
    repo.git("add", LOG)
    repo.write({".gitignore": "*.jsonl\n"})
    out = run("doctor").out
    assert (
        f"warn  tracked logs: {LOG}: tracked, so each line that is added changes the tree\n"
        f"  = help: `git rm --cached {LOG}`, and ignore it\n"
    ) in out
    repo.git("add", "--force", ".gitignore")
    for at in range(4):
        repo.write({f"{at}/usage-log.jsonl": ""})
        repo.git("add", "--force", f"{at}/usage-log.jsonl")
    assert (
        "warn  tracked logs: 0/usage-log.jsonl, 1/usage-log.jsonl, 2/usage-log.jsonl and 2 more:"
        " tracked"
    ) in run("doctor").out


def test_the_session_file(repo: Repo, run: Run) -> None:
    path = ".agent-handoffs/CURRENT_SESSION.md"
    assert "session file" not in states(run)
    repo.commit("base", {"a.txt": "x\n"})
    run("handoff", "refresh")
    assert "session file" not in states(run), "its folder ignores itself"
    (repo.root / ".agent-handoffs" / ".gitignore").unlink()
    assert (
        "warn  session file: git does not ignore .agent-handoffs/: `git add --all` would commit"
        " what is in it\n"
        "  = help: write a line `*` into .agent-handoffs/.gitignore\n"
    ) in run("doctor").out
    repo.git("add", "--force", path)
    assert (
        f"warn  session file: {path} is tracked, so hooks do not refresh it\n"
        f"  = help: `git rm --cached {path}`\n"
    ) in run("doctor").out


# The head of what prek 0.5.11 writes; pre-commit's own file is in `test_all_is_well`.
FRAMEWORK = "#!/bin/sh\n# File generated by prek: https://github.com/j178/prek\n"
GATES = ("pre-commit", "pre-merge-commit")


def hook_file(repo: Repo, name: str, text: str, mode: int = 0o755) -> Path:
    path = repo.root / ".git" / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def told_of_hooks(run: Run) -> list[str]:
    """Return the lines about hooks, which are the last."""
    out = run("doctor").out
    return out[out.index("  pre-commit: ") - 4 :].removesuffix("\n").split("\n")


@pytest.mark.parametrize("hook", ["token-redundancy", "token-catalog", "session-handoff"])
def test_hook_types_that_are_missing(repo: Repo, run: Run, hook: str) -> None:
    entry = f"repos:\n- repo: x\n  rev: y\n  hooks:\n  - id: {hook}\n"
    repo.write({".pre-commit-config.yaml": entry})
    after = hook == "session-handoff"
    types = ["post-commit", "post-merge", "post-rewrite"] if after else ["pre-merge-commit"]
    hook_file(repo, "pre-commit", FRAMEWORK)
    out = run("doctor").out
    assert (
        f"warn  pre-commit: not installed in this clone: {', '.join(types)}\n"
        f"  = help: pre-commit install {' '.join(f'-t {one}' for one in types)}\n"
    ) in out
    for one in types:
        hook_file(repo, one, FRAMEWORK)
    assert f"ok    pre-commit: {hook} is installed\n" in run("doctor").out


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [
        pytest.param(FRAMEWORK, 0o755, ["ok    pre-commit: token-budget is installed"], id="prek"),
        pytest.param(
            "#!/bin/sh\nexec pre-commit run --hook-stage pre-commit\n",
            0o755,
            ["ok    pre-commit: token-budget is installed"],
            id="a call of pre-commit",
        ),
        pytest.param(
            "#!/bin/sh\nexec '/opt/bin/ctxtally' budget\n",
            0o755,
            ["ok    pre-commit: token-budget is installed"],
            id="a call of ours",
        ),
        pytest.param(
            "#!/bin/sh\necho husky # not ctxtally nor pre-commit run\n",
            0o755,
            [
                (
                    "warn  pre-commit: token-budget does not run from hooks of somebody else: "
                    "pre-commit, pre-merge-commit"
                ),
                (
                    "  = help: `pre-commit install -t pre-commit -t pre-merge-commit`, which runs "
                    "what is there as well"
                ),
            ],
            id="somebody else's",
        ),
        pytest.param(
            FRAMEWORK,
            0o644,
            [
                (
                    "warn  pre-commit: not executable, so git passes over them: pre-commit, "
                    "pre-merge-commit"
                ),
                "  = help: chmod +x {folder}/pre-commit {folder}/pre-merge-commit",
            ],
            id="not executable",
        ),
    ],
)
def test_what_is_in_the_hooks(
    repo: Repo, run: Run, *, text: str, mode: int, told: list[str]
) -> None:
    repo.write({".pre-commit-config.yaml": "repos: [{hooks: [\n{\nid: token-budget}]}]\n"})
    for name in GATES:
        hook_file(repo, name, text, mode)
    folder = repo.root / ".git" / "hooks"
    assert told_of_hooks(run) == [one.format(folder=folder) for one in told]


def test_hooks_elsewhere(repo: Repo, run: Run) -> None:
    repo.write({".pre-commit-config.yaml": "- id: token-budget\n", ".husky/_/pre-commit": ". h\n"})
    (repo.root / ".husky" / "_" / "pre-commit").chmod(0o755)
    repo.git("config", "core.hooksPath", ".husky/_")
    call = f"core.hooksPath is {repo.root / '.husky' / '_'}: call `pre-commit run --hook-stage"
    assert told_of_hooks(run) == [
        "warn  pre-commit: not installed in this clone: pre-merge-commit",
        f"  = help: {call} pre-merge-commit` from the hook there",
        "warn  pre-commit: token-budget does not run from hooks of somebody else: pre-commit",
        f"  = help: {call} pre-commit` from the hook there",
    ]


AGAIN = "  = help: run `ctxtally init --git-hooks` again"
INSTALLED = "ok    pre-commit: {} is installed"


class TestPlainHooks:
    """Hooks that `ctxtally init --git-hooks` wrote, and what may become of them."""

    @pytest.fixture
    def folder(self, repo: Repo, run: Run) -> Path:
        assert run("init", "--git-hooks").status == 0
        return repo.root / ".git" / "hooks"

    @pytest.mark.parametrize(
        ("name", "becomes", "told"),
        [
            pytest.param(
                "pre-merge-commit",
                None,
                ["warn  pre-commit: not installed in this clone: pre-merge-commit", AGAIN],
                id="taken away",
            ),
            pytest.param(
                "post-merge",
                "#!/bin/sh\necho theirs\n",
                [
                    (
                        "warn  pre-commit: session-handoff does not run from hooks of somebody "
                        "else: post-merge"
                    ),
                    "  = help: `ctxtally init --git-hooks --dry-run` shows what to call from them",
                ],
                id="of somebody else",
            ),
            pytest.param(
                "post-commit",
                FRAMEWORK,
                [
                    (
                        "warn  pre-commit: session-handoff does not run from hooks of somebody "
                        "else: post-commit"
                    ),
                    "  = help: `ctxtally init --git-hooks --dry-run` shows what to call from them",
                ],
                id="of a framework that has no such hook",
            ),
            pytest.param(
                "pre-commit",
                "{text}# more\n",
                [
                    "warn  pre-commit: not as this version of ctxtally writes them: pre-commit",
                    AGAIN,
                ],
                id="edited",
            ),
            pytest.param(
                "pre-commit",
                "#!/bin/sh\n# Written by `ctxtally init --git-hooks`; `--undo` takes it away.\n",
                [
                    "warn  pre-commit: not as this version of ctxtally writes them: pre-commit",
                    AGAIN,
                ],
                id="starts nothing",
            ),
        ],
    )
    def test_one_is_another(
        self, folder: Path, run: Run, *, name: str, becomes: str | None, told: list[str]
    ) -> None:
        path = folder / name
        text = path.read_text()
        path.unlink()
        if becomes is not None:
            path.write_text(becomes.replace("{text}", text))
            path.chmod(0o755)
        gate, after = (INSTALLED.format(one) for one in ("token-budget", "session-handoff"))
        expected = [gate, *told] if name.startswith("post") else [*told, after]
        assert told_of_hooks(run) == expected

    def test_the_program_is_gone(self, folder: Path, run: Run) -> None:
        for path in folder.iterdir():
            path.write_text(path.read_text().replace(str(SCRIPT), "/it's gone/ctxtally"))
        assert told_of_hooks(run)[1::2] == [AGAIN] * 2, "no hook of ours has such a quote"
        for path in folder.iterdir():
            text = path.read_text().replace("/it's gone", "/it'\\''s gone")
            path.write_text(text)
        gone = "warn  pre-commit: the program that they start is not there: "
        assert told_of_hooks(run) == [
            f"{gone}pre-commit, pre-merge-commit",
            AGAIN,
            f"{gone}post-commit, post-merge, post-rewrite",
            AGAIN,
        ]

    def test_none_is_executable(self, folder: Path, run: Run) -> None:
        for path in folder.iterdir():
            path.chmod(0o644)
        assert [line for line in told_of_hooks(run) if line.startswith("warn")] == [
            f"warn  pre-commit: not executable, so git passes over them: {types}"
            for types in ("pre-commit, pre-merge-commit", "post-commit, post-merge, post-rewrite")
        ]

    def test_of_another_place(self, folder: Path, run: Run, tmp_path: Path) -> None:
        (tmp_path / "it's").mkdir()
        (tmp_path / "it's" / "ctxtally").symlink_to(SCRIPT)
        for path in folder.iterdir():
            place = str(tmp_path / "it'\\''s" / "ctxtally")
            path.write_text(path.read_text().replace(str(SCRIPT), place))
        assert told_of_hooks(run) == [
            INSTALLED.format("token-budget"),
            INSTALLED.format("session-handoff"),
        ]

    def test_pre_commit_runs_what_was_there_before(self, folder: Path, run: Run) -> None:
        for name in GATES:
            (folder / name).rename(folder / f"{name}.legacy")
            (folder / name).write_text(FRAMEWORK)
            (folder / name).chmod(0o755)
        (folder / "post-merge").rename(folder / "shared")
        (folder / "post-merge").symlink_to("shared")
        assert told_of_hooks(run) == [
            "warn  pre-commit: .pre-commit-config.yaml does not name token-budget",
            "  = help: run `ctxtally init`",
            INSTALLED.format("session-handoff"),
        ]
        (folder / "pre-commit").unlink()
        (folder / "pre-commit.legacy").rename(folder / "pre-commit")
        assert told_of_hooks(run) == [
            INSTALLED.format("token-budget"),
            INSTALLED.format("session-handoff"),
        ]


def test_hooks_not_installed(repo: Repo, run: Run) -> None:
    assert repo.root.is_dir()
    assert states(run)["pre-commit"] == (
        "warn",
        ".pre-commit-config.yaml does not name token-budget",
    )
    run("init")
    assert states(run)["pre-commit"] == (
        "warn",
        "not installed in this clone: pre-commit, pre-merge-commit",
    )
    assert "= help: pre-commit install -t pre-commit -t pre-merge-commit\n" in run("doctor").out


def test_outside_a_repository(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    state, message = states(run)["repository"]
    assert (state, message[:37]) == ("fail", "git rev-parse: not a git repository (")


@pytest.mark.parametrize(
    ("content", "state", "message"),
    [
        pytest.param(
            'counter = "o200k_base"\n',
            "ok",
            "ctxtally.toml; 10 budgets in force",
            id="valid",
        ),
        pytest.param(
            "budgets = 1\n",
            "fail",
            "ctxtally.toml:1:1: `budgets` is not a key of the top level",
            id="invalid",
        ),
    ],
)
def test_configuration(repo: Repo, run: Run, content: str, state: str, message: str) -> None:
    repo.add({"ctxtally.toml": content})
    found = states(run)["configuration"]
    assert found[0] == state
    assert found[1].startswith(message)


def test_untracked_configuration_and_a_log_that_shows(repo: Repo, run: Run) -> None:
    repo.write({"ctxtally.toml": 'ledger = "log.jsonl"\n'})
    out = run("doctor").out
    assert "warn  configuration: ctxtally.toml is not tracked; it is used as it lies" in out
    assert "warn  usage log: `ledger = 'log.jsonl'` is not used: git does not ignore it" in out


def test_a_log_that_cannot_be_written(repo: Repo, run: Run) -> None:
    (repo.root / ".git" / "ctxtally").write_text("in the way")
    assert states(run)["usage log"] == (
        "warn",
        ".git/ctxtally/usage-log.jsonl cannot be written: a file is where its folder should be",
    )
    (repo.root / ".git" / "ctxtally").unlink()
    (repo.root / ".git" / "ctxtally").mkdir()
    (repo.root / ".git" / "ctxtally" / "usage-log.jsonl").symlink_to("elsewhere")
    assert states(run)["usage log"] == ("warn", ".git/ctxtally/usage-log.jsonl cannot be written")


def test_an_old_git(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert repo.root.is_dir()
    real = plumbing.output

    def old(*arguments: str, stdin: bytes = b"") -> bytes:
        return (
            b"git version 2.30.9\n" if arguments == ("version",) else real(*arguments, stdin=stdin)
        )

    monkeypatch.setattr("ctxtally.survey.health.output", old)
    assert states(run)["git"] == ("fail", "2.30.9")


def test_a_vocabulary_that_counts_wrong(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert repo.root.is_dir()
    monkeypatch.setattr("ctxtally.survey.health._SAMPLE_TOKENS", 3)
    assert states(run)["vocabulary"] == ("fail", "'hello world' counts 2, not 3")


def test_the_age_of_each_profile(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.add({"CLAUDE.md": "word\n"})
    monkeypatch.setattr("ctxtally.adapters.git.day", lambda _: "2027-11-21")
    found = states(run)
    assert {name.removeprefix("profile ") for name in found if name.startswith("profile ")} == {
        profile.agent for profile in profiles()
    }
    assert found["profile claude-code"] == ("warn", "verified on 2026-11-20, 366 days ago")
    assert found["profile roo"][0] == "ok", "it is not used here"
    (profile,) = (one for one in profiles() if one.agent == "claude-code")
    assert f"  = help: compare it with {profile.source}\n" in run("doctor").out


def test_a_profile_of_tomorrow_is_new(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.add({"CLAUDE.md": "word\n"})
    monkeypatch.setattr("ctxtally.adapters.git.day", lambda _: "2020-01-01")
    assert states(run)["profile claude-code"] == ("ok", "verified on 2026-11-20, 0 days ago")


STATE = ".agent-handoffs/token_usage.json"


@pytest.mark.parametrize(
    ("content", "state", "message"),
    [
        pytest.param(
            '{"total_tokens_estimated": 1200, "token_checkpoints": [{"tokens": 1200}]}',
            "ok",
            "1,200 of 128,000 tokens in 1 text",
            id="counted",
        ),
        pytest.param(
            "torn", "warn", f"{STATE} cannot be read: line 1: Expecting value", id="corrupt"
        ),
    ],
)
def test_the_count(repo: Repo, run: Run, content: str, state: str, message: str) -> None:
    repo.write({STATE: content})
    assert states(run)["token usage"] == (state, message)
    assert (repo.root / STATE).read_text() == content, "doctor changes nothing"


def test_a_count_that_is_tracked(repo: Repo, run: Run) -> None:
    repo.add({STATE: "{}"})
    assert states(run)["token usage"] == (
        "warn",
        f"{STATE} is tracked: it changes with every text that is counted",
    )


def test_a_count_behind_a_link(repo: Repo, run: Run, tmp_path: Path) -> None:
    (repo.root / ".agent-handoffs").symlink_to(tmp_path)
    assert states(run)["token usage"] == (
        "warn",
        ".agent-handoffs is a symlink, so it is neither read nor written",
    )


def test_a_count_that_may_not_be_read(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> None:
        raise PermissionError(13, "Permission denied")

    repo.write({STATE: "{}"})
    monkeypatch.setattr("ctxtally.adapters.token_usage.read", refuse)
    assert states(run)["token usage"] == ("warn", f"{STATE} cannot be read: Permission denied")
