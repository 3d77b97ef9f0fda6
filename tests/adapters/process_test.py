from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import process

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[[list[str], dict[str, str], bytes, float], tuple[int, bytes, bytes]]

WAYS: list[Run] = [process._spawned, process._portable]  # noqa: SLF001 - both must be the same


def python(code: str) -> list[str]:
    return [sys.executable, "-S", "-c", code]


@pytest.fixture(params=WAYS, ids=["spawned", "portable"])
def run(request: pytest.FixtureRequest) -> Run:
    way: Run = request.param
    return way


def test_gives_status_output_and_errors(run: Run) -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)"
    status, out, err = run(python(code), dict(os.environ), b"", 20.0)
    assert (status, out.split(), err.split()) == (7, [b"out"], [b"err"])


def test_more_than_a_pipe_holds_in_both_directions(run: Run) -> None:
    code = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"
    data = b"0123456789" * 100_000
    assert run(python(code), dict(os.environ), data, 20.0) == (0, data, b"")


def test_a_child_that_reads_nothing(run: Run) -> None:
    status, _, _ = run(python("pass"), dict(os.environ), b"x" * 1_000_000, 20.0)
    assert status == 0


def test_only_the_given_environment(run: Run) -> None:
    code = "import os; print(os.environ.get('SEEN'), os.environ.get('HOME'))"
    _, out, _ = run(python(code), {"SEEN": "yes"}, b"", 20.0)
    assert out.split() == [b"yes", b"None"]


def test_too_slow(run: Run) -> None:
    with pytest.raises(process.TooSlowError):
        run(python("import time; time.sleep(60)"), dict(os.environ), b"", 0.2)


def test_a_program_that_is_not_there(run: Run) -> None:
    with pytest.raises(OSError, match="No such file"):
        run(["/nonexistent/program"], {}, b"", 1.0)


def test_a_child_killed_by_a_signal(run: Run) -> None:
    code = "import os; os.kill(os.getpid(), 9)"
    assert run(python(code), dict(os.environ), b"", 20.0)[0] == -9


def test_which_ignores_relative_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("here", "there"):
        program = tmp_path / folder / "tool"
        program.parent.mkdir()
        program.write_text("")
        program.chmod(0o755)
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", str(tmp_path / "there")]))
    assert process.which("tool") == str(tmp_path / "there" / "tool")
    assert process.which("other") is None
