"""The line that tells how far something is."""

from __future__ import annotations

import io
import sys

import pytest

from ctxtally.adapters.waiting import Waiting


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def waited(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO | None, *, step: float) -> None:
    now = [0.0]
    monkeypatch.setattr(sys, "stderr", stream)
    with Waiting(lambda: now[0]) as waiting:
        for number in range(4):
            waiting.at(f"{number}\x1b of 4")
            now[0] += step


def test_a_terminal_is_told_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    waited(monkeypatch, terminal, step=0.6)
    assert terminal.getvalue() == "".join(
        f"\r\x1b[K{told}" for told in ("2\\x1b of 4", "3\\x1b of 4", "")
    )


@pytest.mark.parametrize("stream", [io.StringIO(), None], ids=["a file", "none at all"])
def test_nobody_else_is_told(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO | None) -> None:
    waited(monkeypatch, stream, step=5.0)
    assert stream is None or stream.getvalue() == ""


def test_what_is_over_at_once_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    waited(monkeypatch, terminal, step=0.01)
    assert terminal.getvalue() == ""
