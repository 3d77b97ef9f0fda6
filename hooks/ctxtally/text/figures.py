"""Numbers as our outputs write them."""

from __future__ import annotations

# The last whole number that every reader of our JSON can hold (RFC 8259, section 6).
LARGEST = 2**53

_SINGULAR = {"tokens": "token", "bytes": "byte", "chars": "character", "lines": "line"}
_PLURAL = {"chars": "characters"}


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: thousands separated, the singular where it is one.

    >>> counted(1, "tokens"), counted(12000, "chars"), counted(2, "files")
    ('1 token', '12,000 characters', '2 files')
    """
    if number == 1:
        return f"1 {_SINGULAR.get(noun, noun.removesuffix('s'))}"
    return f"{number:,} {_PLURAL.get(noun, noun)}"


def told(number: int, noun: str, one: str, many: str) -> str:
    """Return a number with its noun, and what is told of it: in the singular where it is one.

    >>> told(1, "files", "ends here", "end here"), told(2, "files", "ends here", "end here")
    ('1 file ends here', '2 files end here')
    """
    return f"{counted(number, noun)} {one if number == 1 else many}"


def marked(text: str, *, exact: bool) -> str:
    """Return a figure as text, with the mark of an estimate where it is one.

    >>> marked("12", exact=False)
    '~12'
    """
    return text if exact else f"~{text}"


def signed(number: int) -> str:
    """Return a change.

    >>> signed(1200), signed(-3), signed(0)
    ('+1,200', '-3', '+0')
    """
    return f"{number:+,}"
