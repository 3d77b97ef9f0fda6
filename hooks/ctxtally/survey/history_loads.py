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
    from ctxtally.model.tree import Base
    from ctxtally.survey.ground import Ground


# The rules that tell of a file without a count.
_MISSING = "not-available"
_UNREAD = (_MISSING, "too-large", "lfs-pointer", "utf-16", "nul-byte", "not-utf-8")


class Snapshot:
    """The tree of a commit, put together from changes; it notes what it was asked for.

    `entries` may be changed once all was asked. What was listed of the tree `before` is listed
    again as it was, but for what the `commit` changed: few commits touch what agents read.
    `nowhere` are paths at and below which nothing is. Answers are sorted, as git's are.
    """

    torn = False
    since: Base | None = None

    def __init__(
        self,
        commit: Commit,
        entries: Mapping[str, Entry],
        objects: Objects,
        before: Snapshot | None = None,
    ) -> None:
        self.subject = f"revision {commit.id[:10]}"
        self._entries = entries
        self._objects = objects
        self._changed = [change.path for change in commit.changes]
        self._before = before.lists if before is not None else {}
        self.lists: dict[tuple[str, ...], dict[str, Entry]] = {}
        self.paths: set[str] = set()
        touched = {folder for path in self._changed for folder in (path, *folders(path))}
        self._empty = before.nowhere - touched if before is not None else set()
        self.nowhere: set[str] = set()

    def listed(self, specs: Sequence[str], paths: Iterable[str] = ()) -> dict[str, Entry]:
        asked = tuple(specs)
        if asked not in self.lists:
            self.lists[asked] = self._listed(asked)
        return self.lists[asked] | self.find(paths)

    def _listed(self, specs: tuple[str, ...]) -> dict[str, Entry]:
        known = self._before.get(specs)
        looked = self._entries if known is None else self._changed
        gone = set() if known is None else set(self._changed)
        kept = {path: one for path, one in (known or {}).items() if path not in gone}
        found = (path for path in looked if path in self._entries and is_listed(path, specs))
        return dict(sorted((kept | {path: self._entries[path] for path in found}).items()))

    def find(self, paths: Iterable[str]) -> dict[str, Entry]:
        wanted = set(paths)
        self.paths |= wanted
        found = {path: self._entries[path] for path in wanted if path in self._entries}
        # Of a path that is not asked for here a later commit is not known to concern it.
        self.nowhere |= self._empty & wanted
        below = {f"{path}/" for path in wanted - found.keys() - self.nowhere}
        if below:
            starts = tuple(below)
            found |= {path: one for path, one in self._entries.items() if path.startswith(starts)}
            filled = {f"{folder}/" for path in found for folder in folders(path)}
            self.nowhere |= {path.removesuffix("/") for path in below - filled}
        return dict(sorted(found.items()))

    def sizes(self, entries: Iterable[Entry]) -> dict[str, int | None]:
        return {one.path: self._objects.size(one.oid) for one in entries}

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        for one in entries:
            content = self._objects.content(one.oid)
            if content is not None:
                yield one, content

    def concerns(self, commit: Commit) -> bool:
        """Say whether a commit on top of this one may answer otherwise what was asked here."""
        return any(
            any(is_listed(change.path, specs) for specs in self.lists)
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
            alone = first is not None and awaited[commit.parents[0]] == 1
            entries = _after(first[0] if first else {}, commit, copy=not alone)
            if first is not None and not first[1].concerns(commit):
                tree, state = first[1], first[2]
            else:
                tree = Snapshot(commit, entries, objects, first[1] if first else None)
                state = _state(tree, basis, meter, agent, directory)
            yield replace(commit, changes=()), state
            kept[commit.id] = entries, tree, state
            for parent in commit.parents:
                awaited[parent] -= 1
                if not awaited[parent]:
                    del kept[parent]


def _after(entries: dict[str, Entry], commit: Commit, *, copy: bool) -> dict[str, Entry]:
    found = dict(entries) if copy else entries
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
    unread = [one for one in loads.findings if one.rule in _UNREAD]
    entries = tracked.entries
    parts += [f"{one.rule} {entries[one.path].oid}" for one in unread if one.path in entries]
    # What is not here may be all there was; what is no text is no text to the agent either.
    missing = any(one.rule == _MISSING for one in unread)
    return State(
        key="\n".join(parts),
        tokens=None if missing else loads.always.tokens,
        reason=_MISSING if missing else unread[0].rule if unread else "",
    )
