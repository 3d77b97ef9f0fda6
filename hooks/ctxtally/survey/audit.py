"""A close look at catalogs: all that they state against all that their files hold."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

from ctxtally.adapters.documents import read_document, read_front_matter
from ctxtally.budget.waivers import waived
from ctxtally.catalog.registries import stock
from ctxtally.catalog.resolve import resolve_anchor, resolve_detail
from ctxtally.errors import UserError
from ctxtally.model.audit import Audit, AuditedEntry
from ctxtally.model.catalog import Observed
from ctxtally.model.measured import ContextFile
from ctxtally.model.record import dataclass, replace
from ctxtally.survey import catalogs
from ctxtally.survey.beyond import beyond
from ctxtally.survey.ground import ground
from ctxtally.survey.look import weight
from ctxtally.survey.measure import LARGEST_BYTES, Meter
from ctxtally.text.globs import selected
from ctxtally.text.nearest import nearest
from ctxtally.text.paths import Refused, normalised
from ctxtally.text.shown import shown
from ctxtally.tokens.cache import CountCache
from ctxtally.tokens.counters import DEFAULT, counter
from ctxtally.tokens.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.catalog import Unit
    from ctxtally.model.document import Document, Unreadable
    from ctxtally.model.finding import Finding
    from ctxtally.model.measured import Measured
    from ctxtally.model.tree import Entry as TreeEntry
    from ctxtally.model.tree import Tree
    from ctxtally.survey.catalogs import Listed
    from ctxtally.survey.ground import Ground

# Two lines of `---` in these are no front matter.
_DATA = (".json", ".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """The catalogs that could be read, with what was observed of their files.

    `unread` are findings about catalogs and files that could not be. `measured` are by path.
    """

    ground: Ground
    meter: Meter
    listed: tuple[tuple[Listed, Observed], ...]
    measured: Mapping[str, Measured]
    unread: tuple[Finding, ...]


def examine(place: Place, tree: Tree, chosen: Sequence[str] = ()) -> Examined:
    """Read the catalogs of `tree`, or those `chosen`, and whatever they say something about."""
    basis = ground(place, tree)
    settings, tracked = basis.settings, basis.tracked
    meant = dict.fromkeys(path for one in chosen for path in _meant(basis, one))
    named = list(meant) or _named(basis)
    listed, unreadable = catalogs.read_catalogs(tree, tracked, named, registries=True)
    if any(one.catalog.registry for one in listed):
        tracked.learn(tree.listed(["*"]))
    cache = CountCache(os.path.join(place.state_dir, "counts"))
    meter = Meter(tree, counter(settings.config.counter or DEFAULT), cache)
    files = [
        file
        for file in catalogs.context_files(_anchors(basis, listed), (), listed)
        if not selected(file.path, settings.config.exclude)
    ]
    counted, uncounted = meter.measure(files, tracked.entries)
    measured = {file.path: file for file in counted}
    observed = _observed(basis, tree, listed, measured)
    return Examined(
        ground=basis,
        meter=meter,
        listed=tuple((one, _with_detail(basis, tree, one, observed)) for one in listed),
        measured=measured,
        unread=(*catalogs.depended_on(unreadable, settings.budgets), *uncounted),
    )


def _named(basis: Ground) -> list[str]:
    exclude = basis.settings.config.exclude
    return [path for path in catalogs.paths(basis.tracked.entries) if not selected(path, exclude)]


def _meant(basis: Ground, written: str) -> list[str]:
    """Return the file that somebody names, or the catalogs in the folder."""
    path = normalised(written)
    if isinstance(path, Refused):
        raise UserError(
            f"{shown(written)} is no path of the repository",
            help="write it as seen from the top: `docs/INDEX.yaml`",
        )
    tracked = basis.tracked
    tracked.gather([path])
    entry = tracked.entries.get(path)
    if entry is not None and entry.is_file:
        return [path]
    named = _named(basis)
    below = [one for one in named if path == "." or one.startswith(f"{path}/")]
    if not below:
        meant = nearest(path, named)
        raise UserError(
            f"no catalog is tracked at {shown(written)}",
            help=f"did you mean `{meant}`?"
            if meant
            else "write the path of a tracked file as seen from the top of the repository",
        )
    return below


def _anchors(basis: Ground, listed: Iterable[Listed]) -> list[ContextFile]:
    """Return the root files that indexes name."""
    lookup = basis.tracked.listing()
    found = [resolve_anchor(one.catalog, lookup) for one in listed]
    paths = {one.path for one in found if one and one.state == "file"}
    return [ContextFile(path=path, kind="instructions") for path in sorted(paths)]


def _observed(
    basis: Ground, tree: Tree, listed: Sequence[Listed], measured: Mapping[str, Measured]
) -> Observed:
    entries = basis.tracked.entries
    registered = {
        one.path: entries[one.path]
        for catalog in listed
        for one in catalog.resolved
        if one.entry.role == "registry" and one.state == "file"
    }
    anchors = {file.path for file in _anchors(basis, listed)}
    words: dict[str, int] = {}
    fronts: dict[str, Document | Unreadable | None] = {}
    for path, raw in _contents(tree, basis, measured):
        if not path.lower().endswith(_DATA):
            fronts[path] = read_front_matter(path, raw)
        text = decode(raw) if path in anchors else ""
        if isinstance(text, str) and text:
            words[path] = len(text.split())
    sizes = tree.sizes(registered.values())
    return Observed(
        tokens={path: file.tokens for path, file in measured.items()},
        words=words,
        bytes={path: file.bytes for path, file in measured.items()} | _known(sizes),
        lines={path: file.lines for path, file in measured.items()},
        front_matter=fronts,
        whole_tree=any(one.catalog.registry for one in listed),
    )


def _contents(
    tree: Tree, basis: Ground, measured: Mapping[str, Measured]
) -> Iterator[tuple[str, bytes]]:
    """Yield the content of the files that were measured, a bounded part of it at a time."""
    entries = [basis.tracked.entries[path] for path in measured]
    while entries:
        room = LARGEST_BYTES
        batch: list[TreeEntry] = []
        while entries and (room > 0 or not batch):
            room -= measured[entries[-1].path].bytes
            batch.append(entries.pop())
        for entry, raw in tree.read(batch):
            yield entry.path, raw


def _with_detail(basis: Ground, tree: Tree, one: Listed, observed: Observed) -> Observed:
    """Return what was observed with the file that a registry lies in, where there is one."""
    entries, lookup = basis.tracked.entries, basis.tracked.listing()
    file = resolve_detail(one.catalog, lookup)
    if file is None or file.state != "file":
        return observed
    size = tree.sizes([entries[file.path]])[file.path]
    if size is None or size > LARGEST_BYTES:
        return observed
    sizes = _known(tree.sizes(one for one in entries.values() if one.is_file))
    read = [read_document(file.path, raw) for _, raw in tree.read([entries[file.path]])]
    detail = read[0] if read else None
    return replace(observed, detail=detail, bytes=sizes | dict(observed.bytes))


def _known(sizes: Mapping[str, int | None]) -> dict[str, int]:
    return {path: size for path, size in sizes.items() if size is not None}


def audit(place: Place, tree: Tree, seen: Examined) -> Audit:
    """Return what is stated, what was measured and what is wrong, the worst first."""
    settings, meter = seen.ground.settings, seen.meter
    every = [
        *seen.unread,
        *catalogs.judged(tree, seen.listed, seen.ground.tracked),
        *beyond(seen.ground, meter, [one for one, _ in seen.listed], seen.measured),
    ]
    day = date.fromisoformat(place.day)
    findings = waived(dict.fromkeys(every), settings.config.waivers, day)
    warnings = (meter.counter.warning, meter.cache.warning)
    return Audit(
        subject=tree.subject,
        counter=meter.counter.label,
        method=meter.counter.method,
        catalogs=tuple(one.catalog.path for one, _ in seen.listed),
        entries=tuple(_entries(seen)),
        findings=tuple(sorted(findings, key=weight)),
        remarks=(*settings.remarks, *filter(None, warnings)),
    )


def _entries(seen: Examined) -> Iterator[AuditedEntry]:
    """Yield every entry of every catalog, with what is known of its file."""
    units: tuple[Unit, ...] = ("tokens", "bytes", "lines")
    lookup = seen.ground.tracked.listing()
    for one, observed in seen.listed:
        known = [(one.catalog.path, resolved) for resolved in one.resolved]
        moved = stock(one.catalog, one.resolved, observed, lookup)
        if moved and moved[0] != one.catalog.path:
            known += [(moved[0], resolved) for resolved in moved[1]]
        for path, resolved in known:
            amounts = {unit: observed.measured(resolved.path, unit) for unit in units}
            yield AuditedEntry(
                catalog=path,
                entry=resolved.entry,
                state=resolved.state,
                path=resolved.path or resolved.entry.path,
                measured={unit: known for unit, known in amounts.items() if known is not None},
            )
