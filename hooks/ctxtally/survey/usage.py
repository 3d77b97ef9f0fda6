"""The usage log of a repository, as a stream of usage."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ctxtally.adapters import ledger, usage_log
from ctxtally.adapters.columns import HELP, PARQUET, TooOddError, is_installed
from ctxtally.adapters.repeated import mark, repeated
from ctxtally.adapters.waiting import Waiting
from ctxtally.errors import UserError
from ctxtally.model.batch import single
from ctxtally.model.tally import Tally
from ctxtally.usage.duplicates import once
from ctxtally.usage.records import USAGE, is_record, read, taken

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.batch import Alike, Batch
    from ctxtally.model.ledger import Ledger
    from ctxtally.model.usage import Usage
    from ctxtally.usage.fields import Record

# From this size on DuckDB takes less CPU: some 10,000 lines (measured in tests/bench/LEDGER.md).
LARGE = 4 << 20

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
            found = once(self._records(holding), self._is_repeated(holding), self.tally)
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
        for one in self.read(kinds):
            yield single(one)

    @property
    def is_large(self) -> bool:
        """Say whether DuckDB pays, or nothing else can read it."""
        if any(path.endswith(PARQUET) for path in self._files):
            return True
        return sum(os.path.getsize(path) for path in self._files) >= LARGE

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
        marks = repeated(self._files)
        return lambda name: mark(name) in marks

    def _records(self, holding: Sequence[bytes]) -> Iterator[Usage]:
        objects = usage_log.objects(self._files, self.tally, is_record, holding)
        with Waiting() as waiting:
            for number, one in enumerate(taken(objects, self.tally)):
                if not number % _TOLD:
                    waiting.at(f"reading {self.shown}: {self.tally.lines:,} lines")
                yield one


def usage_of(place: Place, wanted: str | None) -> UsageLog:
    """Return the usage log of a repository, with what was rotated; `wanted` is configured."""
    return usage_in(ledger.locate(place, wanted))


def usage_in(log: Ledger) -> UsageLog:
    """Return a usage log, with what was rotated."""
    return UsageLog(usage_log.paths(log.path), log.shown)
