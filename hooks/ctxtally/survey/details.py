"""What grew in a file over its budget, and which of its sections weigh most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.budget.findings import Detail
from ctxtally.budget.judge import amount
from ctxtally.budget.sections import sections
from ctxtally.model.measured import ContextFile
from ctxtally.survey.base import base
from ctxtally.survey.measure import Meter
from ctxtally.tokens.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ctxtally.model.measured import Measured
    from ctxtally.model.outcome import Outcome
    from ctxtally.model.tree import Entry


def details(
    meter: Meter, entries: Mapping[str, Entry], outcomes: Iterable[Outcome]
) -> dict[str, Detail]:
    """Return details by path for the files that break a budget of their own.

    Nothing is asked of git where no file does.
    """
    broken = {
        outcome.path: outcome.unit
        for outcome in outcomes
        if outcome.budget.scope == "file" and outcome.state != "ok"
    }
    if not broken:
        return {}
    name, before = _before(meter, broken)
    found = {}
    for entry, raw in meter.tree.read([entries[path] for path in broken]):
        text = decode(raw)
        old = before.get(entry.path)
        found[entry.path] = Detail(
            base=name,
            before=amount(old, broken[entry.path]) if old else None,
            sections=sections(text, meter.counter.count) if isinstance(text, str) else (),
        )
    return found


def _before(meter: Meter, paths: Iterable[str]) -> tuple[str, dict[str, Measured]]:
    """Return the name of the base, and the files as they were there."""
    there = base(meter.tree)
    if there is None:
        return "", {}
    entries = {path: entry for path, entry in there.find(paths).items() if entry.is_file}
    files = [ContextFile(path=path, kind="file") for path in entries]
    counted, _ = Meter(there, meter.counter, meter.cache).measure(files, entries)
    return there.name, {file.path: file for file in counted}
