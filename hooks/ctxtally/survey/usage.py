"""The usage log of a repository, as a stream of usage."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from ctxtally.adapters import ledger, samples, usage_log
from ctxtally.adapters.columns import HELP, PARQUET, TooOddError, is_installed
from ctxtally.adapters.repeated import among, repeated
from ctxtally.adapters.waiting import Waiting
from ctxtally.errors import UserError
from ctxtally.model.tally import Tally
from ctxtally.survey.stream import Stream
from ctxtally.usage.duplicates import once
from ctxtally.usage.layouts import layout_of
from ctxtally.usage.records import USAGE, is_record, read

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from typing import TypeVar

    from ctxtally.adapters.git import Place
    from ctxtally.model.batch import Alike, Batch
    from ctxtally.model.ledger import Ledger
    from ctxtally.model.usage import Usage
    from ctxtally.usage.fields import Record

    T = TypeVar("T")

# From this size on DuckDB takes less CPU where lines cannot be decoded at once: some 10,000 lines
# (measured in tests/bench/LEDGER.md). Where they can, it takes as much at best.
LARGE = 4 << 20
# So many of the lines have to be such: the others take three times as long.
REGULAR = 0.9
# From this size on it pays to load msgspec, which takes as long as some 600 lines without it.
QUICK = 256 << 10

# So many records are read between two looks at the clock.
_TOLD = 1_000


class UsageLog:
    """Log files that are read anew by each `read`; `tally` tells of the last one that ended."""

    def __init__(self, files: Sequence[str], shown: str) -> None:
        self.shown = shown
        self.tally = Tally()
        self.remarks: list[str] = []
        self._files = tuple(files)

    def read(
        self, kinds: Collection[str] = (USAGE,), *, holding: Sequence[bytes] = ()
    ) -> Iterator[Usage]:
        """Yield each record of these kinds once, in no order that matters.

        With `holding`, only lines that hold one of these texts are looked at.
        """
        self.tally = Tally()
        with self._told():
            found = once(
                self._shown(self._stream(holding).usages()), self._is_repeated(holding), self.tally
            )
            yield from (one for one in found if one.kind in kinds)

    def records(self, holding: Sequence[bytes]) -> Iterator[tuple[Record, Usage]]:
        """Yield usage beside all that its record says, in the order in which it was written."""
        with self._told():
            for one in usage_log.objects(self._files, Tally(), is_record, holding):
                usage = read(*one).usage
                if usage is not None:
                    yield one.record, usage

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UserError(
                f"{self.shown} cannot be read: {error.strerror or error}",
                help="make it readable, or take it away",
            ) from error

    def batches(self, alike: Alike, kinds: Collection[str] = (USAGE,)) -> Iterator[Batch]:
        """Yield the records of these kinds once, added up where that is faster."""
        if self.is_large and self._is_faster():
            try:
                yield from self._grouped(alike, kinds)
            except TooOddError as error:
                self.remarks.append(f"{self.shown} was read by plain Python: {error}")
            else:
                return
        yield from self._gathered(alike, kinds)

    def _gathered(self, alike: Alike, kinds: Collection[str]) -> Iterator[Batch]:
        """Yield the same by plain Python."""
        self.tally = Tally()
        with self._told():
            stream = self._stream()
            yield from stream.batches(
                self._shown(stream.told()), alike, kinds, repeated(self._files)
            )

    @property
    def is_large(self) -> bool:
        """Say whether DuckDB pays."""
        return (self._size >= LARGE or self._is_compacted) and not self._is_regular()

    @property
    def adds_up(self) -> bool:
        """Say whether a batch may be of several records."""
        return self._size >= min(LARGE, QUICK) or self._is_compacted

    @property
    def _is_compacted(self) -> bool:
        return any(path.endswith(PARQUET) for path in self._files)

    def _is_regular(self) -> bool:
        """Say whether nearly all lines can be decoded at once, by a look at some of them."""
        with self._told():
            found = [layout_of(keys) for keys in samples.each(self._files)]
        return sum(one is not None for one in found) >= REGULAR * len(found)

    def _is_faster(self) -> bool:
        if is_installed():
            return True
        self.remarks.append(f"{self.shown} is read faster with DuckDB: {HELP}")
        return False

    def _grouped(self, alike: Alike, kinds: Collection[str]) -> Iterator[Batch]:
        from ctxtally.survey.grouped import batches

        self.tally = Tally()
        with self._told():
            yield from batches(self._files, alike, kinds, self.tally)

    def _is_repeated(self, holding: Sequence[bytes]) -> Callable[[str], bool]:
        """Return what says whether an id may come twice; of a few lines, every one may."""
        if holding:
            return lambda _: True
        return among(repeated(self._files))

    def _stream(self, holding: Sequence[bytes] = ()) -> Stream:
        return Stream(self._files, self.tally, quick=self._size >= QUICK, holding=holding)

    @cached_property
    def _size(self) -> int:
        """Return the bytes at first: how the log is read stays the same while it grows."""
        return sum(os.path.getsize(path) for path in self._files)

    def _shown(self, usages: Iterable[T]) -> Iterator[T]:
        """Yield what is read, and tell on a terminal how far that is."""
        with Waiting() as waiting:
            for number, one in enumerate(usages):
                if not number % _TOLD:
                    waiting.at(f"reading {self.shown}: {self.tally.lines:,} lines")
                yield one


def usage_of(place: Place, wanted: str | None) -> UsageLog:
    """Return the usage log of a repository, with what was rotated; `wanted` is configured."""
    return usage_in(ledger.locate(place, wanted))


def usage_in(log: Ledger) -> UsageLog:
    """Return a usage log, with what was rotated."""
    return UsageLog(usage_log.paths(log.path), log.shown)
