"""Which sections of a file over its budget weigh most, and which of them grew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.budget.advice import WITH_SECTIONS, Detail
from ctxtally.budget.sections import copied, sections, since
from ctxtally.survey.base import bases
from ctxtally.tokens.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ctxtally.model.loadset import AgentLoad, Way
    from ctxtally.model.outcome import Outcome
    from ctxtally.model.tree import Entry, Tree
    from ctxtally.survey.measure import Meter


def details(
    meter: Meter,
    entries: Mapping[str, Entry],
    outcomes: Sequence[Outcome],
    agents: Sequence[AgentLoad] = (),
) -> dict[str, Detail]:
    """Return details by path for the files that break a budget of their own, or most of one.

    Nothing is asked of git where no file does. `agents` are all load sets.
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
    files = {one.path: one for one in broken}
    texts = dict(_texts(meter.tree, {path: entries[path] for path in files}))
    now = {path: sections(text, meter.counter.count) for path, text in texts.items()}
    more = {path: one for path, one in files.items() if _has_grown(one)}
    for path, text in _before(meter, entries, more):
        now[path] = since(sections(text, meter.counter.count), now[path])
    known = _ways(agents)
    return {
        path: Detail(
            sections=now[path], copied=copied(text, meter.counter.count), ways=known.get(path)
        )
        for path, text in texts.items()
    }


def _has_grown(one: Outcome) -> bool:
    return one.before is not None and one.actual > one.before


def _before(
    meter: Meter, entries: Mapping[str, Entry], more: Mapping[str, Outcome]
) -> Iterator[tuple[str, str]]:
    """Yield what files held at the base, by their paths of now, where they held something else."""
    for there in bases(meter.tree) if more else ():
        moved = {path: one.moved or path for path, one in more.items() if one.since == there.name}
        found = there.find(moved.values()) if moved else {}
        known = {
            path: found[old]
            for path, old in moved.items()
            if old in found and found[old].is_file and found[old].oid != entries[path].oid
        }
        yield from _texts(there, known)


def _texts(tree: Tree, entries: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
    """Yield the texts of entries by the paths that they are asked for, empty where it is none."""
    paths: dict[str, list[str]] = {}
    for path, entry in entries.items():
        paths.setdefault(entry.path, []).append(path)
    for entry, raw in tree.read({one.path: one for one in entries.values()}.values()):
        text = decode(raw)
        for path in paths[entry.path]:
            yield path, text if isinstance(text, str) else ""


def _ways(agents: Iterable[AgentLoad]) -> dict[str, list[Way]]:
    """Return where less could be read of the files that are always loaded, by path.

    What helps only some of the agents that load a file is left out.
    """
    found: dict[str, list[Way]] = {}
    for one in agents:
        for file in one.loads.files:
            if file.load == "always":
                able = found.get(file.path, one.ways)
                found[file.path] = [way for way in able if way in one.ways]
    return found
