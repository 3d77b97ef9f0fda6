"""The globs of many profiles as one quick sieve for the paths of a large tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass
from ctxtally.text.globs import alternatives, matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxtally.model.profile import Profile

_WILD = frozenset("*?[")
_FIRST_WILD = re.compile(r"[*?\[]")


def pathspecs(profiles: Iterable[Profile]) -> tuple[str, ...]:
    """Return git pathspecs that cover every glob and settings file of the profiles.

    Each has at most one star, mostly at its start, or none: git needs seven times the start of an
    interpreter for twenty specs with `**` in a tree of 23,000 paths. Directories whose name begins
    with a dot are taken whole, so that links below them are seen, whatever their names.
    """
    globs: set[str] = set()
    files: set[str] = set()
    for profile in profiles:
        for row in profile.files:
            globs.update(row.patterns)
            globs.update(row.anchored(row.unless))
        globs.update(profile.detect)
        files.update(setting.file for setting in profile.settings)
    suffixes, prefixes = _screen(globs | files)
    plain = {prefix for prefix in prefixes if not prefix.startswith(".")}
    # One spec for all names at the top that begin with a dot: git looks at each spec for each path.
    return tuple(sorted({".*"} | {f"*{suffix}" for suffix in suffixes} | _outermost(plain)))


def covering(globs: Iterable[str]) -> tuple[str, ...]:
    """Return pathspecs of the same form that cover globs which somebody else wrote.

    >>> covering(["docs/**", "**/*.{md,mdc}", "!docs/old/**"])
    ('*.md', '*.mdc', 'docs')
    """
    wanted = {one for glob in globs if not glob.startswith("!") for one in alternatives(glob)}
    suffixes, prefixes = _screen(wanted)
    return tuple(sorted({f"*{suffix}" for suffix in suffixes} | _outermost(prefixes)))


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobSet:
    """Patterns in the order of their importance, arranged so that most paths fail at once.

    A path passes the screen by one of `suffixes` or `prefixes`; `by_directory` remembers which
    patterns can match in a directory at all.
    """

    patterns: tuple[str, ...]
    suffixes: tuple[str, ...]
    prefixes: tuple[str, ...]
    tails: tuple[str, ...]
    needles: tuple[str, ...]
    by_directory: dict[str, tuple[int, ...]]

    def screened(self, paths: Iterable[str]) -> list[str]:
        """Return the paths that might match, in their order."""
        suffixes, prefixes = self.suffixes, self.prefixes
        heads = {prefix[0] for prefix in prefixes}
        return [
            path
            for path in paths
            if path.endswith(suffixes) or (path[0] in heads and path.startswith(prefixes))
        ]

    def first(self, path: str) -> int | None:
        """Return the position of the first pattern that matches `path`."""
        return next(self.hits(path), None)

    def hits(self, path: str) -> Iterator[int]:
        """Yield the positions of the patterns that match `path`."""
        directory = path[: path.rfind("/") + 1]
        possible = self.by_directory.get(directory)
        if possible is None:
            around = f"/{directory}"
            possible = tuple(at for at, needle in enumerate(self.needles) if needle in around)
            self.by_directory[directory] = possible
        for at in possible:
            if path.endswith(self.tails[at]) and matches(path, self.patterns[at]):
                yield at

    def may_hold(self, link: str) -> bool:
        """Say whether a directory at `link` could hold, or lie within, what a pattern names."""
        around = f"/{link}/"
        for needle in self.needles:
            if needle == "/":
                continue
            names = needle.strip("/").split("/")
            heads = (f"/{'/'.join(names[:end])}/" for end in range(1, len(names) + 1))
            if needle in around or any(around.endswith(head) for head in heads):
                return True
        return False


def globset(patterns: Sequence[str]) -> GlobSet:
    """Arrange patterns, the most important first."""
    suffixes, prefixes = _screen(patterns)
    return GlobSet(
        patterns=tuple(patterns),
        suffixes=tuple(sorted(suffixes)),
        prefixes=tuple(sorted(one.removesuffix("*") for one in _outermost(prefixes))),
        tails=tuple(map(_tail, patterns)),
        needles=tuple(f"/{_directories(pattern)}" for pattern in patterns),
        by_directory={},
    )


def _screen(globs: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return endings of paths, and beginnings for globs anchored at the top."""
    suffixes: set[str] = set()
    anchored: list[str] = []
    for glob in globs:
        if glob.startswith("**/") or glob[:1] in _WILD:
            suffixes.add(_ending(glob))
        else:
            anchored.append(glob)
    prefixes = {
        _beginning(glob) for glob in anchored if not _ending(glob).endswith(tuple(suffixes))
    }
    return suffixes, prefixes


def _tail(glob: str) -> str:
    """Return what stands behind the last wildcard of the last name, the name where it has none."""
    name = glob.rpartition("/")[2]
    return name[max(name.rfind(char) for char in "*?]") + 1 :]


def _ending(glob: str) -> str:
    """Return the extension of the last name, the whole tail where it has none."""
    tail = _tail(glob)
    stem, dot, extension = tail.rpartition(".")
    return f".{extension}" if dot and (stem or tail != glob.rpartition("/")[2]) else tail


def _beginning(glob: str) -> str:
    """Return the leading names without a wildcard, or the first name up to it and a star."""
    names = glob.split("/")
    wild = next((at for at, name in enumerate(names) if _WILD & set(name)), len(names))
    if wild == 0:
        return f"{_FIRST_WILD.split(glob, maxsplit=1)[0]}*"
    return "/".join(names[:wild])


def _directories(glob: str) -> str:
    """Return the first run of literal directory names, each with its slash."""
    names = glob.removeprefix("**/").split("/")[:-1]
    wild = next((at for at, name in enumerate(names) if _WILD & set(name)), len(names))
    return "".join(f"{name}/" for name in names[:wild])


def _outermost(prefixes: Iterable[str]) -> set[str]:
    kept: set[str] = set()
    for prefix in sorted(prefixes):
        if not any(prefix == one or prefix.startswith(f"{one}/") for one in kept):
            kept.add(prefix)
    return kept
