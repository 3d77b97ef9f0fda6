"""The exit codes of the gate, each from a real process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.repo import clean_environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Repo

pytestmark = pytest.mark.children_measured

LIMIT = '[[budget]]\nname = "small"\npaths = ["*.md"]\nmax = {}\n'
GATE = (sys.executable, "-m", "ctxtally", "budget")
BROKEN = """\
import sys
from ctxtally.commands import budget
budget.run = None
from ctxtally.__main__ import main
sys.argv = ["ctxtally", "budget"]
sys.exit(main())
"""


@pytest.mark.parametrize(
    ("limit", "status", "said"),
    [
        pytest.param("9", 0, "", id="fine"),
        pytest.param("1", 1, "error[token-budget]: notes.md: 2 tokens, 1 over", id="over a budget"),
        pytest.param(
            '"9 tokns"',
            2,
            'error: ctxtally.toml:4:1: `max` cannot be "9 tokns": "tokns" is not a unit',
            id="a mistake",
        ),
    ],
)
def test_the_gate(repo: Repo, limit: str, status: int, said: str) -> None:
    repo.add({"ctxtally.toml": LIMIT.format(limit), "notes.md": "word\n"})
    for _ in range(2):  # found, then replayed
        ran = repo.run(*GATE, check=False)
        assert ran.returncode == status
        assert (ran.stdout + ran.stderr).startswith(said)
        assert bool(ran.stdout + ran.stderr) == bool(said)


def test_a_bug(repo: Repo, tmp_path: Path) -> None:
    repo.add({"notes.md": "word\n"})
    ran = repo.run(sys.executable, "-c", BROKEN, check=False, TMPDIR=str(tmp_path))
    assert ran.returncode == 3
    first, second = ran.stderr.splitlines()
    assert first == "error: a bug in ctxtally: TypeError: 'NoneType' object is not callable"
    assert second.startswith("  = help: please report it with ")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_an_interruption(repo: Repo, tmp_path: Path) -> None:
    repo.add({"notes.md": "word\n"})
    shims = tmp_path / "shims"
    shims.mkdir()
    begun = tmp_path / "begun"
    git = shims / "git"
    git.write_text(f'#!/bin/sh\n: > "{begun}"\nexec sleep 10\n')
    git.chmod(0o755)
    path = os.pathsep.join([str(shims), os.environ["PATH"]])
    # What runs in the background of a shell ignores interruptions, and its children after it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        GATE,
        cwd=repo.root,
        env=clean_environment() | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as gate:
        signal.signal(signal.SIGINT, before)
        for _ in range(600):
            if begun.exists():
                break
            time.sleep(0.05)
        gate.send_signal(signal.SIGINT)
        out, err = gate.communicate(timeout=60)
    assert (gate.returncode, out, err) == (130, b"", b"")
