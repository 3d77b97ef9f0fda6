"""Make a plan: read the configuration, find the context files, read the catalogs.

This is the slow way, taken when one of these has changed; see remember.py for the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.loose import FILES
from ctxtally.catalog.names import is_catalog
from ctxtally.context.discovery import discover
from ctxtally.context.telling import LIMIT
from ctxtally.model.measured import ContextFile
from ctxtally.model.plan import Plan
from ctxtally.model.record import dataclass, replace
from ctxtally.survey.ground import ground
from ctxtally.survey.loads import load_sets
from ctxtally.survey.measure import Meter
from ctxtally.survey.outlines import plain_files
from ctxtally.survey.settings import in_gate
from ctxtally.text.globs import selected
from ctxtally.tokens.counters import DEFAULT, counter

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.budget import Budget
    from ctxtally.model.finding import Finding
    from ctxtally.model.loadset import AgentLoad
    from ctxtally.model.measured import Measured
    from ctxtally.model.module import Category, Module
    from ctxtally.model.profile import Profile
    from ctxtally.model.tree import Entry, Tree
    from ctxtally.survey.catalogs import Listed
    from ctxtally.survey.ground import Ground
    from ctxtally.survey.lookup import Tracked
    from ctxtally.survey.outlines import Outline
    from ctxtally.tokens.cache import CountCache


@dataclass(frozen=True, slots=True, kw_only=True)
class Groundwork:
    """A plan without drift, and what is needed to finish it once files are counted.

    `entries` is all that is known of the tree, `tracked` what catalogs were compared with,
    `outlines` those of the files that load sets were made of.
    """

    plan: Plan
    meter: Meter
    entries: Mapping[str, Entry]
    tracked: Tracked
    listed: Sequence[Listed]
    outlines: Mapping[str, Outline | None]

    def finished(self, files: Collection[Measured]) -> Plan:
        """Return the plan with what its catalogs say wrongly, and what of it depends on words."""
        plain = plain_files(self.plan.agents, files, self.outlines)
        plain = {path: one for path, one in plain.items() if path not in self.plan.sources}
        return replace(
            self._with_drift(files),
            plain=plain,
            sources=(*self.plan.sources, *(path for path in self.outlines if path not in plain)),
        )

    def _with_drift(self, files: Iterable[Measured]) -> Plan:
        if not self.listed:
            return self.plan
        from ctxtally.catalog.resolve import resolve_anchor
        from ctxtally.survey import catalogs

        counted = {file.path: file for file in files}
        named = {
            resolved.path: None
            for one in self.listed
            for resolved in one.resolved
            if resolved.entry.role == "module" and resolved.state == "file"
        }
        for one in self.listed:
            anchor = resolve_anchor(one.catalog, self.tracked.listing())
            if anchor is not None and anchor.state == "file":
                named[anchor.path] = None
        return replace(
            self.plan,
            drift=tuple(
                catalogs.drift(self.meter.tree, self.listed, self.tracked, counted.values())
            ),
            drift_tokens={
                path: counted[path].tokens if path in counted else None for path in named
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The context files by their names, the catalogs, and what there is to say of both."""

    files: tuple[ContextFile, ...]
    named: tuple[str, ...]
    listed: Sequence[Listed]
    modules: tuple[Module, ...]
    categories: tuple[Category, ...]
    findings: tuple[Finding, ...]


def lay(place: Place, tree: Tree, cache: CountCache, *, thorough: bool) -> Groundwork:
    """Return the groundwork; stocks of files in manifests are looked up only if `thorough`."""
    basis = ground(place, tree)
    in_force, tracked, config = basis.settings, basis.tracked, basis.settings.config
    budgets = in_force.budgets if thorough else in_gate(in_force.budgets)
    found = context_files(basis, tree, budgets, registries=thorough)
    meter = Meter(tree, counter(config.counter or DEFAULT), cache)
    # Whole files first, all at once: most texts in load sets are these.
    meter.measure(found.files, tracked.entries)
    loads = load_sets(basis, meter, in_force.agents)
    files = (*found.files, *_imported(loads.agents, found.files))
    plan = Plan(
        specs=(*basis.specs, *loads.specs),
        # A log inside the work tree must not become tracked.
        paths=tuple(sorted(tracked.asked | loads.tracked.asked | _wanted(config.ledger))),
        sources=tuple(dict.fromkeys((*FILES, *basis.written, *found.named))),
        files=tuple(file for file in files if not selected(file.path, config.exclude)),
        modules=found.modules,
        categories=found.categories,
        budgets=budgets,
        waivers=config.waivers,
        findings=found.findings,
        drift=(),
        drift_tokens={},
        counter=config.counter,
        ledger=config.ledger,
        remarks=in_force.remarks,
        agents=loads.agents if config.defaults else tuple(_without_limits(loads.agents)),
        imports=loads.imports,
    )
    return Groundwork(
        plan=plan,
        meter=meter,
        entries=loads.tracked.entries,
        tracked=tracked,
        listed=found.listed,
        outlines=loads.outlines,
    )


def context_files(
    basis: Ground, tree: Tree, budgets: Sequence[Budget], *, registries: bool
) -> Found:
    config, tracked = basis.settings.config, basis.tracked
    seen = {
        path: one for path, one in tracked.entries.items() if not selected(path, config.exclude)
    }
    discovery = discover(seen, _read_by(basis.profiles, config.agents), tracked.link_text)
    named = tuple(path for path, one in sorted(seen.items()) if one.is_file and is_catalog(path))
    if not named:  # most repositories have none, and what reads them is a third of what we load
        files = sorted(discovery.files, key=lambda file: file.path)
        return Found(
            files=(*files, *_budgeted(config.budgets, files, seen)),
            named=(),
            listed=(),
            modules=(),
            categories=(),
            findings=tuple(discovery.findings),
        )
    from ctxtally.survey import catalogs

    listed, unreadable = catalogs.read_catalogs(tree, tracked, named, registries=registries)
    files = catalogs.context_files(discovery.files, named, listed)
    modules = tuple(catalogs.modules(listed))
    return Found(
        files=(*files, *_budgeted(config.budgets, files, seen)),
        named=named,
        listed=listed,
        modules=modules,
        categories=tuple(catalogs.categories(listed, modules)),
        findings=(*discovery.findings, *catalogs.depended_on(unreadable, budgets)),
    )


def _read_by(profiles: Iterable[Profile], agents: Sequence[str]) -> list[Profile]:
    return [profile for profile in profiles if not agents or profile.agent in agents]


def _without_limits(agents: Iterable[AgentLoad]) -> Iterator[AgentLoad]:
    """Yield load sets that say nothing of limits, as somebody wants who drops the defaults."""
    for one in agents:
        findings = tuple(finding for finding in one.loads.findings if finding.rule != LIMIT)
        yield replace(one, loads=replace(one.loads, findings=findings))


def _imported(agents: Iterable[AgentLoad], found: Iterable[ContextFile]) -> Iterator[ContextFile]:
    """Yield the files of load sets that nothing but an import names."""
    known = {file.path for file in found}
    paths = {file.path for one in agents for file in one.loads.files}
    for path in sorted(paths - known):
        yield ContextFile(path=path, kind="import")


def _wanted(ledger: str | None) -> set[str]:
    return {ledger} if ledger else set()


def _budgeted(
    budgets: Iterable[Budget], found: Iterable[ContextFile], entries: Mapping[str, Entry]
) -> Iterator[ContextFile]:
    """Yield the files that only a budget names."""
    known = {file.path for file in found}
    globs = [budget.paths for budget in budgets if budget.scope in ("file", "total")]
    for path, entry in sorted(entries.items()):
        if entry.is_file and path not in known and any(selected(path, one) for one in globs):
            yield ContextFile(path=path, kind="file")
