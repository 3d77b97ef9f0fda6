from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.adapters import claude_log
from ctxtally.errors import UserError
from ctxtally.model.loading import Loading
from ctxtally.model.recording import Recording

if TYPE_CHECKING:
    from pathlib import Path


def payload(path: str, reason: str = "session_start", **more: str) -> str:
    given = {
        "session_id": "s1",
        "cwd": "/home/u/repo",
        "hook_event_name": "InstructionsLoaded",
        "file_path": path,
        "memory_type": "Project",
        "load_reason": reason,
    }
    return json.dumps(given | more)


def event(path: str, **more: str) -> str:
    given = {"v": 1, "kind": "instructions", "session": "s2", "path": path, "reason": "include"}
    return json.dumps(given | more)


def test_payloads_and_events_of_our_log_by_session() -> None:
    lines = [
        payload("/home/u/repo/CLAUDE.md"),
        event("docs/a.md", parent="CLAUDE.md", dir="docs"),
        payload("/home/u/repo/a.md", "include", parent_file_path="/home/u/repo/CLAUDE.md"),
    ]
    assert claude_log.parse("\r\n".join(lines).encode()) == claude_log.ClaudeLog(
        recordings=(
            Recording(
                session="s1",
                directory="/home/u/repo",
                loadings=(
                    Loading(path="/home/u/repo/CLAUDE.md", reason="session_start"),
                    Loading(
                        path="/home/u/repo/a.md", reason="include", parent="/home/u/repo/CLAUDE.md"
                    ),
                ),
            ),
            Recording(
                session="s2",
                directory="docs",
                loadings=(Loading(path="docs/a.md", reason="include", parent="CLAUDE.md"),),
                relative=True,
            ),
        ),
        bad=0,
    )


@pytest.mark.parametrize(
    ("line", "bad"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("  ", 0, id="white space"),
        pytest.param("42", 0, id="no object"),
        pytest.param('{"hook_event_name":"Stop"}', 0, id="another event"),
        pytest.param('{"v":1,"kind":"budget"}', 0, id="another event of our log"),
        pytest.param('{"hook_event_name":"InstructionsLoaded"}', 0, id="without a path"),
        pytest.param('{"hook_event_name":"InstructionsLoaded","file_path":7}', 0, id="odd path"),
        pytest.param(payload("/home/u/repo/a.md", agent_id="a1"), 0, id="of a subagent"),
        pytest.param('{"hook_event_name":"Instr', 1, id="torn"),
        pytest.param("[" * 100_000, 1, id="too deep"),
    ],
)
def test_lines_that_record_nothing(line: str, bad: int) -> None:
    raw = f"{line}\n{payload('/home/u/repo/CLAUDE.md')}".encode()
    found = claude_log.parse(b"\xef\xbb\xbf" + raw)
    assert found.bad == bad
    assert [one.path for one in found.recordings[0].loadings] == ["/home/u/repo/CLAUDE.md"]


def test_paths_of_windows() -> None:
    found = claude_log.parse(payload("C:\\repo\\docs\\a.md", cwd="\\\\host\\repo").encode())
    (recording,) = found.recordings
    assert (recording.directory, recording.loadings[0].path) == ("//host/repo", "C:/repo/docs/a.md")


def test_a_backslash_elsewhere_is_part_of_a_name() -> None:
    found = claude_log.parse(payload("/home/u/repo/a\\b.md").encode())
    assert found.recordings[0].loadings[0].path == "/home/u/repo/a\\b.md"


@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    assert claude_log.parse(raw).bad <= len(raw.splitlines())


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claude_log, "LARGEST_BYTES", 10)
    (tmp_path / "log").write_bytes(b"x" * 11)
    with pytest.raises(UserError, match="has more than the 10 bytes that are read") as caught:
        claude_log.read(str(tmp_path / "log"))
    assert caught.value.help == "take the lines with InstructionsLoaded out of it"
