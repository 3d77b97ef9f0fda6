"""What became of the months of a usage log that were over."""

from __future__ import annotations

from typing import NamedTuple

from ctxtally.model.record import dataclass


class Compacted(NamedTuple):
    """A file of Parquet: so many lines, in so many bytes before and after.

    `bad` of the lines are no JSON, and stay in a file of their own.
    """

    path: str
    lines: int
    bad: int
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """`problems` say which file was left as it is, and why."""

    log: str
    before: str
    files: tuple[Compacted, ...]
    problems: tuple[str, ...]
