"""Members of a JSON object, set and taken out in its text; every other byte stays.

Printed anew, other people's numbers would change (1e400, 1e3), and so would the form of the file.
The text is known to be a valid object before it comes here.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.text.splice import Splice, spliced

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\r\n]*")
_BEFORE_VALUE = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_INDENT = re.compile(r"\ufeff?\{\r?\n([ \t]+)\"")
_DECODER = json.JSONDecoder()


class _Member(NamedTuple):
    """`start` is where its key begins."""

    key: str
    start: int
    value: int
    end: int


def with_member(text: str, key: str, value: object) -> str:
    r"""Return the object with a member set, in the indentation and line ends of the text.

    Raises ValueError where JSON has no number for one in it, RecursionError where it is too deep.

    >>> with_member('{"a": 1e3}', "b", [2])
    '{"a": 1e3,\n  "b": [\n    2\n  ]\n}'
    """
    members = list(_members(text))
    line_end = "\r\n" if "\r\n" in text else "\n"
    indent = _indent(text)
    printed = _printed(value, indent).replace("\n", f"{line_end}{indent}")
    for one in members:
        if one.key == key:
            return spliced(text, [Splice(start=one.value, end=one.end, text=printed)])
    start = members[-1].end if members else _opened(text)
    end = _past(_SPACE, text, start)
    member = f"{',' if members else ''}{line_end}{indent}{json.dumps(key)}: {printed}"
    # What follows the last member stays, unless the closing bracket would not be on its own line.
    rest = text[start:end] if members and "\n" in text[start:end] else line_end
    return spliced(text, [Splice(start=start, end=end, text=member + rest)])


def without_member(text: str, key: str) -> str:
    """Return the object without a member that it has.

    >>> without_member('{"a": 1e3, "b": 2 }', "b")
    '{"a": 1e3 }'
    """
    members = list(_members(text))
    at = next(number for number, one in enumerate(members) if one.key == key)
    start, end = members[at].start, members[at].end
    if at + 1 < len(members):
        end = members[at + 1].start
    elif at:
        start = members[at - 1].end
    return spliced(text, [Splice(start=start, end=end, text="")])


def _members(text: str) -> Iterator[_Member]:
    at = _past(_SPACE, text, _opened(text))
    while text[at] != "}":
        key, end = _DECODER.raw_decode(text, at)
        value = _past(_BEFORE_VALUE, text, end)
        _, end = _DECODER.raw_decode(text, value)
        yield _Member(key=key, start=at, value=value, end=end)
        at = _past(_SPACE, text, end)
        if text[at] == ",":
            at = _past(_SPACE, text, at + 1)


def _opened(text: str) -> int:
    """Return the place behind the opening bracket."""
    return text.index("{") + 1


def _past(what: re.Pattern[str], text: str, at: int) -> int:
    found = what.match(text, at)
    return found.end() if found else at


def _indent(text: str) -> str:
    found = _INDENT.match(text)
    return found[1] if found else "  "


def _printed(value: object, indent: str) -> str:
    text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    # Half of a character can be written as an escape only.
    is_whole = not any("\ud800" <= char <= "\udfff" for char in text)
    return text if is_whole else json.dumps(value, indent=indent)
