"""Which ids a log may hold twice, found in one quick look over its bytes.

Four bytes are kept for each id, where a set of the ids takes a hundred: so a log of ten million
events is read in bounded memory, and only what is told twice is compared.
"""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING

from ctxtally.adapters.json_objects import json_object
from ctxtally.adapters.log_blocks import blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

# A text, or a number, which is kept as it is written and so is an id too.
_VALUE = rb'\s*:\s*"?((?<=")[^"\\\n]*(?:\\.[^"\\\n]*)*(?=")|[-+.0-9A-Za-z]+)'
# The value of such a member, wherever in the line it stands; each begins with what is found fast.
_MEMBERS = (re.compile(rb'"id"' + _VALUE), re.compile(rb'"key"' + _VALUE))
# An id has a share, and so many bits in it.
_SHARES, _BITS = 256, 0xFFFF_FFFF


def repeated(files: Iterable[str]) -> frozenset[int]:
    """Return the marks of all ids and keys that may be there more than once; raises OSError."""
    shares = [array("I") for _ in range(_SHARES)]
    keep = [share.append for share in shares]
    for path in files:
        for values in _values(path):
            for one in map(hash, values):
                keep[one % _SHARES](one // _SHARES & _BITS)
    return frozenset(
        one * _SHARES + number for number, share in enumerate(shares) for one in _twice(share)
    )


def mark(name: str) -> int:
    """Return a number for an id; of ten million ids, some hundred have that of another one."""
    one = hash(name.encode("utf-8", "surrogatepass"))
    return (one // _SHARES & _BITS) * _SHARES + one % _SHARES


def among(marks: Collection[int]) -> Callable[[str], bool]:
    """Return what says whether a name has one of these marks."""
    return (lambda name: mark(name) in marks) if marks else lambda _: False


def _values(path: str) -> Iterator[list[bytes]]:
    for block in blocks(path):
        for pattern in _MEMBERS:
            found = pattern.findall(block)
            yield [_spelled(raw) for raw in found] if b"\\" in block else found


def _spelled(raw: bytes) -> bytes:
    """Return what an id with escapes in it spells."""
    if b"\\" not in raw:
        return raw
    found = json_object(b'{"":"' + raw + b'"}') or {}
    return str(found.get("", "")).encode("utf-8", "surrogatepass")


def _twice(share: array[int]) -> set[int]:
    seen: set[int] = set()
    found: set[int] = set()
    for one in share:
        (found if one in seen else seen).add(one)
    return found
