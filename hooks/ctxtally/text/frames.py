"""Blocks of text between lines, as the trackers print them that our reports on runs come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NARROW, WIDE = 60, 80
# The range of two runs that differ much ends anywhere.
_LEAST = -1_000


def framed(heading: Sequence[str], lines: Sequence[str], width: int = NARROW) -> str:
    """Return lines below a heading, with a line of equals signs around both.

    >>> print(framed(["Runs"], ["none"], 6))
    ======
    Runs
    ======
    none
    ======
    """
    edge = "=" * width
    return "\n".join([edge, *heading, edge, *lines, edge])


def usd(cost: float | None) -> str:
    """Return a cost as a figure, a dash where it is not known.

    >>> usd(0.675), usd(-0.1), usd(None)
    ('$0.6750', '-$0.1000', '-')
    """
    if cost is None:
        return "-"
    return f"{'-' if cost < 0 else ''}${abs(cost):,.4f}"


def percent(share: float) -> str:
    """Return a share in percent; beyond what anybody reads, that it is so.

    >>> percent(0.26), percent(-12.5), percent(-1e300)
    ('26.0%', '-1,250.0%', 'below -100,000%')
    """
    return f"{share:,.1%}" if share > _LEAST else f"below {_LEAST:,.0%}"
