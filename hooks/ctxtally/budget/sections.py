"""The sections of a Markdown file with their weight."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxtally.budget.advice import Copied, Section
from ctxtally.model.record import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# ATX headings and code fences as CommonMark 0.31.2 has them, sections 4.2 and 4.5.
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
# A shorter paragraph that stands twice is a heading, a mark or a command.
_FEWEST_WORDS = 8
# The comment that keeps a copy on purpose (docs/redundancy.md).
_KEPT = "dup-ok"
# Longer headings would hide the number behind them.
_LONGEST_HEADING = 60


def sections(text: str, count: Callable[[str], int]) -> list[Section]:
    """Return the headings of a text, each with the tokens up to the next one, itself included.

    Text before the first heading belongs to none.
    """
    lines = text.splitlines(keepends=True)
    starts = list(_headings(lines))
    ends = [*starts[1:], len(lines)]
    return [
        Section(
            heading=_shortened(lines[start].strip()),
            line=start + 1,
            tokens=count("".join(lines[start:end])),
        )
        for start, end in zip(starts, ends, strict=False)
    ]


def since(before: Iterable[Section], now: Iterable[Section]) -> list[Section]:
    """Return the sections of `now` with what each had before, 0 where it is new.

    They are told by their headings, those of one name by their order.
    """
    known = {key: one.tokens for key, one in _numbered(before)}
    return [replace(one, before=known.get(key, 0)) for key, one in _numbered(now)]


def copied(text: str, count: Callable[[str], int]) -> Copied | None:
    """Return how much of a text is said again, and where most of that is.

    Whole paragraphs are compared, so that it is cheap and sure; `ctxtally redundancy` finds more.
    """
    first: dict[str, int] = {}
    again: list[Copied] = []
    for line, paragraph in _paragraphs(text):
        words = paragraph.split()
        key = " ".join(words)
        if len(words) < _FEWEST_WORDS or key not in first:
            first.setdefault(key, line)
            continue
        again.append(Copied(tokens=count(paragraph), line=line, first=first[key]))
    if not again or _KEPT in text:
        return None
    worst = max(again, key=lambda one: one.tokens)
    return replace(worst, tokens=sum(one.tokens for one in again))


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Yield what stands between blank lines, with the number of its first line."""
    start, lines = 0, list[str]()
    for number, line in enumerate([*text.splitlines(keepends=True), ""], 1):
        if line.strip():
            start = start if lines else number
            lines.append(line)
        elif lines:
            yield start, "".join(lines)
            lines = []


def _numbered(found: Iterable[Section]) -> Iterator[tuple[tuple[str, int], Section]]:
    seen: dict[str, int] = {}
    for one in found:
        seen[one.heading] = seen.get(one.heading, 0) + 1
        yield (one.heading, seen[one.heading]), one


def _headings(lines: list[str]) -> Iterator[int]:
    fence = ""
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if fence:
            # A fence ends with at least as many of the same mark and nothing behind them.
            if mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif mark:
            fence = mark[1]
        elif _HEADING.match(line):
            yield number


def _shortened(heading: str) -> str:
    if len(heading) <= _LONGEST_HEADING:
        return heading
    return heading[: _LONGEST_HEADING - 1] + "…"
