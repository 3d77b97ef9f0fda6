"""Commands as somebody would type them."""

from __future__ import annotations

from shlex import quote

from ctxtally.text.terminal import printable


def quoted(path: str) -> str:
    """Return a path as a shell takes it, safe to print."""
    return quote(printable(path))


def ours(*arguments: str) -> str:
    """Return a command line of this program.

    >>> ours("catalog", "--write", "docs/my manifest.json")
    "ctxtally catalog --write 'docs/my manifest.json'"
    """
    return " ".join(["ctxtally", *map(quoted, arguments)])


def editing(path: str, line: int | None = None) -> str:
    """Return what opens a file at a line in the user's editor, in POSIX's where none is set.

    >>> editing("CLAUDE.md", 206)
    '${EDITOR:-vi} +206 CLAUDE.md'
    """
    place = "" if line is None else f"+{line} "
    return f"${{EDITOR:-vi}} {place}{quoted(path)}"
