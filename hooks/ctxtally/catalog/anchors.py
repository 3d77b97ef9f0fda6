"""Holds what a catalog claims about itself against what was measured."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxtally.catalog.references import dangling, references
from ctxtally.catalog.resolve import resolve_anchor
from ctxtally.catalog.rules import are, cut, found, many, some

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.model.catalog import Catalog, Claim, Observed, Resolved
    from ctxtally.model.finding import Finding
    from ctxtally.text.paths import Listing

# What catalogs of this kind say of themselves: an estimate may be a fifth off, limits included.
_LOW, _HIGH, _WHOLE = 8, 12, 10

_PERCENTAGE = re.compile(
    r"(?P<percent>\d{1,3}(?:\.\d{1,6})?)\s?%[^()]{0,80}\(\s*~?"
    r"(?P<small>\d[\d,]{0,12}(?:\.\d{1,6})?)\s?(?P<small_scale>[km]?)\b[^()\d]{0,40}?"
    r"\b(?:vs\.?|versus|against|instead of|from)\s+~?"
    r"(?P<large>\d[\d,]{0,12}(?:\.\d{1,6})?)\s?(?P<large_scale>[km]?)\b",
    re.IGNORECASE,
)
_SCALE = {"": 1, "k": 1_000, "m": 1_000_000}


def reasonable(stated: int, measured: int) -> bool:
    """Say whether an estimate lies within a fifth of what was measured.

    >>> reasonable(1000, 1200), reasonable(1000, 1201), reasonable(0, 0)
    (True, False, True)
    """
    return stated * _LOW <= measured * _WHOLE <= stated * _HIGH


def anchor_findings(
    catalog: Catalog, resolved: Sequence[Resolved], observed: Observed, listing: Listing
) -> Iterator[Finding]:
    """Yield claims that the numbers contradict."""
    yield from _anchor(catalog, observed, listing)
    for claim in catalog.claims:
        yield from _percentage(catalog.path, claim)
    yield from _reduction(catalog)
    yield from _estimates(catalog, resolved, observed)
    yield from _cross_references(catalog)
    yield from _complete_front_matter(catalog, resolved, observed)


def _anchor(catalog: Catalog, observed: Observed, listing: Listing) -> Iterator[Finding]:
    anchor, file = catalog.anchor, resolve_anchor(catalog, listing)
    if anchor is None or file is None:
        return
    path = file.path
    words, tokens = observed.words.get(path), observed.tokens.get(path)
    claim = anchor.word_count
    if claim and not claim.rough and words is not None and claim.value != words:
        message = f"{claim.name} says {claim.value:,}; {path} has {words:,} words"
        yield found(
            "catalog-anchor",
            catalog.path,
            claim.line,
            message,
            f"write {words}: `ctxtally catalog --fix`",
        )
    claim = anchor.token_estimate
    if claim and isinstance(claim.value, int) and tokens is not None:
        if reasonable(claim.value, tokens):
            return
        message = f"{claim.name} says {claim.value:,}; {path} has {tokens:,} tokens"
        yield found(
            "catalog-anchor",
            catalog.path,
            claim.line,
            message,
            f"write {tokens}: `ctxtally catalog --fix`",
        )


def _percentage(path: str, claim: Claim) -> Iterator[Finding]:
    """Yield a saving such as "97.5% (8K vs 80K)" that its own two numbers do not give."""
    parts = _PERCENTAGE.search(claim.value[:1_000]) if isinstance(claim.value, str) else None
    if parts is None:
        return
    small = _rounded(parts["small"], parts["small_scale"])
    large = _rounded(parts["large"], parts["large_scale"])
    percent = _rounded(parts["percent"], "")
    if small[0] > large[0] or large[0] <= 0:
        return
    # The numbers are rounded as they are written: 8K is anything from 7.5K to 8.5K.
    low = 100 * (1 - small[1] / large[0])
    high = 100 * (1 - small[0] / large[1])
    if percent[0] <= high and low <= percent[1]:
        return
    exact = 100 * (1 - sum(small) / sum(large))
    yield found(
        "catalog-percentage",
        path,
        claim.line,
        f'{cut(claim.name)} says "{cut(str(claim.value))}"; {parts["small"]}{parts["small_scale"]}'
        f" against {parts['large']}{parts['large_scale']} is {exact:.1f}% less",
        "mend the percentage, or measure both numbers again",
    )


def _rounded(digits: str, scale: str) -> tuple[float, float]:
    """Return the least and the greatest number that is written so."""
    plain = digits.replace(",", "")
    half = 0.5 / 10 ** len(plain.partition(".")[2])
    factor = _SCALE[scale.lower()]
    return (float(plain) - half) * factor, (float(plain) + half) * factor


def _reduction(catalog: Catalog) -> Iterator[Finding]:
    """Check `token_reduction: "99.0%"` against original_tokens and optimized_tokens."""
    claim = catalog.claim("optimization.token_reduction")
    before = catalog.claim("optimization.original_tokens")
    after = catalog.claim("optimization.optimized_tokens")
    if not (claim and before and after and isinstance(claim.value, str)):
        return
    written = re.match(r"\s*~?(\d{1,3}(?:\.\d{1,6})?)\s?%", claim.value)
    old, new = before.value, after.value
    if written is None or not isinstance(old, int) or not isinstance(new, int) or old <= 0:
        return
    low, high = _rounded(written[1], "")
    exact = 100 * (1 - new / old)
    if not low <= exact <= high:
        message = f"{claim.name} says {claim.value}; {new:,} against {old:,} is {exact:.1f}% less"
        help_ = "mend the percentage, or measure both numbers again"
        yield found("catalog-percentage", catalog.path, claim.line, message, help_)


def _holds(catalog: Catalog, name: str) -> Claim | None:
    claim = catalog.claim(f"validation.{name}")
    return claim if claim and claim.value is True else None


def _estimates(
    catalog: Catalog, resolved: Sequence[Resolved], observed: Observed
) -> Iterator[Finding]:
    claim = _holds(catalog, "token_estimates_reasonable")
    if claim is None:
        return
    judged = [
        reasonable(one.entry.tokens.amount, observed.tokens[one.path])
        for one in resolved
        if one.entry.tokens and one.path in observed.tokens
    ]
    off = judged.count(False)
    if off:
        yield found(
            "catalog-claim",
            catalog.path,
            claim.line,
            f"{claim.name} says true; {off:,} of {many(len(judged), 'estimate')}"
            f" {are(off)} more than 20% off",
            "write what was measured: `ctxtally catalog --fix`",
        )


def _cross_references(catalog: Catalog) -> Iterator[Finding]:
    claim = _holds(catalog, "cross_references_accurate")
    lost = dangling(catalog, references(catalog)) if claim else []
    if claim and lost:
        lines = some([str(one.word.line) for one in lost])
        yield found(
            "catalog-claim",
            catalog.path,
            claim.line,
            f"{claim.name} says true; {many(len(lost), 'reference')} to no module: line {lines}",
            "mend the references",
        )


def _complete_front_matter(
    catalog: Catalog, resolved: Sequence[Resolved], observed: Observed
) -> Iterator[Finding]:
    claim = _holds(catalog, "frontmatter_complete")
    known = [one for one in resolved if one.path in observed.front_matter]
    bare = [one for one in known if observed.front_matter[one.path] is None]
    if claim and bare:
        yield found(
            "catalog-claim",
            catalog.path,
            claim.line,
            f"{claim.name} says true; {len(bare):,} of {many(len(known), 'module')}"
            f" {are(len(bare))} without",
            "give them front matter",
        )
