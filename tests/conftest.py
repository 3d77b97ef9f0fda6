from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.support.command import Run
from tests.support.data import needs_dev
from tests.support.piping import Pipe
from tests.support.repo import Repo, clean_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# No example may fail for the time it took, and the same change gives the same answer everywhere;
# `make explore` takes other examples at each run.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", parent=settings.get_profile("steady"), derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

# A test run inside somebody's git hook must not reach their repository.
for name in [name for name in os.environ if name.startswith("GIT_")]:
    del os.environ[name]


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    for name, value in clean_environment().items():
        monkeypatch.setenv(name, value)
    # To be measured costs a child of ours ten times a bare interpreter's start: only where asked.
    if request.node.get_closest_marker("children_measured") is None:
        for name in ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"):
            monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _untraced(request: pytest.FixtureRequest) -> Iterator[None]:
    """Do not measure what repeats lines by the thousand, nor what depends on the shared data.

    To be traced doubles its time, and coverage is what tests show that everybody has.
    """
    trace = sys.gettrace()
    marks = [*request.node.iter_markers()]
    if all(mark.name != "untraced" and mark != needs_dev.mark for mark in marks):
        yield
        return
    sys.settrace(None)
    yield
    sys.settrace(trace)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """Return a fresh repository that is also the working directory."""
    made = Repo(tmp_path / "repo")
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(capsys)


@pytest.fixture
def pipe(run: Run, monkeypatch: pytest.MonkeyPatch) -> Pipe:
    return Pipe(run, monkeypatch)
