"""How often operations name a file."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ctxtally.model.analysis import Group

_AROUND = "`'\"()[]<>,;:!?"


def mentions(operations: Iterable[Group], paths: Collection[str]) -> dict[str, int]:
    """Return by path how many operations name it, by itself or by a name that no other one has.

    >>> from ctxtally.model.analysis import Group
    >>> read = Group(name="read MANIFEST.json, ./docs/a.md", operations=3)
    >>> mentions([read], ["docs/a.md", "x/MANIFEST.json"])
    {'x/MANIFEST.json': 3, 'docs/a.md': 3}
    """
    named: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        named[path.rpartition("/")[2]].append(path)
    meant = {name: found[0] for name, found in named.items() if len(found) == 1}
    meant |= {path: path for path in paths}
    times = Counter[str]()
    for one in operations:
        words = (word.strip(_AROUND).removeprefix("./") for word in one.name.split())
        for path in dict.fromkeys(meant[word] for word in words if word in meant):
            times[path] += one.operations
    return dict(times)
