"""What the files that catalogs say something about really hold."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ctxtally.adapters.documents import read_document, read_front_matter
from ctxtally.catalog.registries import stock
from ctxtally.catalog.resolve import resolve_anchor, resolve_detail
from ctxtally.model.catalog import Observed
from ctxtally.model.measured import ContextFile
from ctxtally.model.record import replace
from ctxtally.survey.measure import LARGEST_BYTES
from ctxtally.tokens.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ctxtally.model.catalog import Resolved
    from ctxtally.model.document import Document, Unreadable
    from ctxtally.model.measured import Measured
    from ctxtally.model.tree import Entry, Tree
    from ctxtally.survey.catalogs import Listed
    from ctxtally.survey.ground import Ground

# Two lines of `---` in these are no front matter.
_DATA = (".json", ".yaml", ".yml")


def anchors(basis: Ground, listed: Iterable[Listed]) -> list[ContextFile]:
    """Return the root files that indexes name."""
    lookup = basis.tracked.listing()
    found = [resolve_anchor(one.catalog, lookup) for one in listed]
    paths = {one.path for one in found if one and one.state == "file"}
    return [ContextFile(path=path, kind="instructions") for path in sorted(paths)]


def observe(
    basis: Ground, tree: Tree, listed: Sequence[Listed], measured: Mapping[str, Measured]
) -> Observed:
    """Return what is known of the files that any of the catalogs lists."""
    roots = {file.path for file in anchors(basis, listed)}
    words: dict[str, int] = {}
    fronts: dict[str, Document | Unreadable | None] = {}
    sizes = {path: file.bytes for path, file in measured.items()}
    for path, raw in _contents(basis, tree, sizes):
        if not path.lower().endswith(_DATA):
            fronts[path] = read_front_matter(path, raw)
        text = decode(raw) if path in roots else ""
        if isinstance(text, str) and text:
            words[path] = len(text.split())
    observed = Observed(
        tokens={path: file.tokens for path, file in measured.items()},
        words=words,
        bytes=sizes,
        lines={path: file.lines for path, file in measured.items()},
        front_matter=fronts,
        whole_tree=any(one.catalog.registry for one in listed),
    )
    return _with_stock(basis, tree, observed, [one for each in listed for one in each.resolved])


def with_detail(basis: Ground, tree: Tree, one: Listed, observed: Observed) -> Observed:
    """Return what was observed with the file that a registry lies in, where there is one."""
    entries, lookup = basis.tracked.entries, basis.tracked.listing()
    file = resolve_detail(one.catalog, lookup)
    if file is None or file.state != "file":
        return observed
    size = tree.sizes([entries[file.path]])[file.path]
    if size is None or size > LARGEST_BYTES:
        return observed
    read = [read_document(file.path, raw) for _, raw in tree.read([entries[file.path]])]
    found = replace(observed, detail=read[0] if read else None)
    known = stock(one.catalog, one.resolved, found, lookup)
    return _with_stock(basis, tree, found, known[1] if known else ())


def _with_stock(
    basis: Ground, tree: Tree, observed: Observed, resolved: Iterable[Resolved]
) -> Observed:
    """Return what was observed with the sizes and checksums of registered files."""
    registered = [one for one in resolved if one.entry.role == "registry" and one.state == "file"]
    entries = {one.path: basis.tracked.entries[one.path] for one in registered}
    sizes = {path: size for path, size in tree.sizes(entries.values()).items() if size is not None}
    kept = {one.path for one in registered if one.entry.sha256}
    wanted = {path: size for path, size in sizes.items() if path in kept and size <= LARGEST_BYTES}
    checksums = {
        path: hashlib.sha256(raw).hexdigest() for path, raw in _contents(basis, tree, wanted)
    }
    return replace(
        observed,
        bytes={**sizes, **observed.bytes},
        sha256={**observed.sha256, **checksums},
    )


def _contents(basis: Ground, tree: Tree, sizes: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
    """Yield the content of files of these sizes, a bounded part of it at a time."""
    entries = [basis.tracked.entries[path] for path in sizes]
    while entries:
        room = LARGEST_BYTES
        batch: list[Entry] = []
        while entries and (room > 0 or not batch):
            room -= sizes[entries[-1].path]
            batch.append(entries.pop())
        for entry, raw in tree.read(batch):
            yield entry.path, raw
