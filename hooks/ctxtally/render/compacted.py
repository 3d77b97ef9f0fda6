"""What became of the months of a usage log, as text and as JSON."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.text.figures import counted, told
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from ctxtally.model.compacted import Compacted, Months


def text(found: Months) -> str:
    if not found.files and found.problems:
        return f"nothing was compacted in {found.log}"
    if not found.files:
        return f"nothing to compact in {found.log}: no file of a month before {found.before[:7]}"
    return "\n".join(_line(one) for one in found.files)


def _line(one: Compacted) -> str:
    verbs = [f"that DuckDB cannot read {verb} kept beside it" for verb in ("is", "are")]
    bad = f"; {told(one.bad, 'lines', *verbs)}" if one.bad else ""
    return (
        f"{printable(os.path.basename(one.path))}: {counted(one.lines, 'lines')}, "
        f"{one.before:,} bytes before and {one.after:,} now{bad}"
    )


def json(found: Months) -> str:
    from ctxtally.render.json import document
    from ctxtally.render.json import path as jsonable

    return document(
        "usage-compact",
        {
            "log": jsonable(found.log),
            "before": found.before,
            "compacted": [
                {
                    "path": jsonable(os.path.basename(one.path)),
                    "lines": one.lines,
                    "bad_lines": one.bad,
                    "bytes_before": one.before,
                    "bytes_after": one.after,
                }
                for one in found.files
            ],
            "problems": [jsonable(one) for one in found.problems],
        },
    )
