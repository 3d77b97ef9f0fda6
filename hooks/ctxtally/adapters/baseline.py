"""The file of recorded limits: one JSON object a line, sorted, so that branches can be merged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ctxtally.adapters.json_objects import json_object
from ctxtally.model.baseline import PATH
from ctxtally.model.budget import UNITS
from ctxtally.text.figures import LARGEST
from ctxtally.text.toml_document import decoded, refused
from ctxtally.text.toml_locations import Position

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxtally.model.budget import Unit

    # Budget, subject and unit.
    Key = tuple[str, str, Unit]

# Some 30,000 entries.
LARGEST_FILE = 4 << 20
# How git marks a conflict, also with merge.conflictStyle=diff3.
_MARKS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")


def parse(data: bytes) -> dict[Key, int]:
    """Return what is recorded; of two numbers for the same the smaller.

    A conflict that a merge left, and a line that is none of ours, is a ConfigError.
    """
    return dict(_smallest(_entries(data, lenient=False)))


def sides(data: bytes) -> dict[Key, int]:
    """Return what any side of a conflict has recorded, the smaller of two numbers."""
    return dict(_smallest(_entries(data, lenient=True)))


def written(entries: Mapping[Key, int]) -> bytes:
    """Return the file: the same for the same numbers, whatever the platform."""
    lines = [
        json.dumps({"budget": budget, "subject": subject, unit: entries[budget, subject, unit]})
        for budget, subject, unit in sorted(entries)
    ]
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def _smallest(entries: Iterator[tuple[Key, int]]) -> Mapping[Key, int]:
    found: dict[Key, int] = {}
    for key, amount in entries:
        found[key] = min(amount, found.get(key, amount))
    return found


def _entries(data: bytes, *, lenient: bool) -> Iterator[tuple[Key, int]]:
    for number, line in enumerate(decoded(data, PATH, LARGEST_FILE).split("\n"), 1):
        if not line.strip() or (lenient and line.startswith(_MARKS)):
            continue
        if line.startswith(_MARKS):
            raise refused(
                PATH,
                Position(number, 1),
                "a merge left a conflict here",
                f"measure anew: `ctxtally baseline merge`, then `git add {PATH}`",
            )
        entry = _entry(line)
        if entry is None and lenient:
            continue
        if entry is None:
            raise refused(
                PATH,
                Position(number, 1),
                'this is no entry such as {"budget": "notes", "subject": "NOTES.md", "tokens": 9}',
                "write the file anew: `ctxtally baseline merge`",
            )
        yield entry


def _entry(line: str) -> tuple[Key, int] | None:
    found = json_object(line)
    unit = next((one for one in UNITS if one in found), None) if found else None
    if not found or unit is None or set(found) != {"budget", "subject", unit}:
        return None
    budget, subject, amount = found["budget"], found["subject"], found[unit]
    if not isinstance(budget, str) or not isinstance(subject, str):
        return None
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 <= amount <= LARGEST:
        return None
    return (budget, subject, unit), amount
