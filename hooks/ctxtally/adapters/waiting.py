"""Tells on a terminal how far something is that takes longer than a second."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Callable

# Nobody wonders before, and nobody reads faster.
_SECONDS, _STEP_SECONDS = 1.0, 0.2
_CLEAR = "\r\x1b[K"  # ECMA-48: back to the first column, erase to the end of the line


class Waiting:
    """A line on standard error that is written over, and gone when the `with` block ends.

    Where standard error is no terminal nothing is ever written.
    """

    __slots__ = ("_clock", "_next", "_shown", "_stream")

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        stream = sys.stderr
        self._stream = stream if stream is not None and stream.isatty() else None
        self._clock = clock
        self._next = clock() + _SECONDS
        self._shown = False

    def __enter__(self) -> Waiting:  # noqa: PYI034 - `Self` is not in Python 3.10
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown and self._stream is not None:
            self._stream.write(_CLEAR)
            self._stream.flush()

    def at(self, text: str) -> None:
        """Say how far it is, unless that was said just now."""
        if self._stream is None or self._clock() < self._next:
            return
        self._next = self._clock() + _STEP_SECONDS
        self._shown = True
        self._stream.write(f"{_CLEAR}{printable(text)}")
        self._stream.flush()
