"""What commands cost: CPU time of all their processes, medians of rounds that interleave them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.support.repo import clean_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

STOPWATCH = Path(__file__).parent / "stopwatch.py"
# Variables that make an interpreter or a hook do more than it does for a user.
_FOREIGN = ("COV", "PYTHON", "PRE_COMMIT", "PYTEST", "VIRTUAL_ENV")


def as_it_was() -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A command; `prepare` runs before each round and is not measured."""

    name: str
    command: tuple[str, ...]
    root: Path
    prepare: Callable[[], object] = as_it_was
    environment: Mapping[str, str] = field(default_factory=dict)
    statuses: frozenset[int] = frozenset({0})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    status: int
    out: str
    err: str
    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The median CPU time of a case, and the most memory that one of its processes took."""

    cpu_seconds: float
    peak_bytes: int


class DidNotRunError(Exception):
    """A case ended with a status that it must not end with."""


def environment() -> dict[str, str]:
    """Return our environment without what tests and measuring add to it."""
    return {
        name: value for name, value in clean_environment().items() if not name.startswith(_FOREIGN)
    }


def once(case: Case) -> Ran:
    """Prepare and run a case, measured; raises DidNotRunError for an unexpected status."""
    case.prepare()
    done = subprocess.run(
        [sys.executable, "-I", "-S", STOPWATCH, *case.command],
        cwd=case.root,
        env=environment() | dict(case.environment),
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        stdin=subprocess.DEVNULL,
        check=True,
    )
    out, _, figures = done.stdout.rpartition("\n")
    status, cpu_seconds, peak_bytes = figures.split(" ")
    ran = Ran(
        status=int(status),
        out=out,
        err=done.stderr,
        cpu_seconds=float(cpu_seconds),
        peak_bytes=int(peak_bytes),
    )
    if ran.status not in case.statuses:
        raise DidNotRunError(f"{case.name} ended with {ran.status}:\n{ran.out}{ran.err}")
    return ran


def costs(cases: Sequence[Case], *, rounds: int) -> dict[str, Cost]:
    """Return the cost of each case by its name; a first round only fills the disk's cache."""
    samples: dict[str, list[Ran]] = {case.name: [] for case in cases}
    for number in range(rounds + 1):
        for case in cases:
            ran = once(case)
            if number:
                samples[case.name].append(ran)
    return {name: cost(ran) for name, ran in samples.items()}


def cost(samples: Iterable[Ran]) -> Cost:
    samples = list(samples)
    return Cost(
        cpu_seconds=median(one.cpu_seconds for one in samples),
        peak_bytes=max(one.peak_bytes for one in samples),
    )


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
