"""A file from commit to commit: which name and which blob it had after each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.history import GONE, State
from ctxtally.model.measured import ContextFile
from ctxtally.model.record import dataclass
from ctxtally.model.tree import SUBMODULE, SYMLINK, Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ctxtally.adapters.history import Past
    from ctxtally.model.history import Change, Commit
    from ctxtally.survey.measure import Meter

# A file with more names is followed no further back: each costs a look at all commits.
MOST_NAMES = 20

_REASONS = {SYMLINK: "link", SUBMODULE: "submodule"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The commits of a file, and where it was after each: its name, and what lay there, if any.

    `renames` are the commits that renamed it, with the name before, the newest first.
    """

    commits: tuple[Commit, ...]
    found: Mapping[str, tuple[str, Change | None]]
    renames: tuple[tuple[str, str], ...]


def follow(past: Past, path: str) -> Followed:
    """Find a file in every commit: from HEAD backwards, under the name it had on that side.

    A commit with one parent that adds the name is asked for what it renamed, by git's own measure
    (half of the text is the same). At a merge, a side that lacks the name has the file under the
    name before.
    """
    names, sources = [path], dict[tuple[str, str], str]()
    commits: list[Commit] = []
    looked = 0
    while looked < len(names) and len(names) <= MOST_NAMES:
        fresh = names[looked:]
        looked = len(names)
        commits = list(past.commits(names))
        for commit in commits:
            for change in commit.changes:
                if change.added and change.path in fresh and len(commit.parents) == 1:
                    source = past.source(commit.id, change.path)
                    if source is not None:
                        sources[commit.id, change.path] = source
                        names += [source] if source not in names else []
    lying = _lying(commits)
    called = _called(commits, path, sources, lying)
    return Followed(
        commits=tuple(commits),
        found={one.id: (called[one.id], lying[one.id].get(called[one.id])) for one in commits},
        renames=tuple(
            (one.id, sources[one.id, called[one.id]])
            for one in reversed(commits)
            if (one.id, called[one.id]) in sources
        ),
    )


def states(followed: Followed, meter: Meter) -> dict[str, State]:
    """Count what the file held at each commit; each blob is read and counted once, in one go."""
    blobs = {
        one.oid: Entry(path=one.oid, mode=one.mode, oid=one.oid)
        for _, one in followed.found.values()
        if one is not None and one.mode not in _REASONS
    }
    files = [ContextFile(path=oid, kind="file") for oid in blobs]
    measured, findings = meter.measure(files, blobs)
    tokens: dict[str, int] = {one.path: one.tokens for one in measured}
    reasons: dict[str, str] = {one.path: one.rule for one in findings}
    found = {}
    for commit, (name, one) in followed.found.items():
        if one is None:
            found[commit] = State(key="", tokens=None, path=name, reason="deleted")
            continue
        found[commit] = State(
            key=f"{one.mode} {one.oid} {name}",
            tokens=tokens.get(one.oid),
            path=name,
            reason=_REASONS.get(one.mode) or reasons.get(one.oid, ""),
        )
    return found


def _lying(commits: Iterable[Commit]) -> dict[str, Mapping[str, Change]]:
    """Return what lies at the names after each commit: its first parent's, and its changes."""
    found: dict[str, Mapping[str, Change]] = {}
    for commit in commits:
        before = found[commit.parents[0]] if commit.parents else {}
        after = dict(before) if commit.changes else before
        for change in commit.changes:
            if change.mode == GONE:
                after.pop(change.path, None)  # type: ignore[attr-defined] # it was copied
            else:
                after[change.path] = change  # type: ignore[index] # as above
        found[commit.id] = after
    return found


def _called(
    commits: Sequence[Commit],
    path: str,
    sources: Mapping[tuple[str, str], str],
    lying: Mapping[str, Mapping[str, Change]],
) -> dict[str, str]:
    """Return what the file is called at each commit, children before parents."""
    before: dict[str, list[str]] = {}
    for (_, name), source in sources.items():
        before.setdefault(name, []).append(source)
    called = {commits[-1].id: path} if commits else {}
    for commit in reversed(commits):
        name = called[commit.id]
        for parent in commit.parents:
            one = sources.get((commit.id, name), name)
            if len(commit.parents) > 1 and name in lying[commit.id]:
                one = _there(name, before, lying[parent])
            if parent not in called or (
                called[parent] not in lying[parent] and one in lying[parent]
            ):
                called[parent] = one
    return called


def _there(name: str, before: Mapping[str, list[str]], lying: Mapping[str, Change]) -> str:
    """Return the newest of the names that lies there."""
    waiting, seen = [name], {name}
    for one in waiting:
        if one in lying:
            return one
        fresh = [other for other in before.get(one, []) if other not in seen]
        waiting += fresh
        seen.update(fresh)
    return name
