from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import git
from ctxtally.adapters.transcripts import places
from ctxtally.adapters.transcripts.forms import form
from ctxtally.adapters.transcripts.places import AGENTS, find, folder_name
from ctxtally.adapters.transcripts.worktrees import slashed, worktrees
from tests.support.transcripts import Home, said, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.support.repo import Repo


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return Home(tmp_path / "home", tmp_path / "r", monkeypatch)


def found(home: Home, agent: str, **environment: str) -> list[str]:
    listed = find((agent,), environment, None)
    return [os.path.relpath(one.path, home.root).replace(os.sep, "/") for one in listed]


@pytest.mark.parametrize(
    ("agent", "environment", "paths"),
    [
        pytest.param(
            "claude-code",
            {},
            {
                ".claude/projects/-r/s1.jsonl": True,
                ".claude/projects/-r/s1/subagents/agent-a.jsonl": True,
                ".claude/projects/-r/s1/subagents/workflows/w/agent-b.jsonl": True,
                ".claude/projects/-r/agent-c.jsonl": True,
                ".config/claude/projects/-x/s2.jsonl": True,
                ".claude/projects/-r/s3.orphaned-1.jsonl": False,
                ".claude/projects/-r/s4.jsonl.superseded-1": False,
                ".claude/projects/-r/memory.md": False,
                ".claude/history.jsonl": False,
            },
            id="claude-code",
        ),
        pytest.param(
            "claude-code",
            {"CLAUDE_CONFIG_DIR": "~/one, ~/two/projects,~/one"},
            {
                "one/projects/-r/s1.jsonl": True,
                "two/projects/-r/s2.jsonl": True,
                ".claude/projects/-r/s3.jsonl": False,
            },
            id="claude-code elsewhere",
        ),
        pytest.param(
            "codex",
            {},
            {
                ".codex/sessions/2026/04/01/rollout-a.jsonl": True,
                ".codex/archived_sessions/rollout-a.jsonl": False,
                ".codex/archived_sessions/rollout-b.jsonl": True,
                ".codex/sessions/2026/04/01/notes.jsonl": False,
                ".codex/history.jsonl": False,
            },
            id="codex",
        ),
        pytest.param(
            "gemini-cli",
            {},
            {
                ".gemini/tmp/0123/chats/session-1.json": True,
                ".gemini/tmp/name/chats/session-2.jsonl": True,
                ".gemini/tmp/name/logs.json": False,
            },
            id="gemini-cli",
        ),
        pytest.param(
            "opencode",
            {},
            {
                ".local/share/opencode/opencode.db": True,
                ".local/share/opencode/opencode-dev.db": True,
                ".local/share/opencode/other.db": False,
                ".local/share/opencode/storage/message/s1/m1.json": True,
                ".local/share/opencode/storage/part/m1/p1.json": False,
            },
            id="opencode",
        ),
        pytest.param(
            "copilot",
            {},
            {
                ".copilot/session-store.db": True,
                ".copilot/session-state/s1/events.jsonl": True,
                ".copilot/session-state/s2.jsonl": True,
                ".copilot/session-state/s1/files/deep/x.jsonl": False,
            },
            id="copilot",
        ),
    ],
)
def test_where_agents_keep_them(
    home: Home, agent: str, environment: Mapping[str, str], paths: Mapping[str, bool]
) -> None:
    for path in paths:
        home.write(path)
    assert sorted(found(home, agent, **environment)) == sorted(
        path for path, is_transcript in paths.items() if is_transcript
    )


@pytest.mark.parametrize(
    ("agent", "variable", "value", "path"),
    [
        ("codex", "CODEX_HOME", "c", "c/sessions/rollout-a.jsonl"),
        ("gemini-cli", "GEMINI_CLI_HOME", "g", "g/.gemini/tmp/x/chats/session-1.json"),
        ("opencode", "OPENCODE_DATA_DIR", "o", "o/opencode.db"),
        ("opencode", "XDG_DATA_HOME", "d", "d/opencode/opencode.db"),
        ("copilot", "COPILOT_HOME", "p", "p/session-store.db"),
        ("copilot", "COPILOT_OTEL_FILE_EXPORTER_PATH", "otel.jsonl", "otel.jsonl"),
        ("claude-code", "XDG_CONFIG_HOME", "x", "x/claude/projects/-r/s.jsonl"),
    ],
)
def test_where_variables_say(home: Home, agent: str, variable: str, value: str, path: str) -> None:
    home.write(path)
    assert found(home, agent, **{variable: str(home.root / value)}) == [path]


def test_nothing_is_there(home: Home) -> None:
    assert [one for agent in AGENTS for one in found(home, agent)] == []
    gone = str(home.root / "gone")
    assert found(home, "copilot", COPILOT_OTEL_FILE_EXPORTER_PATH=gone) == []


def test_only_folders_that_may_be_about_this_repository(home: Home) -> None:
    top = home.top.as_posix()
    name = folder_name(top)
    for folder in (name, f"{name}-packages-a", "-elsewhere"):
        home.write(f".claude/projects/{folder}/s.jsonl")
    listed = list(find(("claude-code",), {}, (top,)))
    assert [one.owner for one in listed] == [top, ""], "which of the two is told by its lines"

    hashed = sha256(top.encode()).hexdigest()
    for folder in (hashed, "slug", "other", "0" * 64):
        home.write(f".gemini/tmp/{folder}/chats/session-1.json")
    home.write(".gemini/tmp/slug/.project_root", f"{top}/packages")
    home.write(".gemini/tmp/other/.project_root", "/elsewhere")
    listed = list(find(("gemini-cli",), {}, (top,)))
    assert sorted(one.owner for one in listed) == [top, f"{top}/packages"]
    assert len(list(find(("gemini-cli",), {}, None))) == 4


def test_folders_that_are_linked_in_a_circle(home: Home) -> None:
    home.write(".codex/sessions/rollout-a.jsonl")
    try:
        (home.root / ".codex" / "sessions" / "loop").symlink_to(home.root / ".codex")
    except OSError:
        pytest.skip("links need a privilege here")
    assert found(home, "codex") == [".codex/sessions/rollout-a.jsonl"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/home/me/my.app_2", "-home-me-my-app-2"),
        ("C:/Users/me", "C--Users-me"),
        ("/\u00e9\U0001f600", "----"),
        ("/" + "a" * 300, "-" + "a" * 199),
    ],
    ids=["POSIX", "Windows", "UTF-16 units", "long"],
)
def test_names_of_folders(path: str, name: str) -> None:
    assert folder_name(path) == name


GEMINI = {"sessionId": "s", "projectHash": "0", "messages": []}


@pytest.mark.parametrize(
    ("name", "lines", "expected"),
    [
        ("s.jsonl", [{"type": "summary", "leafUuid": "x"}], "claude-code"),
        ("s.jsonl", ["42", "{", {"x": 1}, said("msg_1")], "claude-code"),
        ("s.jsonl", [{"type": "session_meta", "payload": {}}], "codex"),
        ("s.jsonl", [{"type": "token_usage_record", "payload": {}}], "codex"),
        ("s.jsonl", [{"type": "session.start", "data": {}}], "copilot-events"),
        ("s.jsonl", [{"name": "chat", "attributes": {}}], "copilot-otel"),
        ("s.jsonl", [{"sessionId": "s", "projectHash": "0"}], "gemini-cli"),
        ("s.jsonl", [{"type": "gemini", "tokens": {}}], "gemini-cli"),
        ("s.jsonl", [{"turn": 1, "tokens": 5}], ""),
        ("s.jsonl", [], ""),
        ("s.json", [GEMINI], "gemini-cli"),
        ("s.json", [{"role": "assistant", "sessionID": "s"}], "opencode-file"),
        ("s.json", [{"name": "x"}], ""),
        ("opencode.db", ["SQLite format 3\0"], "opencode-db"),
        ("session-store.db", ["SQLite format 3\0"], "copilot-db"),
        ("session-store.db", ["x"], ""),
    ],
)
def test_forms(tmp_path: Path, name: str, lines: list[object], expected: str) -> None:
    assert form(str(write(tmp_path / name, *lines))) == expected


def test_work_trees(repo: Repo) -> None:
    repo.commit("base")
    repo.git("worktree", "add", "-q", "../linked")
    (repo.root / ".git" / "worktrees" / "torn").mkdir()
    (repo.root / ".git" / "worktrees" / "odd").mkdir()
    (repo.root / ".git" / "worktrees" / "odd" / "gitdir").write_text("relative/.git\n", "utf-8")
    top = repo.root.as_posix()
    assert worktrees(git.place()) == {top: "", f"{repo.root.parent.as_posix()}/linked": "linked"}


def test_work_trees_seen_from_a_linked_one(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("base")
    repo.git("worktree", "add", "-q", "../linked")
    monkeypatch.chdir(repo.root.parent / "linked")
    top = repo.root.as_posix()
    assert worktrees(git.place()) == {top: "", f"{repo.root.parent.as_posix()}/linked": "linked"}


def test_the_work_tree_of_a_git_directory_elsewhere(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.git("init", "--quiet", "--separate-git-dir", "../apart", "../other")
    monkeypatch.chdir(repo.root.parent / "other")
    assert worktrees(git.place()) == {f"{repo.root.parent.as_posix()}/other": ""}


@pytest.mark.parametrize(
    ("path", "expected"),
    [("C:\\Users\\me", "C:/Users/me"), ("\\\\host\\x", "//host/x"), ("/a\\b", "/a\\b"), ("", "")],
)
def test_separators(path: str, expected: str) -> None:
    assert slashed(path) == expected


def test_a_link_to_itself(home: Home) -> None:
    home.write(".codex/sessions/rollout-a.jsonl")
    try:
        (home.root / ".codex" / "sessions" / "rollout-b.jsonl").symlink_to("rollout-b.jsonl")
    except OSError:
        pytest.skip("links need a privilege here")
    assert found(home, "codex") == [".codex/sessions/rollout-a.jsonl"]


def test_folders_of_messages(tmp_path: Path) -> None:
    """Those that are settled, gone or linked are not looked into."""
    messages = tmp_path / ".local/share/opencode/storage/message"
    for name, second in (("old", 1_000), ("new", 3_000)):
        write(messages / name / "m.json", {})
        os.utime(messages / name, (second, second))
    (messages / "link").symlink_to(messages / "new", target_is_directory=True)
    home = {"XDG_DATA_HOME": str(tmp_path / ".local/share")}

    def sessions(settled: float) -> list[str]:
        listed = places.find(("opencode",), home, None, settled)
        return [os.path.basename(os.path.dirname(one.path)) for one in listed]

    assert sessions(0.0) == ["new", "old"]
    assert sessions(2_000.0) == ["new"]
    folder = str(messages / "gone")
    assert places._is_settled(folder, 0.0)  # noqa: SLF001 - it goes between two looks
