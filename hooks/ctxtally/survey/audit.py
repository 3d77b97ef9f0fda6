"""A close look at catalogs: all that they state against all that their files hold."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

from ctxtally.budget.waivers import waived
from ctxtally.catalog.registries import stock
from ctxtally.errors import UserError
from ctxtally.model.audit import Audit, AuditedEntry
from ctxtally.model.record import dataclass
from ctxtally.survey import catalogs
from ctxtally.survey.beyond import beyond
from ctxtally.survey.ground import ground
from ctxtally.survey.look import weight
from ctxtally.survey.measure import Meter
from ctxtally.survey.observed import anchors, observe, with_detail
from ctxtally.text.globs import selected
from ctxtally.text.nearest import nearest
from ctxtally.text.paths import Refused, normalised
from ctxtally.text.shown import shown
from ctxtally.tokens.cache import CountCache
from ctxtally.tokens.counters import DEFAULT, counter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.catalog import Observed, Unit
    from ctxtally.model.finding import Finding
    from ctxtally.model.measured import Measured
    from ctxtally.model.tree import Tree
    from ctxtally.survey.catalogs import Listed
    from ctxtally.survey.ground import Ground


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
        for file in catalogs.context_files(anchors(basis, listed), (), listed)
        if not selected(file.path, settings.config.exclude)
    ]
    counted, uncounted = meter.measure(files, tracked.entries)
    measured = {file.path: file for file in counted}
    observed = observe(basis, tree, listed, measured)
    return Examined(
        ground=basis,
        meter=meter,
        listed=tuple((one, with_detail(basis, tree, one, observed)) for one in listed),
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
