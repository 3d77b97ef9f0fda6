from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import sessions
from ctxtally.adapters.git import place
from ctxtally.model.agent_session import AgentSession, Delivery
from ctxtally.model.measurement import Measurement

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Repo

WHOLE = AgentSession(
    id="s1",
    warned=True,
    fired=True,
    pending=True,
    delivered={"abc": Delivery(times=2, at=7.5)},
    ended=9.0,
)


def files(repo: Repo) -> list[Path]:
    return sorted((repo.root / ".git" / "ctxtally" / "sessions").glob("*.json"))


def test_what_is_written_is_read(repo: Repo) -> None:
    assert repo.root.is_dir()
    assert sessions.read(place(), "s1") == AgentSession(id="s1")
    assert sessions.write(place(), WHOLE)
    assert sessions.read(place(), "s1") == WHOLE
    assert sessions.read(place(), "s2") == AgentSession(id="s2")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "torn",
        "[]",
        '{"warned": 1, "delivered": [], "ended": "x"}',
        '{"delivered": {"a": 3, "b": ["x", 1], "c": [1]}, "ended": true}',
    ],
)
def test_a_file_that_cannot_be_read_counts_as_none(repo: Repo, content: str) -> None:
    sessions.write(place(), WHOLE)
    (path,) = files(repo)
    path.write_text(content)
    assert sessions.read(place(), "s1") == AgentSession(id="s1")


def test_measurements_the_newest_first(repo: Repo) -> None:
    assert sessions.measurements(place()) == []
    made = [
        Measurement(tokens=number, window=100, source="log", at=float(number), session=str(number))
        for number in (1, 3, 2)
    ]
    for one in made:
        assert sessions.keep_measurement(place(), one)
    assert [one.tokens for one in sessions.measurements(place())] == [3, 2, 1]
    assert sessions.measurement(place(), "3") == made[1]
    sessions.drop_measurement(place(), "3")
    sessions.drop_measurement(place(), "3")
    assert sessions.measurement(place(), "3") is None
    for path in files(repo):
        path.write_text('{"tokens": 1, "window": 0, "source": "log"}')
    assert sessions.measurements(place()) == []


def test_a_share_of_no_window() -> None:
    assert Measurement(tokens=1, window=0, source="log", at=0.0).share == 0.0


def test_old_files_go(repo: Repo) -> None:
    sessions.forget_old(place(), 1e10)
    sessions.write(place(), WHOLE)
    (path,) = files(repo)
    os.utime(path, (1_000, 1_000))
    sessions.forget_old(place(), 1_000 + sessions.KEPT_SECONDS)
    assert files(repo) == [path]
    sessions.forget_old(place(), 1_001 + sessions.KEPT_SECONDS)
    assert files(repo) == []
