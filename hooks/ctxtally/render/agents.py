"""The table of agents: a line for each load set."""

from __future__ import annotations

from ctxtally.text.table import table
from ctxtally.text.terminal import printable

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.loadset import AgentLoad
    from ctxtally.text.table import Cell

# A report of a large repository should not be a list of its directories.
MOST_ROWS = 20
_HEADER = ("always", "window", "on demand", "cut", "agent", "dir")


def overview(agents: Sequence[AgentLoad], *, exact: bool, most: int | None = None) -> str:
    """Return a line for each load set, the worst first, at most so many."""
    text = table(_HEADER, [_row(one, exact=exact) for one in agents[:most]])
    rest = 0 if most is None else len(agents) - most
    return f"{text}\n  and {rest:,} more: `ctxtally explain`" if rest > 0 else text


def share(one: AgentLoad) -> str:
    """Return the share of the window that is always taken."""
    return "-" if one.share is None else f"{one.share:.1%}"


def _row(one: AgentLoad, *, exact: bool) -> list[Cell]:
    loads = one.loads
    return [
        figure(loads.always.tokens, exact=exact),
        share(one).rjust(len("window")),
        figure(loads.on_demand.tokens, exact=exact),
        figure(loads.cut.tokens, exact=exact),
        loads.agent,
        printable(loads.dir),
    ]


def figure(number: int | None, *, exact: bool) -> Cell:
    return number if number is None or exact else f"~{number:,}"
