"""A package with counters, as somebody might install it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

MODULE = """
def words(text):
    return len(text.split())


def negative(text):
    return -1


def no_number(text):
    return 1.5


def true(text):
    return True


class PanicError(BaseException):
    pass


def panics(text):
    raise PanicError("index out of bounds")


def sometimes(text):
    if "\\u00e9" in text:
        raise ValueError("no accents here")
    return 1000


def stopped(text):
    raise KeyboardInterrupt


not_callable = 3
"""
POINTS = """[ctxtally.counters]
words = our_counters:words
negative = our_counters:negative
no-number = our_counters:no_number
true = our_counters:true
panics = our_counters:panics
sometimes = our_counters:sometimes
stopped = our_counters:stopped
not-callable = our_counters:not_callable
absent-module = gone_counters:words
absent-name = our_counters:gone
two words = our_counters:words
gpt-6 = our_counters:words
o200k_base = our_counters:negative
"""


def install(
    directory: Path, monkeypatch: pytest.MonkeyPatch, *, points: str = POINTS, name: str = "ours"
) -> None:
    """Put a package with the entry points `points` on the path."""
    (directory / "our_counters.py").write_text(MODULE)
    info = directory / f"{name}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(points)
    monkeypatch.syspath_prepend(str(directory))
