"""What files would save that no longer said again what an earlier place has said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.saving import Saving
from ctxtally.text.commands import editing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.model.redundancy import Redundancy, Span

RULE = "redundancy"


def savings(found: Redundancy) -> Iterator[Saving]:
    """Yield one saving for each file that repeats something: its passages may share lines."""
    for file in found.whole.files:
        passages = [one for one in found.passages if one.again.path == file.path and one.saved]
        if not file.redundant or not passages:
            continue
        # They come with those first that save most.
        worst, first = passages[0], passages[0].first
        others = f", and {len(passages) - 1:,} more" if len(passages) > 1 else ""
        yield Saving(
            tokens=file.redundant,
            path=file.path,
            line=worst.again.first_line,
            rule=RULE,
            does=f"delete what is said before: {_repeating(worst.again)} {first.path}:{first.lines}"
            f" ({worst.kind} {worst.similarity:.0%}){others}",
            command=editing(file.path, worst.again.first_line),
        )


def _repeating(span: Span) -> str:
    one = span.first_line == span.last_line
    return f"line {span.lines} repeats" if one else f"lines {span.lines} repeat"
