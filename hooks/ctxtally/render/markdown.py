"""The parts that our outputs in Markdown share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxtally.model.finding import Finding

_BACKTICKS = re.compile("`+")


def code(written: str) -> str:
    r"""Return text as a code span that also holds in a cell of a table.

    >>> print(code("a|b"), code("a`b"), code("`"))
    `a\\|b` ``a`b`` `` ` ``
    """
    shown = printable(written).replace("|", "\\|")
    fence = "`" * (max(map(len, _BACKTICKS.findall(shown)), default=0) + 1)
    edge = " " if shown[:1] == "`" or shown[-1:] == "`" else ""
    return f"{fence}{edge}{shown}{edge}{fence}"


def findings(found: Iterable[Finding]) -> str:
    """Return findings as a list."""
    return "\n".join(map(finding, found))


def finding(one: Finding) -> str:
    """Return a finding as an item of a list."""
    place = f" {code(_place(one))}" if one.path else ""
    return f"- **{one.level}** {code(one.rule)}{place}: {code(one.message)}"


def table(header: Sequence[str], figures: int, rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose first columns are figures."""
    rule = ["---:" if at < figures else "---" for at in range(len(header))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, rule, *rows))


def _place(found: Finding) -> str:
    return found.path if found.line is None else f"{found.path}:{found.line}"
