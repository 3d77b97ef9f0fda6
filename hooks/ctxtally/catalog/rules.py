"""The rules for catalogs, each with its level, and the making of findings under them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ctxtally.model.finding import Finding
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctxtally.model.catalog import Entry
    from ctxtally.model.document import Unreadable
    from ctxtally.model.finding import Level

# What an agent cannot load is an error, a contradiction a warning, untidiness a note.
RULES: Mapping[str, Level] = MappingProxyType(
    {
        "catalog-anchor": "warning",
        "catalog-bare-name": "note",
        "catalog-claim": "warning",
        "catalog-count": "warning",
        "catalog-cycle": "warning",
        "catalog-digest": "warning",
        "catalog-front-matter": "warning",
        "catalog-list-incomplete": "note",
        "catalog-missing-file": "error",
        "catalog-no-front-matter": "note",
        "catalog-not-a-file": "note",
        "catalog-percentage": "warning",
        "catalog-priority": "warning",
        "catalog-priority-list": "warning",
        "catalog-reference": "warning",
        "catalog-refused-path": "error",
        "catalog-registry": "warning",
        "catalog-size": "warning",
        "catalog-sum": "warning",
        "catalog-tag": "warning",
        "catalog-unlisted-file": "note",
        "catalog-unmatched-name": "note",
        "catalog-unreadable": "warning",
        "catalog-unregistered-file": "note",
    }
)

# What can be done about a registry: it is written by a program, and a number in it can be mended.
REBUILD = "let the tool that writes the registry write it again"
MEND = f"{REBUILD}, or mend it: `ctxtally catalog --fix`"

# As long as a path may be in a session file; nothing real is cut.
_LONGEST = 120
NAMED = 5


def found(rule: str, path: str, line: int | None, message: str, help_: str) -> Finding:
    """Return a finding of one line, whatever characters the names in it are made of."""
    return Finding(
        rule=rule,
        level=RULES[rule],
        path=path,
        line=line,
        message=printable(message),
        help=printable(help_),
    )


def unreadable(problem: Unreadable) -> Finding:
    """Return the one finding about a catalog that could not be read."""
    return found(
        "catalog-unreadable",
        problem.path,
        problem.line,
        f"column {problem.column}: {problem.message}",
        "mend the file; until then nothing it lists is known",
    )


def cut(text: str) -> str:
    """Return somebody's text, shortened where it would fill the screen."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def some(names: Sequence[str], *, of: int | None = None) -> str:
    """Name a few of many; `of` says how many, where only the first ones are given.

    >>> some(["a", "b"]), some(list("abcdefg"))
    ('a, b', 'a, b, c, d, e and 2 more')
    """
    more = (len(names) if of is None else of) - NAMED
    listed = ", ".join(cut(name) for name in names[:NAMED])
    return f"{listed} and {more:,} more" if more > 0 else listed


def at_line(entry: Entry) -> str:
    return f"{cut(entry.path)} (line {entry.line})"


def are(number: int) -> str:
    return "is" if number == 1 else "are"


def many(number: int, one: str, several: str = "") -> str:
    """Say how many of something there are.

    >>> many(1, "module"), many(1200, "module"), many(2, "entry", "entries")
    ('1 module', '1,200 modules', '2 entries')
    """
    return f"{number:,} {one if number == 1 else several or one + 's'}"
