"""What git is asked for, and what of a list of paths it would answer."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ctxtally.model.tree import Entry


def pathspecs(specs: Iterable[str], paths: Iterable[str]) -> Iterator[str]:
    """Yield what git is asked for: specs seen from the top, and paths taken literally.

    What a spec that begins with a star, or a folder above, names already is left out: git looks at
    each spec for each path, so that forty cost the start of an interpreter for 23,000 paths.
    """
    specs = tuple(specs)
    stars = tuple(spec for spec in specs if spec.startswith("*"))
    yield from (f":(top){spec}" for spec in specs if spec in stars or not is_listed(spec, stars))
    above: set[str] = set()
    for path in sorted(paths):
        if not is_listed(path, stars) and above.isdisjoint(folders(path)):
            above.add(path)
            yield f":(top,literal){path}"


def is_listed(path: str, specs: Sequence[str]) -> bool:
    """Say whether git would list `path` for one of `specs`: a path, a folder, or one star.

    >>> is_listed("a/b.md", ["*.md"]), is_listed("a/b.md", ["a"]), is_listed("a/b.md", ["b.md"])
    (True, True, False)
    """
    return any(_fits(path, spec) for spec in specs)


def _fits(path: str, spec: str) -> bool:
    before, star, behind = spec.partition("*")
    if not star:
        return path == spec or path.startswith(spec + "/")
    long_enough = len(path) >= len(before) + len(behind)
    return long_enough and path.startswith(before) and path.endswith(behind)


def folders(path: str) -> Iterator[str]:
    """Yield the folders above a path, the outermost first."""
    end = path.find("/")
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)


def at_or_below(entries: Mapping[str, Entry], paths: Iterable[str]) -> dict[str, Entry]:
    """Return the entries at these paths, and below those that are directories."""
    wanted = set(paths)
    return {
        path: entry
        for path, entry in entries.items()
        if path in wanted or any(folder in wanted for folder in folders(path))
    }
