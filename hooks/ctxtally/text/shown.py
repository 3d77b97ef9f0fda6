"""Values of a TOML or JSON document as a message shows them: short, one line, safe to print."""

from __future__ import annotations

from collections.abc import Mapping

from ctxtally.text.terminal import printable

_LONGEST = 60


def shown(value: object) -> str:
    r"""Return what was found, as it would be written.

    >>> shown("6000 tokns"), shown(True), shown([1, 2]), shown(2.5)
    ('"6000 tokns"', 'true', 'a list', '2.5')
    """
    if isinstance(value, str):
        return f'"{cut(value)}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    return "a list" if isinstance(value, list) else cut(str(value))


def cut(text: str) -> str:
    """Return text made safe to print, its end replaced by dots where it is long."""
    return printable(text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "...")
