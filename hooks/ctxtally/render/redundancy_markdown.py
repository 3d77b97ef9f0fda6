"""Repeated passages as Markdown, for a pull request or a wiki."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render import redundancy as text
from ctxtally.render.markdown import code, findings, table
from ctxtally.text.figures import marked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.redundancy import Passage, Redundancy


def redundancy(found: Redundancy, *, least: int = 0) -> str:
    """Return the sets, the passages of at least so many tokens, and the sum."""
    exact = found.method == "exact"
    counter = f"{code(found.counter)}, {found.method}"
    blocks = [f"# Repeated text\n\nCounted with {counter}; subject: {code(found.subject)}."]
    if found.whole.files:
        rows = [
            [
                marked(f"{one.redundant:,}", exact=exact),
                marked(f"{one.tokens:,}", exact=exact),
                f"{one.ratio:.1%}",
                f"{len(one.files):,}",
                code(one.name),
            ]
            for one in found.sets
        ]
        header = ("repeated", "tokens", "ratio", "files", "loaded together")
        blocks += [table(header, 4, rows), f"{text.summary(found)}."]
    together = text.larger(found.passages, least)
    if together:
        blocks.append(f"## Passages\n\n{_passages(together, exact=exact)}")
    far = text.larger(found.apart, least)
    if far:
        blocks.append(f"## Not loaded together\n\n{_passages(far, exact=exact)}")
    if found.findings:
        blocks.append(f"## Findings\n\n{findings(found.findings)}")
    blocks += [f"Note: {code(one)}" for one in found.remarks]
    return "\n\n".join(blocks)


def _passages(passages: Sequence[Passage], *, exact: bool) -> str:
    header = ("saves", "tokens", "again", "first", "how", "what differs")
    return table(
        header,
        2,
        [
            [
                marked(f"{one.saved:,}", exact=exact),
                marked(f"{one.tokens:,}", exact=exact),
                code(text.place(one.again)),
                code(text.place(one.first)),
                text.kind(one),
                code(told) if (told := text.differing(one)) else "",
            ]
            for one in passages
        ],
    )
