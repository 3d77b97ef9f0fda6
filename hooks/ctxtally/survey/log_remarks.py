"""What is worth knowing of a usage log that was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.text.figures import counted
from ctxtally.usage.tally import MOST_NAMES, OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.model.analysis import Analysis
    from ctxtally.model.tally import Tally


def is_there(tally: Tally) -> Iterator[str]:
    """Yield a line where a log has none; whoever counts nothing should not take it for little."""
    if not tally.lines:
        yield "the usage log is empty, or not there: nothing was counted"


def unreadable(tally: Tally) -> Iterator[str]:
    """Yield what of a log cannot be read."""
    if tally.bad:
        back = f"; read all the same: {counted(tally.recovered, 'records')} in them"
        told = f"passed over, for it is no JSON: {counted(tally.bad, 'lines')} of the log"
        yield told + (back if tally.recovered else "")
    if tally.drift:
        yield f"unknown, for what is there cannot be taken: {counted(tally.drift, 'fields')}"


def log_remarks(tally: Tally, found: Analysis | None = None) -> Iterator[str]:
    """Yield a line for each thing that is not in the figures."""
    yield from unreadable(tally)
    if tally.skipped:
        yield f"left out, for nothing is told of tokens: {counted(tally.skipped, 'records')}"
    if tally.duplicates:
        yield f"left out, for another one says the same: {counted(tally.duplicates, 'records')}"
    if found is None:
        return
    if found.undated:
        yield f"left out, for they have no date: {counted(found.undated, 'operations')}"
    for dimension in found.crowded:
        most = f"more than {MOST_NAMES:,} names"
        yield f"by {dimension}: {most}; the others are added up as {OTHERS}"
