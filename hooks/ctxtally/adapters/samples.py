"""Which keys the lines of a log have, by a look at some of them."""

from __future__ import annotations

import os
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from ctxtally.adapters import usage_log
from ctxtally.adapters.columns import PARQUET
from ctxtally.adapters.json_objects import json_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# So many places in each file, and so many lines at each.
_PLACES = 16
_LINES = 8
_LONGEST = 64 << 10
# More keys than any log has that was found; each one takes time.
_MOST = 64


def keys(files: Iterable[str]) -> list[str]:
    """Return the keys, the most common first; raises OSError."""
    found: Counter[str] = Counter()
    for some in each(files):
        found.update(some)
    return [key for key, _ in found.most_common(_MOST)]


def each(files: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield the keys of each line that is looked at and not blank; raises OSError."""
    for path in files:
        for line in _some(path):
            if line.strip():
                yield tuple(json_object(line) or ())


def _some(path: str) -> Iterator[bytes]:
    if path.endswith(PARQUET):
        yield from islice(usage_log.lines(path), _PLACES * _LINES)
        return
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        for place in range(_PLACES):
            file.seek(size * place // _PLACES)
            if place:
                file.readline(_LONGEST)  # the rest of a line
            for _ in range(_LINES):
                yield file.readline(_LONGEST)
