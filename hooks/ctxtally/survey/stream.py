"""The lines of a usage log: most are decoded at once, the others are read with care."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import usage_log
from ctxtally.adapters.layouts import Layouts, is_plain
from ctxtally.adapters.log_blocks import blocks
from ctxtally.adapters.repeated import among
from ctxtally.model.batch import single
from ctxtally.usage import fields
from ctxtally.usage.duplicates import Once
from ctxtally.usage.gathered import Gathered
from ctxtally.usage.layouts import layout_of, moment_of, usage_in
from ctxtally.usage.records import MARKS, USAGE, is_record, taken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from ctxtally.adapters.layouts import Told
    from ctxtally.adapters.usage_log import Found
    from ctxtally.model.batch import Alike, Batch
    from ctxtally.model.layout import Layout, Line
    from ctxtally.model.tally import Tally
    from ctxtally.model.usage import Usage

# Sums that are held at once, of some kilobyte each.
_MOST = 10_000
_KINDS = frozenset((USAGE, *MARKS))


class Stream:
    """What log files tell, in their order; `tally` grows while they are read.

    With `quick`, lines whose keys come again and again are decoded at once. With `holding`, only
    lines that hold one of these texts are looked at.
    """

    def __init__(
        self, files: Iterable[str], tally: Tally, *, quick: bool, holding: Sequence[bytes] = ()
    ) -> None:
        self._files = tuple(files)
        self._tally = tally
        self._holding = tuple(holding)
        self._layouts = Layouts(fields.EVERY_TEXT) if quick else None

    def told(self) -> Iterator[Told | Usage]:
        """Yield lines that were decoded at once, and the usage of all others; raises OSError."""
        for path in self._files:
            for block in blocks(path):
                yield from self._told(block)

    def usages(self) -> Iterator[Usage]:
        """Yield what is told of usage; raises OSError."""
        for one in self.told():
            yield self.usage(*one) if isinstance(one, tuple) else one

    def usage(self, line: Line, layout: Layout) -> Usage:
        """Return what a line tells that was decoded at once."""
        return usage_in(line, layout, self._moment(line))

    def batches(
        self,
        told: Iterable[Told | Usage],
        alike: Alike,
        kinds: Collection[str],
        marks: Collection[int],
    ) -> Iterator[Batch]:
        """Yield the records of these kinds once, those that were decoded at once added up.

        `marks` are those of ids and keys that may come again.
        """
        is_repeated = among(marks)
        seen = Once(is_repeated, self._tally)
        found = Gathered(alike)
        for one in told:
            if isinstance(one, tuple):
                line, layout = one
                if not marks or not (is_repeated(line.id) or is_repeated(line.key)):
                    if line.kind in kinds:
                        found.add(line, layout, self._moment(line))
                        if len(found) >= _MOST:
                            yield from found.taken()
                    continue
                usage = self.usage(line, layout)
            else:
                usage = one
            if seen.passes(usage) and usage.kind in kinds:
                yield single(usage)
        yield from found.taken()
        yield from (single(usage) for usage in seen.best() if usage.kind in kinds)

    def _moment(self, line: Line) -> float | None:
        moment = moment_of(line.ts)
        self._tally.drift += moment is None
        return moment

    def _told(self, block: bytes) -> Iterator[Told | Usage]:
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n")
        lines = [line for line in block.split(b"\n") if line and not line.isspace()]
        if self._holding:
            lines = [line for line in lines if any(text in line for text in self._holding)]
        tally = self._tally
        tally.lines += len(lines)
        if self._layouts is None:
            yield from self._weighed(lines)
            return
        for one in self._layouts.decoded(lines, plain=is_plain(block)):
            if not isinstance(one, tuple):
                yield from self._weighed((one,))
            elif one[0].kind in _KINDS:
                yield one
            else:
                tally.others += 1

    def _weighed(self, lines: Iterable[bytes]) -> Iterator[Usage]:
        """Yield what is told by lines that have to be read with care."""
        for line in lines:
            for found in usage_log.objects_in(line, self._tally, is_record):
                self._learn(found)
                yield from taken((found,), self._tally)

    def _learn(self, found: Found) -> None:
        keys = tuple(found.record)
        if self._layouts is not None and not found.repeated and self._layouts.wants(keys):
            layout = layout_of(keys)
            if layout is not None:
                self._layouts.learn(layout)
