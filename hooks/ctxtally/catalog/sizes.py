"""Compares the bytes and lines that a catalog states for its modules with what they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.catalog.anchors import reasonable
from ctxtally.catalog.rules import are, cut, found, many, some

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.model.catalog import Catalog, Observed, Resolved, Stated
    from ctxtally.model.finding import Finding


def size_findings(
    catalog: Catalog, resolved: Sequence[Resolved], observed: Observed
) -> Iterator[Finding]:
    """Yield sizes of modules that are not what was measured; tokens are judged by budgets.

    A size that the text rounds may be a fifth off.
    """
    known = 0
    wrong: list[tuple[int, str]] = []
    for one in resolved:
        for stated in one.entry.stated if one.entry.role == "module" else ():
            measured = observed.measured(one.path, stated.unit)
            if stated.unit == "tokens" or measured is None:
                continue
            known += 1
            if not _fits(stated, measured):
                told = f"{measured:,} {stated.unit}, not {stated.amount:,} (line {stated.line})"
                wrong.append((stated.line, f"{cut(one.path)} has {told}"))
    if wrong:
        yield found(
            "catalog-size",
            catalog.path,
            wrong[0][0],
            f"{len(wrong):,} of {many(known, 'stated size')} {are(len(wrong))} wrong:"
            f" {some([told for _, told in wrong])}",
            "write what was measured: `ctxtally catalog --fix`",
        )


def _fits(stated: Stated, measured: int) -> bool:
    return reasonable(stated.amount, measured) if stated.rough else stated.amount == measured
