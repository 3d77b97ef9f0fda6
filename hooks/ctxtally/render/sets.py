"""The table of files that are loaded together: how much of each set is repeated."""

from __future__ import annotations

from ctxtally.render.agents import MOST_ROWS, figure
from ctxtally.text.table import table
from ctxtally.text.terminal import printable

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.redundancy import RepeatedSet


def sets(found: Sequence[RepeatedSet], *, exact: bool) -> str:
    """Return a line for each set of files, the worst first."""
    rows = [
        [
            figure(one.redundant, exact=exact),
            figure(one.tokens, exact=exact),
            f"{one.ratio:.1%}".rjust(len("ratio")),
            len(one.files),
            printable(one.name),
        ]
        for one in found[:MOST_ROWS]
    ]
    text = table(["repeated", "tokens", "ratio", "files", "loaded together"], rows)
    return with_rest(text, len(found) - MOST_ROWS)


def with_rest(text: str, rest: int) -> str:
    """Return a list that says how many more there are."""
    return f"{text}\n  and {rest:,} more: `--format json`" if rest > 0 else text
