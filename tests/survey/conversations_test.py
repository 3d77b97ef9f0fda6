"""Who tells how full a window is, and which of them is believed."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import sessions
from ctxtally.adapters.git import place
from ctxtally.model.agent_call import Call
from ctxtally.model.measurement import Measurement, WindowSettings
from ctxtally.survey.conversations import measured

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.support.repo import Repo

PLAIN = WindowSettings()
CALL = Call(agent="claude-code", event="tool", name="PostToolBatch", session="s1")


def told(at: float, tokens: int = 50_000) -> Measurement:
    return Measurement(tokens=tokens, window=400_000, source="statusline", at=at, session="s1")


@pytest.fixture
def transcript(repo: Repo, tmp_path: Path) -> Path:
    assert repo.root.is_dir()
    usage = {"message": {"model": "claude-opus-5-5", "usage": {"input_tokens": 90_000}}}
    path = tmp_path / "transcript.jsonl"
    path.write_text(json.dumps(usage) + "\n")
    os.utime(path, (1_000, 1_000))
    return path


def found(
    call: Call, settings: WindowSettings = PLAIN, environment: Mapping[str, str] | None = None
) -> Measurement | None:
    return measured(place(), call, settings, environment or {}, 2_000.0)


def test_nobody_tells(repo: Repo) -> None:
    assert repo.root.is_dir()
    assert found(CALL) is None
    assert found(CALL._replace(transcript="/no/such/file")) is None


def test_the_transcript_alone(transcript: Path) -> None:
    assert found(CALL._replace(transcript=str(transcript))) == Measurement(
        tokens=90_000,
        window=1_000_000,
        source="transcript",
        at=1_000.0,
        session="s1",
        model="claude-opus-5-5",
    )


@pytest.mark.parametrize(
    ("at", "source", "window"),
    [
        pytest.param(1_000.0, "statusline", 400_000, id="as new as the transcript"),
        pytest.param(999.0, "transcript", 400_000, id="older: its window still holds"),
    ],
)
def test_the_status_line(transcript: Path, at: float, source: str, window: int) -> None:
    sessions.keep_measurement(place(), told(at))
    made = found(CALL._replace(transcript=str(transcript)))
    assert made
    assert (made.source, made.window) == (source, window)


def test_an_old_status_line_is_better_than_nothing(transcript: Path) -> None:
    sessions.keep_measurement(place(), told(1.0))
    transcript.write_text("nothing that tells\n")
    assert found(CALL._replace(transcript=str(transcript))) == told(1.0)


@pytest.mark.parametrize(
    ("call", "settings", "window"),
    [
        pytest.param(CALL._replace(tokens=7), PLAIN, 200_000, id="that of the agent"),
        pytest.param(
            CALL._replace(tokens=7, model="claude-fable-5-1"), PLAIN, 1_000_000, id="of the model"
        ),
        pytest.param(
            CALL._replace(tokens=7, model="claude-fable-5-1"),
            WindowSettings(limit=300_000),
            300_000,
            id="configured",
        ),
        pytest.param(
            CALL._replace(agent="continue", tokens=7), PLAIN, 128_000, id="of nobody we know"
        ),
        pytest.param(CALL._replace(tokens=7, window=99_000), PLAIN, 99_000, id="told"),
    ],
)
def test_the_window(repo: Repo, call: Call, settings: WindowSettings, window: int) -> None:
    assert repo.root.is_dir()
    made = found(call, settings)
    assert made
    assert (made.window, made.tokens, made.source, made.at) == (window, 7, "resume", 2_000.0)


def test_compaction_before_the_window_is_full(repo: Repo) -> None:
    assert repo.root.is_dir()
    early = {"CLAUDE_CODE_AUTO_COMPACT_WINDOW": "150000"}
    made = found(CALL._replace(tokens=7), PLAIN, early)
    assert made
    assert made.window == 150_000
    made = found(CALL._replace(agent="cursor", tokens=7, window=200_000), PLAIN, early)
    assert made
    assert (made.window, made.source) == (200_000, "cursor")
