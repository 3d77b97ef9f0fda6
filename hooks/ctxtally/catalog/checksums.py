"""The checksums that a MANIFEST.json keeps: of the files in its registry, and of the registry."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from ctxtally.catalog.rules import MEND, are, at_line, found, many, some
from ctxtally.model.mend import mended
from ctxtally.model.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxtally.model.catalog import Claim, Observed, Resolved
    from ctxtally.model.document import Plain
    from ctxtally.model.finding import Finding
    from ctxtally.model.mend import Mend

# Digits of the SHA-256 that a registry in a file of its own is checked by.
_DIGITS = 16


def registry_digest(data: Plain) -> str:
    """Return the checksum that a manifest keeps of a registry in a file of its own.

    >>> registry_digest({})
    '44136fa355b3678a'
    """
    text = json.dumps(data, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def checksum_findings(
    path: str, stock: Sequence[Resolved], observed: Observed
) -> Iterator[Finding]:
    """Yield the files that are not any more what they were when their checksum was taken."""
    wrong = list(_wrong(path, stock, observed))
    if wrong:
        kept = sum(one.entry.sha256 is not None for one in stock)
        message = (
            f"{len(wrong):,} of {many(kept, 'checksum')} {are(len(wrong))} not that of the file:"
            f" {some([at_line(one.entry) for one, _, _ in wrong])}"
        )
        yield found("catalog-digest", path, wrong[0][1].line, message, MEND)


def checksum_mends(path: str, stock: Iterable[Resolved], observed: Observed) -> Iterator[Mend]:
    for one, kept, known in _wrong(path, stock, observed):
        yield replace(mended(path, kept, known), name=f"{one.entry.path} {kept.name}")


def _wrong(
    path: str, stock: Iterable[Resolved], observed: Observed
) -> Iterator[tuple[Resolved, Claim, str]]:
    """Yield each checksum that is not what it should be; no file can hold its own."""
    for one in stock:
        kept, known = one.entry.sha256, observed.sha256.get(one.path)
        if kept and known and one.path != path and str(kept.value).lower() != known:
            yield one, kept, known
