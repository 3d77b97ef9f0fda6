"""The recorded limits against what is there, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.baseline import PATH
from ctxtally.render.json import document
from ctxtally.render.json import path as jsonable
from ctxtally.text.figures import counted, signed
from ctxtally.text.table import table
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from ctxtally.model.baseline import Baseline, Entry

_UPDATE = f"  = help: `ctxtally baseline --update` writes it, then `git add {PATH}`"


def overview(found: Baseline) -> str:
    """Return every limit with what there is of it."""
    rows = [
        [
            one.recorded,
            one.now,
            None if one.recorded is None or one.now is None else one.recorded - one.now,
            one.unit,
            printable(one.budget),
            printable(one.subject),
        ]
        for one in found.entries
    ]
    shown = table(["recorded", "now", "left", "unit", "budget", "subject"], rows)
    said = "nothing differs"
    if found.differs:
        said = f"{len(found.changed):,} of {len(found.entries):,} differ"
    return f"{PATH} against the {found.subject}\n\n{shown}\n\n{said} ({found.counter})"


def failures(found: Baseline) -> str:
    """Return what is not as recorded, nothing where all is."""
    if not found.differs:
        return ""
    lines = [f"error: {PATH}: {_difference(one)}" for one in _worst_first(found)]
    if not lines:
        lines = [f"error: {PATH}: it has the right numbers, and not the form that is written"]
    return "\n".join([*lines, _UPDATE])


def written(found: Baseline) -> str:
    """Return what was written, the raised limits first: those are somebody's decision."""
    if not found.differs:
        return f"{PATH} is up to date: {_entries(found)}"
    lines = [_change(one) for one in _worst_first(found)]
    return "\n".join([*lines, f"wrote {PATH}: {_entries(found)}; `git add {PATH}`"])


def json(found: Baseline, *, wrote: bool) -> str:
    """Return the same facts under stable keys."""
    return document(
        "baseline",
        {
            "subject": found.subject,
            "counter": found.counter,
            "path": PATH,
            "entries": [
                {
                    "budget": jsonable(one.budget),
                    "subject": jsonable(one.subject),
                    "unit": one.unit,
                    "recorded": one.recorded,
                    "now": one.now,
                }
                for one in found.entries
            ],
            "differs": found.differs,
            "written": wrote,
        },
    )


def _entries(found: Baseline) -> str:
    left = sum(one.now is not None for one in found.entries)
    return "1 entry" if left == 1 else f"{left:,} entries"


def _worst_first(found: Baseline) -> list[Entry]:
    return sorted(found.changed, key=_weight)


def _weight(one: Entry) -> tuple[int, int]:
    if one.recorded is None:
        return 1, 0
    if one.now is None:
        return 3, 0
    return (0 if one.now > one.recorded else 2), one.recorded - one.now


def _difference(one: Entry) -> str:
    subject = f"{printable(one.subject)} ({printable(one.budget)})"
    if one.recorded is None:
        return f"{subject} is not recorded: it has {counted(one.now or 0, one.unit)}"
    if one.now is None:
        return f"{subject} is gone, recorded with {counted(one.recorded, one.unit)}"
    change = signed(one.now - one.recorded)
    return f"{subject} has {counted(one.now, one.unit)}, recorded with {one.recorded:,} ({change})"


def _change(one: Entry) -> str:
    subject = f"{printable(one.subject)} ({printable(one.budget)})"
    if one.recorded is None:
        return f"new: {subject} {counted(one.now or 0, one.unit)}"
    if one.now is None:
        return f"gone: {subject}, recorded with {counted(one.recorded, one.unit)}"
    word = "raised" if one.now > one.recorded else "lowered"
    change = signed(one.now - one.recorded)
    return f"{word}: {subject} {one.recorded:,} to {counted(one.now, one.unit)} ({change})"
