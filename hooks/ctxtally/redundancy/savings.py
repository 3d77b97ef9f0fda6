"""What files would save that lost what they repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.saving import Saving
from ctxtally.text.commands import editing
from ctxtally.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.model.redundancy import Redundancy, Span

RULE = "redundancy"


def savings(found: Redundancy) -> Iterator[Saving]:
    """Yield one saving for each file that repeats something; it is what a recount gives."""
    for file in found.whole.files:
        if file.redundant <= 0:
            continue
        passages = [one for one in found.passages if one.again.path == file.path and one.saved]
        largest = passages[0]
        does = f"delete what is said before: lines {_lines(largest.again)} repeat "
        does += f"{largest.first.path}:{_lines(largest.first)}"
        if len(passages) > 1:
            does += f", and {counted(len(passages) - 1, 'passages')} more"
        yield Saving(
            tokens=file.redundant,
            path=file.path,
            line=largest.again.first_line,
            rule=RULE,
            does=does,
            by_hand=True,
            command=editing(file.path, largest.again.first_line),
        )


def _lines(span: Span) -> str:
    return f"{span.first_line}-{span.last_line}"
