"""Text from files, names and git made safe to print."""

from __future__ import annotations

# Mn and Lo characters that draw nothing, so that a category test would keep them
# (Unicode 16.0, DerivedCoreProperties: Default_Ignorable_Code_Point).
_INVISIBLE = frozenset({0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0})


def printable(text: str) -> str:
    r"""Return `text` with every character that a terminal would act on, or not show, escaped.

    >>> printable("a\x1b[31m\n")
    'a\\x1b[31m\\n'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if is_safe(char) else _escaped(char) for char in text)


def is_safe(char: str) -> bool:
    """Say whether a character draws something, and does nothing else."""
    # str.isprintable is False for the categories C* and Z* other than the ASCII space.
    code = ord(char)
    return (
        (char.isprintable() or char == "\u3000")
        and code not in _INVISIBLE
        and not 0xFE00 <= code <= 0xFE0F  # noqa: PLR2004 - variation selectors
        and not 0xE0000 <= code <= 0xE01EF  # noqa: PLR2004 - tags and variation selectors
    )


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
