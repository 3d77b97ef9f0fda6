"""The usage log of a repository, as a stream of usage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import ledger, usage_log
from ctxtally.adapters.repeated import mark, repeated
from ctxtally.errors import UserError
from ctxtally.model.tally import Tally
from ctxtally.usage.duplicates import once
from ctxtally.usage.records import USAGE, is_record, read

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.ledger import Ledger
    from ctxtally.model.usage import Usage


class UsageLog:
    """Log files that are read anew by each `read`; `tally` tells of the last one that ended."""

    def __init__(self, files: Sequence[str], shown: str) -> None:
        self.shown = shown
        self.tally = Tally()
        self._files = tuple(files)

    def read(
        self, kinds: Collection[str] = (USAGE,), *, holding: Sequence[bytes] = ()
    ) -> Iterator[Usage]:
        """Yield each record of these kinds once, in no order that matters.

        With `holding`, only lines that hold one of these texts are looked at.
        """
        self.tally = Tally()
        try:
            found = once(self._records(holding), self._is_repeated(holding), self.tally)
            yield from (one for one in found if one.kind in kinds)
        except OSError as error:
            raise UserError(
                f"{self.shown} cannot be read: {error.strerror or error}",
                help="make it readable, or take it away",
            ) from error

    def _is_repeated(self, holding: Sequence[bytes]) -> Callable[[str], bool]:
        """Return what says whether an id may come twice; of a few lines, every one may."""
        if holding:
            return lambda _: True
        marks = repeated(self._files)
        return lambda name: mark(name) in marks

    def _records(self, holding: Sequence[bytes]) -> Iterator[Usage]:
        tally = self.tally
        for record, twice in usage_log.objects(self._files, tally, is_record, holding):
            found = read(record, twice)
            tally.drift += found.drift
            tally.others += found.other
            tally.skipped += found.usage is None and not found.other
            if found.usage is not None:
                yield found.usage


def usage_of(place: Place, wanted: str | None) -> UsageLog:
    """Return the usage log of a repository, with what was rotated; `wanted` is configured."""
    return usage_in(ledger.locate(place, wanted))


def usage_in(log: Ledger) -> UsageLog:
    """Return a usage log, with what was rotated."""
    return UsageLog(usage_log.paths(log.path), log.shown)
