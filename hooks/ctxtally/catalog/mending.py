"""Says which values of a catalog, and of the front matter of its modules, are to change, and how.

Only numbers are mended: what was measured, and what follows from that. Which of two contradicting
tags, names or references is right, nobody can know from the files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.catalog.registries import registry_mends
from ctxtally.catalog.resolve import resolve_anchor
from ctxtally.catalog.sums import wrong_numbers
from ctxtally.model.document import Document
from ctxtally.model.mend import Mend, mended

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.model.catalog import Anchor, Catalog, Claim, Observed, Resolved
    from ctxtally.text.paths import Listing

_ESTIMATE = "estimated_tokens"
# What somebody allows a module is no estimate of what it costs.
_LIMIT = "token_budget"


def mends(
    catalog: Catalog, resolved: Sequence[Resolved], observed: Observed, listing: Listing
) -> tuple[Mend, ...]:
    """Return what is to change now; once that is done, sums may have to change as well."""
    found = [
        *_sizes(catalog, resolved, observed),
        *_front_matter(resolved, observed),
        *_anchored(catalog, observed, listing),
        *(mended(catalog.path, one.claim, one.wanted) for one in wrong_numbers(catalog)),
        *registry_mends(catalog, resolved, observed, listing),
    ]
    wanted = (one for one in found if one.before != one.after)
    return tuple({(one.path, one.steps): one for one in wanted}.values())


def _sizes(catalog: Catalog, resolved: Sequence[Resolved], observed: Observed) -> Iterator[Mend]:
    for one in resolved:
        if one.state != "file" or one.entry.role != "module":
            continue
        for stated in one.entry.stated:
            measured = observed.measured(one.path, stated.unit)
            if measured is None or stated.rough or stated.steps[-1:] == (_LIMIT,):
                continue
            yield Mend(
                path=catalog.path,
                steps=stated.steps,
                line=stated.line,
                name=f"{one.entry.qualified} {stated.unit}",
                before=stated.amount,
                after=measured,
            )


def _front_matter(resolved: Sequence[Resolved], observed: Observed) -> Iterator[Mend]:
    for one in resolved:
        front, tokens = observed.front_matter.get(one.path), observed.tokens.get(one.path)
        if tokens is None or not isinstance(front, Document) or not isinstance(front.data, dict):
            continue
        stated = front.data.get(_ESTIMATE)
        if isinstance(stated, int) and not isinstance(stated, bool):
            yield Mend(
                path=one.path,
                steps=(_ESTIMATE,),
                line=front.line(_ESTIMATE),
                name=_ESTIMATE,
                before=stated,
                after=tokens,
            )


def _anchored(catalog: Catalog, observed: Observed, listing: Listing) -> Iterator[Mend]:
    anchor, file = catalog.anchor, resolve_anchor(catalog, listing)
    if anchor is None or file is None:
        return
    for claim, measured in _anchor_claims(anchor, file.path, observed):
        if measured is not None and not claim.rough:
            yield mended(catalog.path, claim, measured)


def _anchor_claims(
    anchor: Anchor, path: str, observed: Observed
) -> Iterator[tuple[Claim, int | None]]:
    if anchor.word_count:
        yield anchor.word_count, observed.words.get(path)
    if anchor.token_estimate:
        yield anchor.token_estimate, observed.tokens.get(path)
