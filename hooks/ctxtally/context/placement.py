"""Which files of a tree belong to which row of a profile, as seen from a directory."""

from __future__ import annotations

from posixpath import basename
from typing import TYPE_CHECKING

from ctxtally.context.globset import globset
from ctxtally.model.record import dataclass
from ctxtally.text.globs import matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ctxtally.context.globset import GlobSet
    from ctxtally.model.profile import Files, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A file that a row names: under `name`, which a link may give it, at `path`.

    `glob` is the position of the glob in the row, `below` says that the file lies further down than
    the session.
    """

    row: Files
    glob: int
    name: str
    path: str
    below: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """`hits` by row and directory; `taken` are the directories in which a row is not wanted."""

    profile: Profile
    hits: Mapping[str, Mapping[str, Sequence[Seed]]]
    taken: Mapping[str, frozenset[str]]

    def seeds(self, directory: str) -> list[Seed]:
        """Return what a session in `directory` loads or may load, in the order of loading."""
        chain = list(_chain(directory))
        if self.profile.order == "nearest-first":
            chain.reverse()
        rows = [(row, self._visible(row, chain, directory)) for row in self.profile.files]
        seeds = [
            seed
            for place in chain
            for row, visible in rows
            if place in visible
            for seed in self._picked(row, place)
        ]
        return [*seeds, *self._below(directory, chain)]

    def directories(self) -> tuple[str, ...]:
        """Return the directories, `.` first, that load something else than the one above them."""
        candidates = {"."}
        for row in self.profile.files:
            if not {"chain", "dir"}.isdisjoint(row.at):
                candidates.update(place or "." for place in self.hits.get(row.id, {}))
        # Nobody works in a folder of settings, although files there may look nested.
        candidates = {one for one in candidates if one == "." or "/." not in f"/{one}"}
        paths: dict[str, list[str]] = {}
        for directory in sorted(candidates, key=lambda name: "" if name == "." else name):
            mine = [seed.path for seed in self.seeds(directory) if not seed.below]
            above = (
                next(
                    place or "."
                    for place in reversed(list(_chain(directory)))
                    if (place or ".") in paths
                )
                if paths
                else ""
            )
            if not paths or mine != paths[above]:
                paths[directory] = mine
        return tuple(paths)

    def _visible(self, row: Files, chain: Sequence[str], directory: str) -> set[str]:
        visible = set(chain) if "chain" in row.at else set()
        if "root" in row.at:
            visible.add("")
        if "dir" in row.at:
            visible.add("" if directory == "." else directory)
        if not self.taken.get(row.id, frozenset()).isdisjoint(visible):
            return set()
        if row.pick == "nearest":
            hits = self.hits.get(row.id, {})
            return {max((place for place in visible if place in hits), key=len, default="")}
        return visible

    def _below(self, directory: str, chain: Sequence[str]) -> Iterator[Seed]:
        beginning = "" if directory == "." else f"{directory}/"
        for row in self.profile.files:
            taken = self.taken.get(row.id, frozenset())
            if "below" not in row.at or not taken.isdisjoint(chain):
                continue
            deeper = self.hits.get(row.id, {}).keys() - taken - set(chain)
            for place in sorted(deeper):
                if place.startswith(beginning):
                    yield from self._picked(row, place, below=True)

    def _picked(self, row: Files, place: str, *, below: bool = False) -> Iterator[Seed]:
        hits = self.hits.get(row.id, {}).get(place, ())
        first = min((hit.glob for hit in hits), default=0)
        for hit in hits:
            if row.pick == "all" or hit.glob == first:
                yield Seed(row=row, glob=hit.glob, name=hit.name, path=hit.path, below=below)


def row_globs(profile: Profile) -> GlobSet:
    """Return every glob of a profile that decides what is loaded."""
    return globset([pattern for _, _, _, pattern in _patterns(profile)])


def placed(profile: Profile, globs: GlobSet, paths: Mapping[str, str]) -> Placement:
    """Sort names by row and directory; `paths` maps a name to the file it leads to."""
    patterns = list(_patterns(profile))
    hits: dict[str, dict[str, list[Seed]]] = {}
    taken: dict[str, set[str]] = {}
    for name, path in paths.items():
        for at in globs.hits(name):
            row, glob, position, pattern = patterns[at]
            place = _place(name, glob) if pattern != glob else ""
            inner = name[len(place) + 1 :] if place else name
            if any(matches(inner, one) for one in row.without):
                continue
            if position is None:
                taken.setdefault(row.id, set()).add(place)
            else:
                seed = Seed(row=row, glob=position, name=name, path=path)
                hits.setdefault(row.id, {}).setdefault(place, []).append(seed)
    for row in profile.files:
        for found in hits.get(row.id, {}).values():
            if row.sort == "name":
                found.sort(key=_by_name)
            else:
                found.sort(key=_by_path)
    return Placement(
        profile=profile, hits=hits, taken={row: frozenset(places) for row, places in taken.items()}
    )


def _patterns(profile: Profile) -> Iterator[tuple[Files, str, int | None, str]]:
    """Yield each glob with its row, its position there (none for `unless`), and anchored."""
    for row in profile.files:
        for position, glob in enumerate(row.globs):
            yield row, glob, position, row.patterns[position]
        for glob, pattern in zip(row.unless, row.anchored(row.unless), strict=True):
            yield row, glob, None, pattern


def _place(name: str, glob: str) -> str:
    """Return the directory from which `glob` names `name`: the topmost one where several do."""
    names = name.split("/")
    starts: Iterable[int] = range(len(names))
    if "**" not in glob:
        starts = (len(names) - glob.count("/") - 1,)
    start = next(at for at in starts if matches("/".join(names[at:]), glob))
    return "/".join(names[:start])


def _chain(directory: str) -> Iterator[str]:
    """Yield the directories from the top, which is empty, down to `directory`."""
    yield ""
    if directory != ".":
        end = directory.find("/")
        while end >= 0:
            yield directory[:end]
            end = directory.find("/", end + 1)
        yield directory


def _by_path(seed: Seed) -> str:
    return seed.name


def _by_name(seed: Seed) -> tuple[str, str]:
    return basename(seed.name), seed.name
