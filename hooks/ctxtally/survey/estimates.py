"""What context files cost the agents that read them, estimated where no tokenizer is public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.count import Count
from ctxtally.tokens import calibration
from ctxtally.tokens.decoding import decode
from ctxtally.tokens.families import OPENAI, UNKNOWN, family_of, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ctxtally.model.measured import Measured
    from ctxtally.model.tree import Entry, Tree
    from ctxtally.tokens.cache import CountCache

# Kinds of files that say by their names which agent reads them.
_READ_BY_NAME = frozenset({"instructions", "rule", "skill", "command", "agent"})


def estimates(
    tree: Tree, files: Iterable[Measured], entries: Mapping[str, Entry], cache: CountCache
) -> dict[str, Count]:
    """Return estimates by path, for files whose reader has another tokenizer than ours.

    They are remembered by blob, family and version of the calibration, as counts are.
    """
    found: dict[str, Count] = {}
    wanted: dict[str, tuple[Measured, str]] = {}
    for file in files:
        family = family_of(_reader(file))
        if file.kind not in _READ_BY_NAME or family in (OPENAI, UNKNOWN):
            continue
        known = [cache.find(key, [file.oid]).get(file.oid) for key in _keys(family, file.path)]
        if None in known:
            wanted[file.path] = file, family
        else:
            tokens, low, high = (one or 0 for one in known)
            found[file.path] = Count(
                tokens=tokens, counter=family, method="calibrated", low=low, high=high
            )
    for entry, raw in tree.read([entries[path] for path in wanted]):
        file, family = wanted[entry.path]
        text = decode(raw)
        if isinstance(text, str):
            kind = kind_of(entry.path)
            count = calibration.estimate(text, family, kind=kind)
            found[entry.path] = count
            for key, number in zip(
                _keys(family, entry.path), (count.tokens, count.low, count.high), strict=True
            ):
                cache.add(key, {file.oid: number})
    return found


def _reader(file: Measured) -> str:
    """Return the name that tells the reader: the first of the file and its aliases that does."""
    names = (file.path, *file.aliases)
    return next((name for name in names if family_of(name) != UNKNOWN), file.path)


def _keys(family: str, path: str) -> tuple[str, str, str]:
    # The band depends on the kind of file.
    stem = f"{family}-{kind_of(path)}"
    version = calibration.version()
    return f"{stem}@{version}", f"{stem}-low@{version}", f"{stem}-high@{version}"
