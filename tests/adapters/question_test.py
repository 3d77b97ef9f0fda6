from __future__ import annotations

import io
import sys

import pytest

from ctxtally.adapters.question import agreed


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("y\n", True),
        (" YES \n", True),
        ("n\n", False),
        ("\n", False),
        ("", False),
        ("yes please\n", False),
    ],
)
def test_an_answer(monkeypatch: pytest.MonkeyPatch, typed: str, *, answer: bool) -> None:
    asked = Terminal()
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    monkeypatch.setattr(sys, "stderr", asked)
    assert agreed("Send them?") is answer
    assert asked.getvalue() == "Send them? [y/N] "


@pytest.mark.parametrize("terminal", ["stdin", "stderr", "neither"])
def test_nobody_is_there(monkeypatch: pytest.MonkeyPatch, terminal: str) -> None:
    streams = {"stdin": io.StringIO("y\n"), "stderr": io.StringIO()}
    if terminal in streams:
        streams[terminal] = Terminal("y\n")
    for name, stream in streams.items():
        monkeypatch.setattr(sys, name, stream)
    assert agreed("Send them?") is None
    assert streams["stderr"].getvalue() in ("", "y\n")


@pytest.mark.parametrize("closed", ["stdin", "stderr"])
def test_a_closed_stream_is_nobody(monkeypatch: pytest.MonkeyPatch, closed: str) -> None:
    for name in ("stdin", "stderr"):
        monkeypatch.setattr(sys, name, None if name == closed else Terminal("y\n"))
    assert agreed("Send them?") is None
