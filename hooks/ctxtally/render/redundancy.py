"""Repeated passages as text for people, the costly ones first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.agents import figure
from ctxtally.render.text import findings
from ctxtally.text.figures import counted, marked
from ctxtally.text.table import table
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.model.redundancy import Passage, Redundancy, Span

MOST_ROWS = 20


def redundancy(found: Redundancy, *, least: int = 0, colour: bool = False) -> str:
    """Return the sets, the passages of at least so many tokens, and the sum."""
    exact = found.method == "exact"
    blocks = []
    if not found.whole.files:
        return f"No files to compare in the {found.subject}."
    rows = [
        [figure(one.redundant, exact=exact), figure(one.tokens, exact=exact), f"{one.ratio:.1%}".rjust(5), len(one.files), printable(one.name)]
        for one in found.sets
    ]
    blocks.append(table(["redundant", "tokens", "ratio", "files", "loaded together"], rows))
    blocks.append("\n".join(_passages(found.passages, least, exact=exact)))
    if found.findings:
        blocks.append(f"Findings\n\n{findings(found.findings, colour=colour)}")
    return "\n\n".join(blocks)


def _passages(passages: Sequence[Passage], least: int, *, exact: bool) -> Iterator[str]:
    told = [one for one in passages if one.saved >= max(least, 1)]
    for one in told[:MOST_ROWS]:
        yield f"{one.saved:6,}  {place(one.again)} <- {place(one.first)} {one.kind}"


def place(span: Span) -> str:
    return f"{printable(span.path)}:{span.first_line}-{span.last_line}"
