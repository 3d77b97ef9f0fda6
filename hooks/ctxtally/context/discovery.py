"""Finds the context files of a tree and the agents that it is made for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.context.globset import globset
from ctxtally.context.names import names
from ctxtally.context.resolve import Lookup
from ctxtally.model.measured import ContextFile
from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ctxtally.model.finding import Finding
    from ctxtally.model.measured import Kind
    from ctxtally.model.profile import Profile
    from ctxtally.model.tree import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """Each context file once, in the order of the paths, and the links that lead nowhere."""

    files: tuple[ContextFile, ...]
    findings: tuple[Finding, ...]


def discover(
    entries: Mapping[str, Entry],
    profiles: Sequence[Profile],
    links: Callable[[Entry], str | None],
) -> Discovery:
    """Return what the globs of the profiles name; the first row that fits gives the kind.

    `entries` must also hold what links lead to, or ask for it when it is looked up; `links`
    returns the text of a symlink, `None` where it cannot be read. A file that only a link
    gives a telling name is found under its own path, with the link as alias.
    """
    rows = [
        (pattern, row.kind) for one in profiles for row in one.files for pattern in row.patterns
    ]
    kind_of: dict[str, Kind] = {}
    for pattern, kind in rows:
        kind_of.setdefault(pattern, kind)
    globs = globset(tuple(kind_of))
    kinds = tuple(kind_of.values())
    found = names(Lookup(entries, links), globs)
    aliases: dict[str, list[str]] = {}
    for name, path in sorted(found.paths.items()):
        aliases.setdefault(path, [])
        if name != path:
            aliases[path].append(name)
    files = []
    for path, others in sorted(aliases.items()):
        hit = next(at for name in (path, *others) if (at := globs.first(name)) is not None)
        files.append(ContextFile(path=path, kind=kinds[hit], aliases=tuple(others)))
    return Discovery(files=tuple(files), findings=found.findings)


def detected(profiles: Iterable[Profile], entries: Iterable[str]) -> tuple[Profile, ...]:
    """Return the profiles of which the tree holds a telling file, by `detect`.

    A file that several agents read tells of none of them: the profiles name only an agent's own
    files there. The convention that many share has a profile of its own.
    """
    wanted = tuple(profiles)
    patterns = tuple({pattern: None for one in wanted for pattern in one.detect})
    globs = globset(patterns)
    seen = {patterns[at] for path in globs.screened(entries) for at in globs.hits(path)}
    return tuple(one for one in wanted if seen.intersection(one.detect))
