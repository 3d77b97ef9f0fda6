"""What grew in a file over its budget, and which of its sections weigh most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.budget.findings import WITH_SECTIONS, Detail
from ctxtally.budget.judge import amount
from ctxtally.budget.loads import amount as amount_of
from ctxtally.budget.sections import sections
from ctxtally.model.measured import ContextFile
from ctxtally.model.record import replace
from ctxtally.survey.base import base
from ctxtally.survey.ground import ground
from ctxtally.survey.loads import load_sets
from ctxtally.survey.measure import Meter
from ctxtally.tokens.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.loadset import LoadSet
    from ctxtally.model.measured import Measured
    from ctxtally.model.outcome import Outcome
    from ctxtally.model.tree import Entry


def details(
    meter: Meter, entries: Mapping[str, Entry], outcomes: Sequence[Outcome]
) -> dict[str, Detail]:
    """Return details by path for the files that break a budget of their own, or most of one.

    Nothing is asked of git where no file does.
    """
    broken = [
        outcome
        for outcome in outcomes
        if outcome.state != "ok" and outcome.path and outcome.budget.scope in WITH_SECTIONS
    ]
    if not broken:
        return {}
    paths = dict.fromkeys(one.path for one in broken)
    units = {(one.path, one.unit) for one in broken if one.budget.scope == "file"}
    name, before = _before(meter, paths)
    found = {}
    for entry, raw in meter.tree.read([entries[path] for path in paths]):
        text = decode(raw)
        old = before.get(entry.path)
        # What is over in two units has no one number that it had before.
        sizes = [amount(old, unit) for path, unit in units if old and path == entry.path]
        found[entry.path] = Detail(
            base=name,
            before=sizes[0] if len(sizes) == 1 else None,
            sections=sections(text, meter.counter.count) if isinstance(text, str) else (),
        )
    return found


def with_before(
    place: Place, meter: Meter, outcomes: Sequence[Outcome], told: Mapping[str, Detail]
) -> list[Outcome]:
    """Return the outcomes, those that are not ok with what they were at the base.

    For files that is in `told`, for load sets it is found here.
    """
    outcomes = [_file_since(one, told) for one in outcomes]
    broken = [one.load.loads for one in outcomes if one.load and one.state != "ok"]
    there = base(meter.tree) if broken else None
    if there is None:
        return outcomes
    found = load_sets(
        ground(place, there),
        Meter(there, meter.counter, meter.cache),
        {one.agent for one in broken},
        sorted({one.dir for one in broken}),
    )
    before = {(one.loads.agent, one.loads.dir): one.loads for one in found.agents}
    return [_since(outcome, before) for outcome in outcomes]


def _file_since(outcome: Outcome, told: Mapping[str, Detail]) -> Outcome:
    if outcome.budget.scope != "file" or outcome.state == "ok" or outcome.path not in told:
        return outcome
    return replace(outcome, before=told[outcome.path].before)


def _since(outcome: Outcome, before: Mapping[tuple[str, str], LoadSet]) -> Outcome:
    loads = before.get((outcome.load.loads.agent, outcome.load.loads.dir)) if outcome.load else None
    if loads is None or outcome.state == "ok":
        return outcome
    return replace(outcome, before=amount_of(loads, outcome.budget.scope, outcome.unit))


def _before(meter: Meter, paths: Iterable[str]) -> tuple[str, dict[str, Measured]]:
    """Return the name of the base, and the files as they were there."""
    there = base(meter.tree)
    if there is None:
        return "", {}
    entries = {path: entry for path, entry in there.find(paths).items() if entry.is_file}
    files = [ContextFile(path=path, kind="file") for path in entries]
    counted, _ = Meter(there, meter.counter, meter.cache).measure(files, entries)
    return there.name, {file.path: file for file in counted}
