"""Look at one subject: find its context files, count them, judge them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxtally.adapters import ledger
from ctxtally.adapters.clock import now
from ctxtally.budget.findings import findings as budget_findings
from ctxtally.budget.judge import judge
from ctxtally.budget.waivers import waived
from ctxtally.context.discovery import discover
from ctxtally.context.globset import covering, pathspecs
from ctxtally.model.measured import ContextFile
from ctxtally.model.survey import Survey
from ctxtally.survey import catalogs, settings
from ctxtally.survey.details import details
from ctxtally.survey.lookup import Tracked
from ctxtally.survey.measure import Meter
from ctxtally.text.globs import selected
from ctxtally.tokens.cache import CountCache
from ctxtally.tokens.counters import DEFAULT, counter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.budget import Budget, Outcome
    from ctxtally.model.finding import Finding
    from ctxtally.model.measured import Category, Measured, Module
    from ctxtally.model.tree import Entry, Tree
    from ctxtally.survey.settings import Settings

_RANK = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inputs:
    """What there is to count: the files, and the catalogs that say what some of them cost."""

    files: Sequence[ContextFile]
    listed: Sequence[catalogs.Listed]
    entries: Mapping[str, Entry]
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    """The same files by one counter."""

    meter: Meter
    files: tuple[Measured, ...]
    findings: tuple[Finding, ...]
    modules: tuple[Module, ...]
    categories: tuple[Category, ...]


def look(place: Place, tree: Tree) -> Survey:
    """Return everything that is found in `tree`, judged by the configuration it holds."""
    in_force, inputs = _gathered(place, tree)
    cache = CountCache(os.path.join(place.state_dir, "counts"))
    default = in_force.config.counter or DEFAULT
    outcomes: list[Outcome] = []
    for name, budgets in _by_counter(in_force.budgets, default).items():
        counts = _counted(Meter(tree=tree, counter=counter(name), cache=cache), inputs)
        outcomes += judge(budgets, counts.files, counts.modules, counts.categories)
        if name == default:
            main = counts
    broken = budget_findings(outcomes, details(main.meter, inputs.entries, outcomes))
    findings = waived(
        [*inputs.findings, *main.findings, *broken], in_force.config.waivers, now().date()
    )
    warnings = (main.meter.counter.warning, cache.warning)
    return Survey(
        subject=tree.subject,
        counter=main.meter.counter.label,
        method=main.meter.counter.method,
        files=tuple(sorted(main.files, key=lambda file: (-file.tokens, file.path))),
        modules=main.modules,
        categories=main.categories,
        outcomes=tuple(outcomes),
        findings=tuple(sorted(findings, key=_weight)),
        log=ledger.locate(place, in_force.config.ledger),
        remarks=(*in_force.remarks, *(one for one in warnings if one)),
    )


def _gathered(place: Place, tree: Tree) -> tuple[Settings, _Inputs]:
    profiles = settings.profiles()
    entries = tree.listed([*pathspecs(profiles), *catalogs.SPECS, *settings.FILES])
    in_force = settings.settings(place, tree, entries, profiles)
    agents = in_force.config.agents
    wanted = covering(path for budget in in_force.config.budgets for path in budget.paths)
    tracked = Tracked(tree, {**entries, **(tree.listed(wanted) if wanted else {})})
    discovery = discover(
        tracked.entries,
        [profile for profile in profiles if not agents or profile.agent in agents],
        tracked.link_text,
    )
    listed, unreadable = catalogs.read_catalogs(tree, tracked)
    files = catalogs.context_files(discovery.files, listed, tracked)
    files += _budgeted(in_force.config.budgets, files, tracked.entries)
    return in_force, _Inputs(
        files=files,
        listed=listed,
        entries=tracked.entries,
        findings=[*discovery.findings, *unreadable],
    )


def _budgeted(
    budgets: Iterable[Budget], found: Iterable[ContextFile], entries: Mapping[str, Entry]
) -> Iterator[ContextFile]:
    """Yield the files that only a budget names."""
    known = {file.path for file in found}
    globs = [budget.paths for budget in budgets if budget.scope in ("file", "total")]
    for path, entry in sorted(entries.items()):
        if entry.is_file and path not in known and any(selected(path, one) for one in globs):
            yield ContextFile(path=path, kind="file")


def _by_counter(budgets: Iterable[Budget], default: str) -> dict[str, list[Budget]]:
    groups: dict[str, list[Budget]] = {default: []}
    for budget in budgets:
        groups.setdefault(budget.counter or default, []).append(budget)
    return groups


def _counted(meter: Meter, inputs: _Inputs) -> _Counts:
    measurement = meter.measure(inputs.files, inputs.entries)
    modules = tuple(
        catalogs.modules(inputs.listed, {file.path: file for file in measurement.files})
    )
    return _Counts(
        meter=meter,
        files=measurement.files,
        findings=measurement.findings,
        modules=modules,
        categories=tuple(catalogs.categories(inputs.listed, modules)),
    )


def _weight(finding: Finding) -> tuple[int, str, str, int]:
    return _RANK[finding.level], finding.path, finding.rule, finding.line or 0
