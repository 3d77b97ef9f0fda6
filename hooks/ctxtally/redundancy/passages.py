"""Repeats as lines of files: what a reader is shown, and which lines can go."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass
from ctxtally.model.redundancy import Passage, Span
from ctxtally.redundancy.scan import scan
from ctxtally.redundancy.words import PIVOTS, TURNING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from ctxtally.model.redundancy import Kind
    from ctxtally.redundancy.finder import Repeat
    from ctxtally.redundancy.scan import Scanned
    from ctxtally.redundancy.words import Lexicon

# A line goes where so much of it has been said before; what is covered less stays, and costs
# nothing in the ratio.
GOES = 0.6
# How a comment begins that allows a repetition.
ALLOWS = "dup-ok"
# So few words without a partner are a change of what their neighbours say.
_BESIDE = 3
# More differing words do not tell more.
_MOST_WORDS = 8


class Text:
    """One file of a set; what it says is read when that is asked for.

    `text` may be a way to get it. It is `plain` where no comment can allow a repetition.
    """

    __slots__ = ("_lexicon", "_lines", "_scanned", "_text", "path", "plain")

    def __init__(
        self, path: str, text: str | Callable[[], str], lexicon: Lexicon, *, plain: bool = False
    ) -> None:
        self.path = path
        self.plain = plain or (isinstance(text, str) and ALLOWS not in text)
        self._text = text
        self._lexicon = lexicon
        self._lines: list[str] | None = None
        self._scanned: Scanned | None = None

    @property
    def text(self) -> str:
        if not isinstance(self._text, str):
            self._text = self._text()
        return self._text

    @property
    def lines(self) -> list[str]:
        if self._lines is None:
            self._lines = self.text.split("\n")
        return self._lines

    @property
    def scanned(self) -> Scanned:
        if self._scanned is None:
            # The lines are not kept: of most texts nothing but the words is wanted again.
            self._scanned = scan(self._lines or self.text.split("\n"), self._lexicon)
        return self._scanned

    @scanned.setter
    def scanned(self, known: Scanned) -> None:
        self._scanned = known


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A passage, and the lines of its later text that can go with it."""

    passage: Passage
    gone: frozenset[int]


def found(repeat: Repeat, source: Text, text: Text, spellings: Mapping[int, str]) -> Found:
    """Return a repeat as its reader sees it."""
    matched = repeat.matched
    sources = set(matched.values())
    before = (at for at in range(repeat.first_start, repeat.first_end) if at not in sources)
    after = (at for at in range(repeat.again_start, repeat.again_end) if at not in matched)
    opposed = _opposed(repeat, source, text, spellings)
    first = _span(source, repeat.first_start, repeat.first_end)
    again = _span(text, repeat.again_start, repeat.again_end)
    covered = Counter(text.scanned.lines[at] for at in matched)
    goes = {line for line, words in covered.items() if words >= GOES * _count(text, line)}
    return Found(
        passage=Passage(
            kind=_kind(source, first, text, again, ordered=_ordered(repeat)),
            first=first,
            again=again,
            similarity=repeat.similarity,
            before=_spelled(source, before, spellings),
            after=_spelled(text, after, spellings),
            opposed=tuple(sorted(opposed)),
        ),
        gone=frozenset(_with_blanks(goes - opposed, text)),
    )


def _span(text: Text, start: int, end: int) -> Span:
    first, last = text.scanned.lines[start], text.scanned.lines[end - 1]
    titles = text.scanned.headings
    above = bisect_right([line for line, _ in titles], first)
    return Span(
        path=text.path,
        first_line=first,
        last_line=last,
        heading=titles[above - 1][1] if above else "",
    )


def _kind(source: Text, first: Span, text: Text, again: Span, *, ordered: bool) -> Kind:
    if _words_of(source, first) == _words_of(text, again):
        return "exact"
    return "near" if ordered else "reworded"


def _ordered(repeat: Repeat) -> bool:
    places = [repeat.matched[at] for at in sorted(repeat.matched)]
    return places == sorted(places)


def _words_of(text: Text, span: Span) -> list[int]:
    start, end = _range(text, span.first_line, span.last_line)
    return text.scanned.words[start:end]


def _range(text: Text, first_line: int, last_line: int) -> tuple[int, int]:
    """Return the range of words on some lines."""
    lines = text.scanned.lines
    return bisect_left(lines, first_line), bisect_right(lines, last_line)


def _count(text: Text, line: int) -> int:
    start, end = _range(text, line, line)
    return end - start


def _spelled(text: Text, places: Iterator[int], spellings: Mapping[int, str]) -> tuple[str, ...]:
    differing = dict.fromkeys(text.scanned.words[at] for at in places)
    return tuple(spellings[word] for word in list(differing)[:_MOST_WORDS])


def _with_blanks(goes: Collection[int], text: Text) -> Iterator[int]:
    """Yield the lines, and those without a word between two neighbours that both go."""
    before = 0
    for line in sorted(goes):
        yield line
        between = range(before + 1, line)
        start, end = _range(text, before + 1, line - 1)
        if before and start == end:
            yield from between
        before = line


def _opposed(
    repeat: Repeat, source: Text, text: Text, spellings: Mapping[int, str]
) -> frozenset[int]:
    """Return the later lines that differ from their partners in a word that turns a rule round.

    Words just beside the passage count too: `Never` may be the first word of a line that matches
    from its second on.
    """
    lines, words = text.scanned.lines, text.scanned.words
    by_line: dict[int, list[int]] = {}
    for at in sorted(repeat.matched):
        by_line.setdefault(lines[at], []).append(at)
    sources = frozenset(repeat.matched.values())
    opposed = set()
    for line, places in by_line.items():
        theirs = [repeat.matched[at] for at in places]
        moved = theirs != sorted(theirs) and any(spellings[words[at]] in PIVOTS for at in places)
        if (
            moved
            or _turns(text, places, repeat.matched, spellings)
            or _turns(source, theirs, sources, spellings)
        ):
            opposed.add(line)
    return frozenset(opposed)


def _turns(
    text: Text, places: Sequence[int], matched: Collection[int], spellings: Mapping[int, str]
) -> bool:
    """Say whether a word that has no partner, and stands beside one that has, turns the rule.

    In a longer stretch without partners something else is said.
    """
    lines, words = text.scanned.lines, text.scanned.words
    for place in places:
        for step in (-1, 1):
            at = place + step
            beside = []
            while 0 <= at < len(words) and lines[at] == lines[place] and at not in matched:
                beside.append(spellings[words[at]])
                at += step
                if len(beside) > _BESIDE:
                    break
            if len(beside) <= _BESIDE and not TURNING.isdisjoint(beside):
                return True
    return False
