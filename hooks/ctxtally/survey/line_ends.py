"""Sizes in bytes with CRLF counted as LF, as what is recorded does not depend on a checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.record import replace
from ctxtally.survey.measure import BATCH_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ctxtally.model.loadset import AgentLoad, LoadedFile
    from ctxtally.model.measured import Measured
    from ctxtally.model.tree import Entry
    from ctxtally.survey.measure import Meter

# The key of the count cache for how many CRLF a blob has.
_KEY = "crlf@1"
_CRLF = b"\r\n"


def files_in_lf(
    files: Sequence[Measured], meter: Meter, entries: Mapping[str, Entry]
) -> tuple[Measured, ...]:
    """Return counted files with the bytes that they have with LF."""
    many = _many({file.path: file.bytes for file in files}, meter, entries)
    return tuple(replace(file, bytes=file.bytes - many.get(file.path, 0)) for file in files)


def loads_in_lf(
    agents: Sequence[AgentLoad], meter: Meter, entries: Mapping[str, Entry]
) -> tuple[AgentLoad, ...]:
    """Return load sets with the bytes that their files have with LF.

    Where an agent cuts is decided by raw bytes.
    """
    files = [file for one in agents for file in one.loads.files]
    many = _many({file.path: _whole(file) for file in files}, meter, entries)
    kept = _many_kept(files, meter, entries)

    def in_lf(file: LoadedFile) -> LoadedFile:
        inside = many.get(file.path, 0)
        first = kept.get((file.path, file.bytes_kept), 0) if file.bytes_cut else inside
        return replace(
            file,
            bytes_kept=file.bytes_kept - first,
            bytes_cut=file.bytes_cut - (inside - first),
        )

    return tuple(
        replace(one, loads=replace(one.loads, files=tuple(map(in_lf, one.loads.files))))
        for one in agents
    )


def _many(sizes: Mapping[str, int], meter: Meter, entries: Mapping[str, Entry]) -> dict[str, int]:
    """Return how many CRLF there are in each file."""
    wanted = {path: entries[path].oid for path in sizes if path in entries}
    known = meter.cache.find(_KEY, filter(None, wanted.values()))
    found = {path: known[oid] for path, oid in wanted.items() if oid in known}
    fresh = {}
    unknown = {path: sizes[path] for path in wanted if path not in found}
    for entry, raw in _read(unknown, meter, entries):
        found[entry.path] = fresh[entry.oid] = raw.count(_CRLF)
    meter.cache.add(_KEY, fresh)
    return found


def _many_kept(
    files: Iterable[LoadedFile], meter: Meter, entries: Mapping[str, Entry]
) -> dict[tuple[str, int], int]:
    """Return how many CRLF there are in what agents keep of files that they cut, by that size."""
    cut = [file for file in files if file.bytes_cut and file.bytes_kept and file.path in entries]
    wanted: dict[str, set[int]] = {}
    for file in cut:
        wanted.setdefault(file.path, set()).add(file.bytes_kept)
    return {
        (entry.path, size): raw.count(_CRLF, 0, size)
        for entry, raw in _read({file.path: _whole(file) for file in cut}, meter, entries)
        for size in wanted[entry.path]
    }


def _whole(file: LoadedFile) -> int:
    return file.bytes_kept + file.bytes_cut


def _read(
    sizes: Mapping[str, int], meter: Meter, entries: Mapping[str, Entry]
) -> Iterator[tuple[Entry, bytes]]:
    """Yield the content of files, a bounded number of bytes at a time."""
    batch: list[Entry] = []
    pending = 0
    for path, size in sizes.items():
        batch.append(entries[path])
        pending += size
        if pending > BATCH_BYTES:
            yield from meter.tree.read(batch)
            batch, pending = [], 0
    if batch:
        yield from meter.tree.read(batch)
