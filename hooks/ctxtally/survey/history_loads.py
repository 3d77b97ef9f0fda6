"""What an agent loads from commit to commit, by what is known of the agent today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.history import Objects
from ctxtally.adapters.pathspecs import folders, is_listed
from ctxtally.model.history import GONE, State
from ctxtally.model.record import replace
from ctxtally.model.tree import Entry
from ctxtally.survey.loads import load_set
from ctxtally.survey.lookup import Tracked
from ctxtally.survey.measure import Meter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ctxtally.adapters.history import Past
    from ctxtally.model.history import Commit
    from ctxtally.survey.ground import Ground


class Snapshot:
    """The tree of a commit, put together from changes; it notes what it was asked for."""

    torn = False
    since = None

    def __init__(self, commit: str, entries: Mapping[str, Entry], objects: Objects) -> None:
        self.subject = f"revision {commit[:10]}"
        self._entries = entries
        self._objects = objects
        self.specs: set[str] = set()
        self.paths: set[str] = set()

    def listed(self, specs: Sequence[str], paths: Iterable[str] = ()) -> dict[str, Entry]:
        self.specs.update(specs)
        stars = tuple(specs)
        found = {path: one for path, one in self._entries.items() if is_listed(path, stars)}
        return found | self.find(paths)

    def find(self, paths: Iterable[str]) -> dict[str, Entry]:
        wanted = set(paths)
        self.paths |= wanted
        found = {path: self._entries[path] for path in wanted if path in self._entries}
        below = tuple(f"{path}/" for path in wanted - found.keys())
        return found | {path: one for path, one in self._entries.items() if path.startswith(below)}

    def sizes(self, entries: Iterable[Entry]) -> dict[str, int | None]:
        return {one.path: self._objects.size(one.oid) for one in entries}

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        for one in entries:
            content = self._objects.content(one.oid)
            if content is not None:
                yield one, content

    def concerns(self, commit: Commit) -> bool:
        """Say whether a commit on top of this one may answer otherwise what was asked here."""
        specs = tuple(self.specs)
        return any(
            is_listed(change.path, specs)
            or change.path in self.paths
            or any(folder in self.paths for folder in folders(change.path))
            for change in commit.changes
        )


def states(
    past: Past, basis: Ground, meter: Meter, agent: str, directory: str
) -> Iterator[tuple[Commit, State]]:
    """Yield each commit, after its parents, with what an agent loads in a directory.

    A load set is found anew only where a commit changed what was asked of the one before.
    """
    kept: dict[str, tuple[dict[str, Entry], Snapshot, State]] = {}
    awaited = past.children()
    with Objects(past) as objects:
        for commit in past.commits():
            first = kept.get(commit.parents[0]) if commit.parents else None
            entries = _after(first[0] if first else {}, commit)
            if first is not None and not first[1].concerns(commit):
                tree, state = first[1], first[2]
            else:
                tree = Snapshot(commit.id, entries, objects)
                state = _state(tree, basis, meter, agent, directory)
            yield replace(commit, changes=()), state
            kept[commit.id] = entries, tree, state
            for parent in commit.parents:
                awaited[parent] -= 1
                if not awaited[parent]:
                    del kept[parent]


def _after(entries: Mapping[str, Entry], commit: Commit) -> dict[str, Entry]:
    found = dict(entries)
    for change in commit.changes:
        if change.mode == GONE:
            found.pop(change.path, None)
        else:
            found[change.path] = Entry(path=change.path, mode=change.mode, oid=change.oid)
    return found


def _state(tree: Snapshot, basis: Ground, meter: Meter, agent: str, directory: str) -> State:
    own = Meter(tree, meter.counter, meter.cache)
    ground = replace(basis, tracked=Tracked(tree, tree.listed(basis.specs)))
    loads, tracked = load_set(ground, own, agent, directory)
    parts = [
        f"{file.load} {file.tokens} {file.listing} {tracked.entries[file.path].oid} {file.path}"
        for file in loads.files
    ]
    return State(key="\n".join(parts), tokens=loads.always.tokens)
