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
        worst = passages[0]
        others = f", and {len(passages) - 1:,} more" if len(passages) > 1 else ""
        yield Saving(
            tokens=file.redundant,
            path=file.path,
            line=worst.again.first_line,
            rule=RULE,
            does=f"delete what is said before: {_lines(worst.again)} repeat {_shown(worst.first)}"
            f" ({worst.kind} {worst.similarity:.0%}){others}",
            command=editing(file.path, worst.again.first_line),
        )


def _lines(span: Span) -> str:
    return f"lines {span.first_line}-{span.last_line}"


def _shown(span: Span) -> str:
    return f"{span.path}:{span.first_line}-{span.last_line}"
