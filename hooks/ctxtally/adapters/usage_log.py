"""Reads JSON-lines logs as they are found: cut off, merged, padded with NUL bytes, very long."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from json import JSONDecoder
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters.columns import PARQUET, TooOddError
from ctxtally.adapters.files import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from typing import Any, BinaryIO

    from ctxtally.adapters.columns import Odd
    from ctxtally.model.tally import Tally

    Accept = Callable[[dict[str, Any]], bool]

# As `maximum_object_size` of the engines that read such logs too is set.
LONGEST = 64 << 20
# How often, and how much text, is tried again in one line that is broken: each try may read to its
# end. Events are flat, so a record that was cut off has few beginnings.
_MOST_TRIES = 256
_MOST_TRIED = 64 << 20
_BLOCK = 1 << 20
# How append.py calls a log that was full.
_ROTATED = re.compile(r"(.*-[0-9]{4}-[0-9]{2})(?:-([0-9]{1,9}))?\.")
_BOM = b"\xef\xbb\xbf"
# A key after which no colon follows at once; the colons of the others tell how many keys there are.
_APART = ('" ', '"\t', '"\r')


class Found(NamedTuple):
    """One object; `repeated` are the keys that stand in it more than once."""

    record: dict[str, Any]
    repeated: Collection[str] = ()


def paths(log: str) -> list[str]:
    """Return the files of a log in the order in which they were written.

    Those that were rotated come first: `usage-log-2026-11.jsonl`, then `usage-log-2026-11-2.jsonl`.
    """
    folder, name = os.path.split(log)
    stem, end = os.path.splitext(name)
    try:
        beside = sorted(os.listdir(folder or "."), key=_order)
    except OSError:
        return []
    rotated = [
        one
        for one in beside
        if one.startswith(f"{stem}-") and os.path.splitext(one)[1] in (end, PARQUET)
    ]
    # A file that is still there was not replaced to the end by what it became.
    unfinished = {made for one in rotated if one.endswith(end) for made in compacted(one)}
    rotated = [one for one in rotated if one not in unfinished]
    files = [os.path.join(folder, one) for one in rotated]
    return [one for one in (*files, log) if _is_file(one)]


def _order(name: str) -> tuple[str, int, str]:
    """Return what sorts names by their month, and then by their number in it."""
    found = _ROTATED.match(name)
    return (found[1], int(found[2] or 1), name) if found else (name, 0, name)


def compacted(path: str) -> tuple[str, str]:
    """Return what a log file becomes that is compacted, and where its bad lines stay.

    >>> compacted("usage-log-2026-10.jsonl")
    ('usage-log-2026-10.parquet', 'usage-log-2026-10.bad.jsonl')
    """
    stem, end = os.path.splitext(path)
    return stem + PARQUET, f"{stem}.bad{end}"


def _is_file(path: str) -> bool:
    """Say whether there is a file itself: a log is never read through a link."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def whole(path: str) -> object:
    """Return what a file holds that is one JSON document; raises OSError or ValueError."""
    with opened(path) as file:
        raw = file.read(LONGEST + 1)
    if len(raw) > LONGEST:
        raise ValueError(f"it has more than {LONGEST:,} bytes")
    try:
        return _PLAIN.decode(raw.decode("utf-8-sig"))
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


def objects(
    files: Iterable[str], tally: Tally, accept: Accept, holding: Sequence[bytes] = ()
) -> Iterator[Found]:
    """Yield the objects of files, one line in memory at a time; raises OSError.

    `accept` says whether an object that is found within a broken line is a record for itself. With
    `holding`, only lines that hold one of these texts are looked at.
    """
    for path in files:
        for line in lines(path):
            if holding and not any(text in line for text in holding):
                continue
            tally.lines += 1
            yield from objects_in(line, tally, accept)


def lines(path: str) -> Iterator[bytes]:
    """Yield the lines of a file that are not blank; raises OSError."""
    if path.endswith(PARQUET):
        from ctxtally.adapters import parquet

        yield from parquet.lines(path)
        return
    with opened(path) as file:
        for line in _lines(file):
            if not line.isspace():
                yield line


def chosen(path: str, odd: Iterable[Odd]) -> Iterator[bytes]:
    """Yield the lines of a file with these numbers; raises TooOddError where they do not fit."""
    left = iter(odd)
    wanted = next(left, None)
    if wanted is None:
        return
    for number, line in enumerate(lines(path)):
        if number < wanted.line:
            continue
        if wanted.size not in (None, len(line.strip())):
            raise TooOddError(f"line {number + 1} is another than DuckDB read")
        yield line
        wanted = next(left, None)
        if wanted is None:
            return


def holds(path: str, count: int) -> bool:
    """Say whether a file has so many lines that are not blank; raises OSError."""
    if path.endswith(PARQUET):
        return True
    return _line_feeds(path) == count or sum(1 for _ in lines(path)) == count


def _line_feeds(path: str) -> int:
    """Return the number of lines of a file, or -1 where the last one does not end."""
    found, block = 0, b"\n"
    with open(path, "rb") as file:
        while more := file.read(_BLOCK):
            block = more
            found += block.count(b"\n")
    return found if block.endswith(b"\n") else -1


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield lines; of one that is too long only its beginning, which is no JSON."""
    first = True
    while line := file.readline(LONGEST):
        if first:
            line, first = line.removeprefix(_BOM), False
        if len(line) >= LONGEST and not line.endswith(b"\n"):
            line = line[:1]
            while (rest := file.readline(_BLOCK)) and not rest.endswith(b"\n"):
                pass
        if line:
            yield line


def objects_in(line: bytes, tally: Tally, accept: Accept) -> Iterator[Found]:
    """Yield the object of a line, or those within it where it is none."""
    # A byte that is not UTF-8 makes a text that cannot be encoded again.
    text = line.decode("utf-8", "surrogateescape")
    try:
        record = _PLAIN.decode(_utf8(text))
        twice = _repeated(text, record) if isinstance(record, dict) else ()
    except (ValueError, RecursionError):
        tally.bad += 1
        for found in _parts(text, accept):
            tally.recovered += 1
            yield found
        return
    if isinstance(record, dict):
        yield Found(record, twice)
    else:
        tally.bad += 1


def _utf8(text: str) -> str:
    """Return a text, or raise ValueError where it holds what was not UTF-8."""
    if not text.isascii():
        text.encode("utf-8")
    return text


def _parts(text: str, accept: Accept) -> Iterator[Found]:
    """Yield the records within a line that is none: one was cut off, or a line feed is missing."""
    start, tries, tried = text.find('{"'), 0, 0
    while start >= 0 and tries < _MOST_TRIES and tried < _MOST_TRIED:
        tries += 1
        try:
            record, end = _PLAIN.raw_decode(text, start)
            twice = _repeated(_utf8(text[start:end]), record)
        except (ValueError, RecursionError) as error:
            tried += getattr(error, "pos", len(text)) - start
            start = text.find('{"', start + 1)
            continue
        tried += end - start
        if accept(record):
            yield Found(record, twice)
            start = end - 1
        start = text.find('{"', start + 1)


def _repeated(text: str, record: dict[str, Any]) -> Collection[str]:
    """Return the keys that an object has twice, of which JSON does not say which one holds."""
    if text.count('":') == len(record) and not any(one in text for one in _APART):
        return ()
    outermost: list[str] = []

    def pairs(given: list[tuple[str, Any]]) -> None:
        outermost[:] = [name for name, _ in given]  # that of the whole comes last

    JSONDecoder(object_pairs_hook=pairs, parse_int=str).decode(text)
    seen = Counter(outermost)
    return frozenset(name for name, times in seen.items() if times > 1)


def _constant(name: str) -> str:
    """Keep NaN and Infinity as they are written: no such number is taken for a value."""
    return name


# A number is kept as it is written, so that it can be judged before it is rounded.
_PLAIN = JSONDecoder(parse_int=str, parse_float=str, parse_constant=_constant)
