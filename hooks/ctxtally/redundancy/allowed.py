"""Repetition that is meant: by a comment beside it, or for a pair of files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxtally.model.finding import Finding
from ctxtally.model.record import dataclass
from ctxtally.text.globs import matches

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from ctxtally.model.redundancy import AllowedPair, Passage, Span
    from ctxtally.redundancy.passages import Text

RULE = "redundancy-comment"
_COMMENT = re.compile(r"<!--\s*dup-ok\b\s*:?\s*(.*?)\s*-->", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """The comment on a line of a file, and the lines from `first` to `last` that it allows."""

    path: str
    line: int
    first: int
    last: int
    reason: str

    def covers(self, span: Span) -> bool:
        """Say whether at least half of the lines of a span are allowed."""
        shared = min(span.last_line, self.last) - max(span.first_line, self.first) + 1
        return span.path == self.path and 2 * shared > span.last_line - span.first_line


def marked(text: Text) -> Iterator[Marked]:
    """Yield the comments of a text that allow a block: the one they stand in, or else the next."""
    if text.plain:
        return
    for first, last, comment in text.scanned.comments:
        said = _COMMENT.search(comment)
        if said is None:
            continue
        top, bottom = _block(text.lines, first, last)
        if bottom == last:
            start = _next(text.lines, last)
            top, bottom = first, _block(text.lines, start, start)[1]
        yield Marked(path=text.path, line=first, first=top, last=bottom, reason=said[1])


def reason(
    passage: Passage, marks: Iterable[Marked], pairs: Iterable[AllowedPair]
) -> tuple[str, Marked | None]:
    """Return why a passage is meant, empty where it is not, and the comment that says so."""
    first, again = passage.first, passage.again
    for mark in marks:
        if mark.reason and (mark.covers(again) or mark.covers(first)):
            return mark.reason, mark
    for pair in pairs:
        if _joins(pair, first.path, again.path) or _joins(pair, again.path, first.path):
            return pair.reason, None
    return "", None


def idle(marks: Iterable[Marked], used: Collection[Marked]) -> Iterator[Finding]:
    """Yield findings about comments that give no reason, or allow nothing."""
    for mark in marks:
        if not mark.reason:
            yield Finding(
                rule=RULE,
                level="warning",
                path=mark.path,
                line=mark.line,
                message="`dup-ok` gives no reason, so it allows nothing",
                help="write `<!-- dup-ok: why this is repeated on purpose -->`",
            )
        elif mark not in used:
            yield Finding(
                rule=RULE,
                level="warning",
                path=mark.path,
                line=mark.line,
                message="`dup-ok` allows nothing: what it stands above is not repeated",
                help="take the comment away",
            )


def _joins(pair: AllowedPair, path: str, other: str) -> bool:
    # The names that a manifest gives are no globs, and may hold what would be one.
    return (path == pair.one or matches(path, pair.one)) and (
        other == pair.other or matches(other, pair.other)
    )


def _block(lines: Sequence[str], first: int, last: int) -> tuple[int, int]:
    """Return the first and last of the lines around these up to the next blank ones."""
    while first > 1 and lines[first - 2].strip():
        first -= 1
    while last < len(lines) and lines[last].strip():
        last += 1
    return first, last


def _next(lines: Sequence[str], last: int) -> int:
    """Return the next line that is not blank, the last one where none is."""
    while last < len(lines) and not lines[last].strip():
        last += 1
    return min(last + 1, len(lines))
