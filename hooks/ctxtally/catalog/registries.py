"""Compares the stock of files in a MANIFEST.json with the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.catalog.checksums import checksum_findings, checksum_mends, registry_digest
from ctxtally.catalog.manifests import detail_entries
from ctxtally.catalog.names import is_catalog
from ctxtally.catalog.resolve import resolve, resolve_detail
from ctxtally.catalog.rules import MEND, REBUILD, are, at_line, cut, found, many, some
from ctxtally.model.document import Document, Unreadable
from ctxtally.model.mend import Mend, mended

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxtally.model.catalog import (
        Catalog,
        Claim,
        Observed,
        Registry,
        Resolved,
        Stated,
    )
    from ctxtally.model.finding import Finding
    from ctxtally.text.paths import Listing

_DROP = f"{REBUILD}, or drop them: `ctxtally catalog --write --form without-stale`"


def registry_findings(
    catalog: Catalog, resolved: Sequence[Resolved], observed: Observed, listing: Listing
) -> Iterator[Finding]:
    """Yield what a registry holds, leaves out and counts wrongly."""
    registry = catalog.registry
    if registry is None:
        return
    if registry.detail_file:
        yield from _detail(catalog, registry, observed, listing)
    known = stock(catalog, resolved, observed, listing)
    if known is None:
        return
    path, entries = known
    yield from _total(catalog.path, registry, len(entries))
    yield from _absolute(path, entries)
    yield from _gone(path, entries)
    yield from _sizes(path, entries, observed)
    yield from checksum_findings(path, entries, observed)
    if registry.complete and observed.whole_tree:
        yield from _unregistered(path, entries, listing)


def stock(
    catalog: Catalog, resolved: Sequence[Resolved], observed: Observed, listing: Listing
) -> tuple[str, list[Resolved]] | None:
    """Return the entries of a registry and the file they lie in; `None` where it is not known."""
    if catalog.registry is None or not catalog.registry.detail_file:
        return catalog.path, [one for one in resolved if one.entry.role == "registry"]
    if not isinstance(observed.detail, Document):
        return None
    entries = detail_entries(observed.detail)
    # The detail lists what the manifest would: seen from the manifest's folder.
    return observed.detail.path, list(resolve(catalog.path, entries, listing))


def registry_mends(
    catalog: Catalog, resolved: Sequence[Resolved], observed: Observed, listing: Listing
) -> Iterator[Mend]:
    """Yield the sizes, the number of entries and the checksum as they ought to be."""
    known = stock(catalog, resolved, observed, listing)
    registry = catalog.registry
    if registry is None or known is None:
        return
    path, entries = known
    for size, measured in _measured(entries, observed):
        yield Mend(
            path=path,
            steps=size.steps,
            line=size.line,
            name=".".join(map(str, size.steps)),
            before=size.amount,
            after=measured,
        )
    yield from checksum_mends(path, entries, observed)
    total, digest = registry.total, registry.digest
    if total and _is_number(total):
        yield mended(catalog.path, total, len(entries))
    if digest and isinstance(digest.value, str) and isinstance(observed.detail, Document):
        yield mended(catalog.path, digest, registry_digest(observed.detail.data))


def _detail(
    catalog: Catalog, registry: Registry, observed: Observed, listing: Listing
) -> Iterator[Finding]:
    claim = registry.detail_file
    name = str(claim.value) if claim else ""
    line = claim.line if claim else registry.line
    file = resolve_detail(catalog, listing)
    if file and file.state != "file":
        message = f"the registry lies in {cut(name)}, which is not tracked"
        yield found("catalog-registry", catalog.path, line, message, "commit the file")
    detail = observed.detail
    if isinstance(detail, Unreadable):
        message = f"column {detail.column}: {detail.message}"
        yield found("catalog-registry", detail.path, detail.line, message, REBUILD)
    kept = registry.digest
    if isinstance(detail, Document) and kept:
        digest = registry_digest(detail.data)
        if kept.value != digest:
            message = f"_hash is {cut(str(kept.value))}; {detail.path} hashes to {digest}"
            yield found("catalog-digest", catalog.path, kept.line, message, MEND)


def _total(path: str, registry: Registry, entries: int) -> Iterator[Finding]:
    total = registry.total
    if total and _is_number(total) and total.value != entries:
        message = (
            f"{total.name} says {total.value:,}; {many(entries, 'file')} {are(entries)} registered"
        )
        yield found("catalog-count", path, total.line, message, MEND)


def _absolute(path: str, stock: Sequence[Resolved]) -> Iterator[Finding]:
    bad = [one.entry for one in stock if one.reason == "absolute"]
    if bad:
        message = (
            f"{len(bad):,} of {many(len(stock), 'registered path')} {are(len(bad))} absolute, true"
            f" on one machine only: {some([entry.path for entry in bad])}"
        )
        help_ = "register paths relative to the top of the repository"
        yield found("catalog-registry", path, bad[0].line, message, help_)


def _gone(path: str, stock: Sequence[Resolved]) -> Iterator[Finding]:
    gone = [one.entry for one in stock if one.state == "missing"]
    if gone:
        message = (
            f"{len(gone):,} of {many(len(stock), 'registered file')} {are(len(gone))} not tracked:"
            f" {some([at_line(entry) for entry in gone])}"
        )
        yield found("catalog-registry", path, gone[0].line, message, _DROP)


def _sizes(path: str, stock: Sequence[Resolved], observed: Observed) -> Iterator[Finding]:
    wrong: list[tuple[int, str]] = []
    for one in stock:
        for size, measured in _measured([one], observed):
            if size.amount != measured:
                told = f"{measured:,} bytes, not {size.amount:,} (line {size.line})"
                wrong.append((size.line, f"{cut(one.path)} has {told}"))
    if wrong:
        message = (
            f"{len(wrong):,} of {many(len(stock), 'registered size')} {are(len(wrong))} wrong:"
            f" {some([told for _, told in wrong])}"
        )
        yield found("catalog-registry", path, wrong[0][0], message, MEND)


def _measured(stock: Iterable[Resolved], observed: Observed) -> Iterator[tuple[Stated, int]]:
    """Yield the sizes in bytes that are stated to the byte, each with what was measured."""
    for one in stock:
        size = next((x for x in one.entry.stated if x.unit == "bytes" and not x.rough), None)
        measured = observed.bytes.get(one.path)
        if size and measured is not None:
            yield size, measured


def _is_number(claim: Claim) -> bool:
    return isinstance(claim.value, int) and not isinstance(claim.value, bool)


def _unregistered(path: str, stock: Sequence[Resolved], listing: Listing) -> Iterator[Finding]:
    known = {one.path for one in stock if one.state == "file"}
    lost = sorted(
        one
        for one, entry in listing.entries.items()
        if entry.is_file and one not in known and not is_catalog(one)
    )
    if lost:
        message = f"{many(len(lost), 'tracked file')} {are(len(lost))} not registered: {some(lost)}"
        yield found("catalog-unregistered-file", path, None, message, REBUILD)
