"""Which sections of a file over its budget weigh most, and which of them grew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.budget.advice import WITH_SECTIONS, Detail
from ctxtally.budget.sections import sections, since
from ctxtally.survey.base import base
from ctxtally.tokens.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ctxtally.budget.advice import Section
    from ctxtally.model.outcome import Outcome
    from ctxtally.model.tree import Entry, Tree
    from ctxtally.survey.measure import Meter


def details(
    meter: Meter, entries: Mapping[str, Entry], outcomes: Sequence[Outcome]
) -> dict[str, Detail]:
    """Return details by path for the files that break a budget of their own, or most of one.

    Nothing is asked of git where no file does.
    """
    broken = [
        outcome
        for outcome in outcomes
        if outcome.state not in ("ok", "inherited")
        and outcome.path
        and outcome.budget.scope in WITH_SECTIONS
    ]
    if not broken:
        return {}
    now = dict(_sections(meter.tree, {one.path: entries[one.path] for one in broken}, meter))
    moved = {one.path: one.moved or one.path for one in broken if _has_grown(one)}
    there = base(meter.tree) if moved else None
    if there is not None:
        found = there.find(moved.values())
        known = {
            path: found[old]
            for path, old in moved.items()
            if old in found and found[old].is_file and found[old].oid != entries[path].oid
        }
        for path, before in _sections(there, known, meter):
            now[path] = since(before, now[path])
    return {path: Detail(sections=found) for path, found in now.items()}


def _has_grown(one: Outcome) -> bool:
    return one.before is not None and one.actual > one.before


def _sections(
    tree: Tree, entries: Mapping[str, Entry], meter: Meter
) -> Iterator[tuple[str, list[Section]]]:
    paths: dict[str, list[str]] = {}
    for path, entry in entries.items():
        paths.setdefault(entry.path, []).append(path)
    for entry, raw in tree.read({one.path: one for one in entries.values()}.values()):
        text = decode(raw)
        found = sections(text, meter.counter.count) if isinstance(text, str) else []
        for path in paths[entry.path]:
            yield path, found
