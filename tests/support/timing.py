"""How the CPU time of one piece of work compares with that of another, inside one run."""

from __future__ import annotations

import gc
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TRIES = 9
# Clocks of CPU time may tick as slowly as this (16 ms on Windows, less elsewhere).
TICK_SECONDS = 0.002


def hold(
    small: Callable[[], object], large: Callable[[], object], *, at_most: float, tries: int = TRIES
) -> None:
    """Fail where `large` takes more than `at_most` times the CPU time of `small`.

    Other programs on the machine slow down a run and never hasten it, so the least of each counts;
    the two take turns, and measuring ends as soon as the ratio holds.
    """
    small_seconds, large_seconds = [], []
    with _collector_at_rest():
        for _ in range(tries):
            small_seconds.append(_seconds(small))
            large_seconds.append(_seconds(large))
            least = max(min(small_seconds), TICK_SECONDS)
            if min(large_seconds) <= at_most * least:
                return
    pytest.fail(f"{min(large_seconds) / least:.2f} times as long, wanted at most {at_most}")


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Garbage of other tests would be collected in the middle of a measurement."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
