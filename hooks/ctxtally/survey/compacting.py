"""Turns the months of a usage log that are over into Parquet."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from ctxtally.adapters import ledger, samples, usage_log
from ctxtally.adapters.columns import HELP, PARQUET, TooOddError, is_installed
from ctxtally.adapters.compacting import compact
from ctxtally.adapters.files import Locked
from ctxtally.errors import UserError
from ctxtally.model.compacted import Months
from ctxtally.survey.grouped import told
from ctxtally.text.terminal import printable
from ctxtally.usage.plain import TAKEN, columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.adapters.git import Place

# As the log is named when it goes on in a new file.
_MONTH = re.compile(r"-([0-9]{4}-[0-9]{2})(?:-[0-9]+)?\.[^.]+")
# Of use to nobody else: marks of names, and whether there are buckets.
STATE = "state"
INNER = (STATE, "id", "key", "told")


def months(place: Place, wanted: str | None, before: str) -> Months:
    """Compact the files of months that were over before a day; raises UserError."""
    if not is_installed():
        raise UserError("Parquet is written with DuckDB, which is not installed", help=HELP)
    log = ledger.locate(place, wanted)
    made, problems = [], []
    try:
        with Locked(os.path.join(place.state_dir, "compact.lock"), 0.0):
            for path in told(list(_over(log.path, before[:7]))):
                shown = printable(os.path.basename(path))
                try:
                    found = columns(samples.keys([path]))
                    columns_of = {
                        name: sql
                        for name, sql in found.expressions.items()
                        if name == STATE or name not in INNER
                    }
                    made.append(compact(path, found.keys, columns_of, TAKEN))
                except (OSError, TooOddError) as error:
                    why = getattr(error, "strerror", None) or str(error)
                    problems.append(f"{shown} is left as it is: {printable(why)}")
    except OSError as error:
        raise UserError(
            f"{log.shown} is being compacted by another process", help="run it again"
        ) from error
    return Months(log=log.shown, before=before, files=tuple(made), problems=tuple(problems))


def _over(log: str, month: str) -> Iterator[str]:
    """Yield the files of earlier months; the log itself goes on."""
    stem, _ = os.path.splitext(log)
    for path in usage_log.paths(log):
        found = _MONTH.fullmatch(path[len(stem) :])
        if found is not None and not path.endswith(PARQUET) and found.group(1) < month:
            yield path
