"""Make a plan: read the configuration, find the context files, read the catalogs.

This is the slow way, taken when one of these has changed; see remember.py for the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ctxtally.adapters.loose import FILES
from ctxtally.catalog.names import SPECS
from ctxtally.catalog.resolve import resolve_anchor
from ctxtally.context.discovery import discover
from ctxtally.context.globset import covering, pathspecs
from ctxtally.model.measured import ContextFile
from ctxtally.model.plan import Plan
from ctxtally.survey import catalogs, settings
from ctxtally.survey.lookup import Tracked
from ctxtally.text.globs import selected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.budget import Budget
    from ctxtally.model.finding import Finding
    from ctxtally.model.measured import Measured
    from ctxtally.model.tree import Entry, Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Groundwork:
    """A plan without drift, and what is needed to find the drift once files are counted."""

    plan: Plan
    tree: Tree
    tracked: Tracked
    listed: Sequence[catalogs.Listed]

    def with_drift(self, files: Iterable[Measured]) -> Plan:
        """Return the plan with what its catalogs say wrongly, given the counts."""
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
            drift=tuple(catalogs.drift(self.tree, self.listed, self.tracked, counted.values())),
            drift_tokens={
                path: counted[path].tokens if path in counted else None for path in named
            },
        )


def lay(place: Place, tree: Tree, *, registries: bool) -> Groundwork:
    """Return the groundwork for `tree`; the stocks of files in manifests only on request."""
    profiles = settings.profiles()
    specs = [*pathspecs(profiles), *SPECS, *FILES]
    entries = dict(tree.listed(specs))
    in_force = settings.settings(place, tree, entries, profiles)
    agents = in_force.config.agents
    wanted = covering(path for budget in in_force.config.budgets for path in budget.paths)
    if wanted:
        entries |= tree.listed(wanted)
    tracked = Tracked(tree, entries)
    exclude = in_force.config.exclude
    seen = {path: one for path, one in tracked.entries.items() if not selected(path, exclude)}
    discovery = discover(
        seen,
        [profile for profile in profiles if not agents or profile.agent in agents],
        tracked.link_text,
    )
    named = catalogs.paths(seen)
    listed, unreadable = catalogs.read_catalogs(tree, tracked, named, registries=registries)
    files = catalogs.context_files(discovery.files, named, listed)
    files += _budgeted(in_force.config.budgets, files, seen)
    files = [file for file in files if not selected(file.path, exclude)]
    modules = tuple(catalogs.modules(listed))
    plan = Plan(
        specs=(*specs, *wanted),
        paths=tuple(sorted(tracked.asked)),
        sources=(*FILES, *named),
        files=tuple(files),
        modules=modules,
        categories=tuple(catalogs.categories(listed, modules)),
        budgets=in_force.budgets,
        waivers=in_force.config.waivers,
        findings=(*discovery.findings, *_depended_on(unreadable, in_force.budgets)),
        drift=(),
        drift_tokens={},
        counter=in_force.config.counter,
        ledger=in_force.config.ledger,
        remarks=in_force.remarks,
    )
    return Groundwork(plan=plan, tree=tree, tracked=tracked, listed=listed)


def _budgeted(
    budgets: Iterable[Budget], found: Iterable[ContextFile], entries: Mapping[str, Entry]
) -> Iterator[ContextFile]:
    """Yield the files that only a budget names."""
    known = {file.path for file in found}
    globs = [budget.paths for budget in budgets if budget.scope in ("file", "total")]
    for path, entry in sorted(entries.items()):
        if entry.is_file and path not in known and any(selected(path, one) for one in globs):
            yield ContextFile(path=path, kind="file")


def _depended_on(unreadable: Iterable[Finding], budgets: Iterable[Budget]) -> Iterator[Finding]:
    """Yield findings about catalogs, as errors where a budget needs what they say to fail."""
    needed = [one for one in budgets if one.scope in ("module", "category")]
    strict = [one for one in needed if one.level == "error" and (one.max or one.min)]
    for finding in unreadable:
        fails = any(not one.paths or selected(finding.path, one.paths) for one in strict)
        yield replace(finding, level="error") if fails else finding
