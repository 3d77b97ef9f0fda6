"""Find what the files of a subject repeat: in the load sets of its agents, or in chosen files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.redundancy import Redundancy
from ctxtally.redundancy.allowed import idle
from ctxtally.redundancy.measuring import Costs, together
from ctxtally.redundancy.windows import Window, apart, everything
from ctxtally.redundancy.words import Lexicon
from ctxtally.survey.measure import LARGEST_BYTES, not_read, undecoded
from ctxtally.survey.parts import Parts
from ctxtally.survey.recollection import Read, Recollection
from ctxtally.survey.view import Counts
from ctxtally.survey.windows import chosen, loaded
from ctxtally.tokens.cache import cache_key
from ctxtally.tokens.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.finding import Finding
    from ctxtally.model.redundancy import Passage, RepeatedSet
    from ctxtally.redundancy.measuring import Judged
    from ctxtally.redundancy.passages import Found
    from ctxtally.survey.ground import Ground
    from ctxtally.survey.measure import Meter
    from ctxtally.survey.windows import Windows


def redundancy(
    basis: Ground, meter: Meter, *, agents: Collection[str] = (), globs: Sequence[str] = ()
) -> Redundancy:
    """Return what is repeated in the load sets of `agents`, or in the files that globs select."""
    tree = meter.tree
    windows = chosen(basis, tree, globs) if globs else loaded(basis, meter, agents)
    comparison = _Comparison(basis.place, meter, windows)
    counts = Counts(meter.counter, meter.cache, basis.place.object_format)
    answer = comparison.answer(counts)
    if counts.settle():
        answer = comparison.answer(counts)
    comparison.parts.keep()
    return answer


class _Comparison:
    """What the texts of some windows have in common, to be counted."""

    def __init__(self, place: Place, meter: Meter, windows: Windows) -> None:
        lexicon = Lexicon()
        self._meter = meter
        self._windows = windows
        known = Recollection(place, [one.name for one in windows.windows])
        self._texts, self._unread = _texts(meter, windows, lexicon, known)
        number = {text.path: at for at, text in enumerate(self._texts)}
        numbered = [
            Window(
                name=one.name,
                base=tuple(number[path] for path in one.base if path in number),
                members=tuple(number[path] for path in one.members if path in number),
            )
            for one in windows.windows
        ]
        whole = everything(self._texts, numbered)
        answer = known.answer(self._texts, [*numbered, *whole], lexicon)
        self._oids = {text.path: text.entry.oid for text in self._texts}
        self.parts = Parts(meter, place.object_format, self._oids)
        self._found = [(window, each) for window, each in answer if window not in whole]
        self._apart = [
            far
            for window, each in answer
            if window in whole
            for far in apart(self._texts, numbered, each)
        ]

    def answer(self, counts: Counts) -> Redundancy:
        costs = Costs(self._texts, self._windows.pairs, counts, self._known(), self.parts)
        sets: list[RepeatedSet] = []
        every: list[Judged] = []
        for window, each in self._found:
            judged = [costs.judged(at, repeats) for at, repeats in each]
            sets.append(costs.measured(window.name, judged))
            every += judged
        whole = together(every)
        used = {mark for one in whole for mark in one.used}
        far = [costs.judged(at, repeats) for at, repeats in self._still_there(whole)]
        used |= {mark for one in far for mark in one.used}
        idling = idle(costs.marks, used) if self._windows.complete else ()
        return Redundancy(
            subject=self._meter.tree.subject,
            counter=self._meter.counter.label,
            method=self._meter.counter.method,
            sets=tuple(sorted(sets, key=lambda one: (-one.ratio, -one.redundant, one.name))),
            whole=costs.measured("all", whole),
            passages=_ranked(whole),
            apart=_ranked(far),
            findings=(*self._unread, *idling),
        )

    def _known(self) -> dict[str, int]:
        """Return the counts of files that were counted before."""
        known = self._meter.cache.find(cache_key(self._meter.counter), self._oids.values())
        return {path: known[oid] for path, oid in self._oids.items() if oid in known}

    def _still_there(self, whole: Iterable[Judged]) -> Iterator[tuple[int, list[Found]]]:
        """Yield what is repeated apart, without the passages that can go anyway."""
        gone = {one.text.path: one.gone for one in whole}
        for at, repeats in self._apart:
            rest = [one for one in repeats if not one.gone <= gone[self._texts[at].path]]
            yield at, rest


def _ranked(found: Iterable[Judged]) -> tuple[Passage, ...]:
    return tuple(sorted((passage for one in found for passage in one.passages), key=_weight))


def _weight(one: Passage) -> tuple[int, int, str, int, str, int]:
    again, first = one.again, one.first
    return -one.saved, -one.tokens, again.path, again.first_line, first.path, first.first_line


def _texts(
    meter: Meter, windows: Windows, lexicon: Lexicon, recollection: Recollection
) -> tuple[list[Read], tuple[Finding, ...]]:
    """Return the files of the windows; one that is no text, or cannot be read, is a finding."""
    tree = meter.tree
    wanted = [windows.entries[path] for path in windows.paths]
    texts: dict[str, Read | None] = {
        entry.path: recollection.text(entry, tree, lexicon) for entry in wanted
    }
    unread = [entry for entry in wanted if texts[entry.path] is None]
    sizes = tree.sizes(unread)
    findings = []
    readable = []
    for entry in unread:
        size = sizes[entry.path]
        if size is None or size > LARGEST_BYTES:
            findings.append(not_read(entry.path, size))
        else:
            readable.append(entry)
    for entry, raw in tree.read(readable):
        text = decode(raw)
        if isinstance(text, str):
            texts[entry.path] = Read(entry, text, lexicon)
        else:
            findings.append(undecoded(entry.path, text))
    return [text for text in texts.values() if text is not None], tuple(findings)
