"""Repeated passages as text for people, the costly ones first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.agents import MOST_ROWS
from ctxtally.render.sets import sets, with_rest
from ctxtally.render.text import findings
from ctxtally.text.figures import counted, marked, signed
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxtally.model.redundancy import Passage, Redundancy, Span

WAYS_OUT = (
    "delete the later copy, or keep it on purpose: `<!-- dup-ok: why -->` above it, or an "
    "[[allowed_duplicate]] in ctxtally.toml"
)


def redundancy(found: Redundancy, *, least: int = 0, colour: bool = False) -> str:
    """Return the sets, the passages of at least so many tokens, and the sum."""
    exact = found.method == "exact"
    if not found.whole.files:
        blocks = [f"No files to compare in the {found.subject}."]
    else:
        title = f"Repeated text ({found.counter}, {found.method}; subject: {found.subject})"
        blocks = [title, sets(found.sets, exact=exact)]
        blocks += _passages(found, least, exact=exact)
        blocks.append(summary(found))
    if found.findings:
        blocks.append(f"Findings\n\n{findings(found.findings, colour=colour)}")
    if found.remarks:
        blocks.append("\n".join(f"note: {printable(one)}" for one in found.remarks))
    return "\n\n".join(blocks)


def summary(found: Redundancy) -> str:
    """Return one line: what all of it costs, each file counted once."""
    exact = found.method == "exact"
    whole = found.whole
    repeated = marked(counted(whole.redundant, "tokens"), exact=exact)
    files = counted(len(whole.files), "files")
    line = f"{repeated} of {whole.tokens:,} in {files} are repeated ({whole.ratio:.1%})"
    if whole.allowed:
        line += f"; {counted(whole.allowed, 'tokens')} more on purpose"
    if found.before is not None:
        grown = signed(whole.redundant - found.before.redundant)
        line += f"; {grown} since {found.base} ({found.before.redundant:,} then)"
    return line


def kind(one: Passage) -> str:
    """Return how the two sides of a passage resemble each other."""
    return one.kind if one.kind == "exact" else f"{one.kind} {one.similarity:.0%}"


def differing(one: Passage) -> str:
    """Return the words that only one side has, and the lines that say otherwise."""
    parts = []
    if one.before or one.after:
        before, after = (" ".join(words) or "-" for words in (one.before, one.after))
        parts.append(f"{before} -> {after}")
    if one.opposed:
        lines = ", ".join(map(str, one.opposed))
        parts.append(f"says otherwise, so it stays: line {lines}")
    if one.allowed:
        parts.append(f"on purpose: {one.allowed}")
    return "; ".join(parts)


def place(span: Span) -> str:
    return f"{span.path}:{span.lines}"


def larger(passages: Iterable[Passage], least: int) -> list[Passage]:
    """Return the passages of at least so many tokens."""
    return [one for one in passages if one.tokens >= least]


def _passages(found: Redundancy, least: int, *, exact: bool) -> Iterator[str]:
    together = larger(found.passages, least)
    if together:
        saving = [one for one in together if one.saved or one.opposed or one.allowed]
        yield f"Passages, by the tokens that go with them\n\n{_listed(saving, exact=exact)}"
        partial = len(together) - len(saving)
        if partial:
            yield f"  and {partial:,} that are only a part of their lines: `--format json`"
        yield f"  = help: {WAYS_OUT}"
    far = larger(found.apart, least)
    if far:
        title = "Copies in files that are not loaded together; they can drift apart"
        yield f"{title}\n\n{_listed(far, exact=exact)}"


def _listed(passages: Sequence[Passage], *, exact: bool) -> str:
    lines = []
    width = max((len(f"{one.saved:,}") for one in passages[:MOST_ROWS]), default=0) + (not exact)
    for one in passages[:MOST_ROWS]:
        number = marked(f"{one.saved:,}", exact=exact).rjust(width)
        again, first = printable(place(one.again)), printable(place(one.first))
        lines.append(f"  {number}  {again} <- {first} ({kind(one)})")
        if told := differing(one):
            lines.append(f"  {' ' * width}  {printable(told)}")
    return with_rest("\n".join(lines), len(passages) - MOST_ROWS)
