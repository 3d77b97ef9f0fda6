"""What repetition costs: files counted again without the lines that can go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass, replace
from ctxtally.model.redundancy import Repeated, RepeatedSet
from ctxtally.redundancy.allowed import marked, reason

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from ctxtally.model.redundancy import AllowedPair, Passage
    from ctxtally.redundancy.allowed import Marked
    from ctxtally.redundancy.passages import Found, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What one text repeats; lines `gone` can go, lines `spared` could and are meant to stay.

    `used` are the comments that say so.
    """

    text: Text
    passages: tuple[Passage, ...]
    gone: frozenset[int]
    spared: frozenset[int]
    used: tuple[Marked, ...]


class Costs:
    """Counts what texts lose with what they repeat, apart from what may be repeated.

    `known` are counts of whole texts by path, as far as there are any. `kept` is given the path
    of a text, a part of it by its lines, and a way to count it, which it may know better.
    """

    def __init__(
        self,
        texts: Sequence[Text],
        pairs: Sequence[AllowedPair],
        count: Callable[[str], int],
        known: Mapping[str, int],
        kept: Callable[[str, str, Callable[[], int]], int] = lambda _path, _part, count: count(),
    ) -> None:
        self.marks = tuple(mark for text in texts for mark in marked(text))
        self._texts = texts
        self._pairs = pairs
        self._count = count
        self._kept = kept
        self._tokens = {
            text.path: known[text.path] if text.path in known else count(text.text)
            for text in texts
        }

    def judged(self, at: int, repeats: Iterable[Found]) -> Judged:
        """Take what is meant out of what text `at` repeats, and count the rest."""
        text = self._texts[at]
        gone: set[int] = set()
        spared: set[int] = set()
        passages = []
        used = []
        for one in repeats:
            allowed, mark = reason(one.passage, self.marks, self._pairs)
            (spared if allowed else gone).update(one.gone)
            used += [mark] if mark else []
            again = one.passage.again
            tokens = self._alone(text, range(again.first_line, again.last_line + 1))
            saved = 0 if allowed else self._alone(text, one.gone)
            passages.append(replace(one.passage, tokens=tokens, saved=saved, allowed=allowed))
        return Judged(
            text=text,
            passages=tuple(passages),
            gone=frozenset(gone),
            spared=frozenset(spared - gone),
            used=tuple(used),
        )

    def measured(self, name: str, found: Iterable[Judged]) -> RepeatedSet:
        """Return texts with what they would lose, as one set."""
        files = []
        allowed = 0
        for one in found:
            path = one.text.path
            tokens = left = self._tokens[path]
            if one.gone:
                left = self._without(one.text, one.gone)
            if one.spared:
                allowed += left - self._without(one.text, one.gone | one.spared)
            files.append(Repeated(path=path, tokens=tokens, redundant=tokens - left))
        return RepeatedSet(name=name, files=tuple(files), allowed=allowed)

    def _alone(self, text: Text, numbers: Collection[int]) -> int:
        def count() -> int:
            lines = (f"{text.lines[number - 1]}\n" for number in sorted(numbers))
            return self._count("".join(lines))

        return self._kept(text.path, f"only {_told(numbers)}", count) if numbers else 0

    def _without(self, text: Text, numbers: Collection[int]) -> int:
        def count() -> int:
            return self._count(without(text.lines, numbers))

        return self._kept(text.path, f"without {_told(numbers)}", count)


def _told(numbers: Collection[int]) -> str:
    return " ".join(map(str, sorted(numbers)))


def without(lines: Sequence[str], gone: Collection[int]) -> str:
    r"""Return the text of `lines` without some of them, counted from 1.

    >>> without(["a", "b", "c"], {2})
    'a\nc'
    """
    return "\n".join(line for number, line in enumerate(lines, 1) if number not in gone)


def together(found: Iterable[Judged]) -> list[Judged]:
    """Return each text once, with all that can go of it in any window."""
    merged: dict[str, Judged] = {}
    for one in found:
        known = merged.get(one.text.path, one)
        gone = known.gone | one.gone
        merged[one.text.path] = replace(
            known,
            passages=tuple(dict.fromkeys((*known.passages, *one.passages))),
            gone=gone,
            spared=(known.spared | one.spared) - gone,
            used=(*known.used, *one.used),
        )
    return list(merged.values())
