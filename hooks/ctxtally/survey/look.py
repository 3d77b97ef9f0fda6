"""Look at one subject: count what the plan says, and judge it."""

from __future__ import annotations

import os

from ctxtally.adapters import ledger
from ctxtally.adapters.blobs import is_empty
from ctxtally.adapters.pathspecs import pathspecs
from ctxtally.adapters.trees import Index, WorkTree
from ctxtally.model.record import replace
from ctxtally.model.survey import Survey
from ctxtally.survey import remember
from ctxtally.survey.judgement import Counts, Judgement, by_counter
from ctxtally.survey.measure import Meter
from ctxtally.survey.outlines import refreshed
from ctxtally.tokens.cache import CountCache
from ctxtally.tokens.counters import DEFAULT, counter
from ctxtally.tokens.engines import VERSIONS

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.count import Count
    from ctxtally.model.finding import Finding
    from ctxtally.model.measured import Measured
    from ctxtally.model.outcome import Outcome
    from ctxtally.model.plan import Plan
    from ctxtally.model.tree import Entry, Tree

_RANK = {"error": 0, "warning": 1, "note": 2}


def look(place: Place, tree: Tree, *, thorough: bool = False) -> Survey:
    """Return everything that is found in `tree`, judged by the configuration it holds.

    A `thorough` look also compares the stocks of files that manifests keep with the tree, finds the
    load sets of agents, and estimates what files cost readers whose tokenizer is not public.
    """
    plan, entries, meter, main = _counted(place, tree, thorough=thorough)
    judged = Judgement(place, tree, plan, meter, entries)
    judged.by_counts(main)
    judged.by_loads(exact=main.exact)
    repeated = judged.by_repetition(thorough=thorough)
    found = [*plan.findings, *(told for one in plan.agents for told in one.loads.findings)]
    found += [*main.findings, *plan.drift, *judged.findings()]
    found = list(dict.fromkeys(found))  # two may tell of what is missing
    idle = _unused(plan, judged.outcomes, found, thorough=thorough)
    findings = [*_waived(place, plan, found), *idle]
    estimated = _estimates(meter, main.files, entries) if thorough else {}
    labels = _labels(tree, main.files, thorough=thorough)
    warnings = [one for one in (meter.counter.warning, meter.cache.warning) if one]
    steady = not warnings and not tree.torn
    asked = tuple(pathspecs(plan.specs, plan.paths))
    return Survey(
        subject=tree.subject,
        counter=meter.counter.label,
        method=meter.counter.method,
        files=tuple(sorted(main.files, key=lambda file: (-file.tokens, file.path))),
        modules=main.modules,
        categories=main.categories,
        outcomes=tuple(judged.outcomes),
        findings=tuple(sorted(findings, key=weight)),
        log=ledger.locate(place, plan.ledger),
        remarks=(*plan.remarks, *labels, *warnings),
        agents=plan.agents,
        repeated=repeated,
        estimates=estimated,
        calibrations=_calibrations(estimated),
        pathspecs=asked,
        listed=_listed(tree, plan, entries, asked) if steady else None,
    )


def _listed(
    tree: Tree, plan: Plan, entries: Mapping[str, Entry], asked: tuple[str, ...]
) -> bytes | None:
    """Return what git lists for the whole plan, if that alone decides what is found.

    It does not where a counter of another package counts, whose version nobody knows, where it is
    compared with the history of a name that may move, nor where an empty file may also be one that
    is only intended to be added.
    """
    counters = {plan.counter or DEFAULT, *by_counter(plan.budgets, plan.counter)}
    if not counters <= VERSIONS.keys() or isinstance(tree, WorkTree) or tree.since is not None:
        return None
    if not isinstance(tree, Index):
        return b""
    if tree.asked != asked and tree.listed(plan.specs, plan.paths) != entries:
        return None  # somebody staged something in the meantime
    doubtful = tree.intended or any(is_empty(entries[one.path].oid) for one in plan.files)
    return None if doubtful else tree.told


def _counted(
    place: Place, tree: Tree, *, thorough: bool
) -> tuple[Plan, Mapping[str, Entry], Meter, Counts]:
    """Return the plan with its drift, and the counts of its files by the default counter.

    A remembered plan serves unless the counts that its drift was found with are others now.
    """
    cache = CountCache(os.path.join(place.state_dir, "counts"))
    slot = remember.Slot(place, tree, thorough=thorough)
    known = slot.recall()
    if known is not None:
        plan, entries = known
        meter = Meter(tree, counter(plan.counter or DEFAULT), cache)
        counts = Counts(meter, plan, entries)
        found = {file.path: file.tokens for file in counts.files}
        holds = all(found.get(path) == tokens for path, tokens in plan.drift_tokens.items())
        agents = refreshed(plan, counts.files, tree, entries, meter.counter)
        if holds and agents is not None:
            return replace(plan, agents=agents), entries, meter, counts
    from ctxtally.survey.groundwork import lay

    groundwork = lay(place, tree, cache, thorough=thorough)
    meter, entries = groundwork.meter, groundwork.entries
    counts = Counts(meter, groundwork.plan, entries)
    plan = groundwork.finished(counts.files)
    slot.keep(plan, entries)
    return plan, entries, meter, counts


def _waived(place: Place, plan: Plan, findings: list[Finding]) -> list[Finding]:
    if not findings or not plan.waivers:
        return findings
    from datetime import date

    from ctxtally.budget.waivers import waived

    return list(waived(findings, plan.waivers, date.fromisoformat(place.day)))


def _unused(
    plan: Plan, outcomes: Sequence[Outcome], found: Sequence[Finding], *, thorough: bool
) -> list[Finding]:
    """Return notes about what was configured in vain.

    A waiver of a rule, or of a budget that only a thorough look judges, is known to be in vain only
    there.
    """
    used = {one.budget.name for one in outcomes if one.path or one.load is not None}
    own = [one for one in plan.budgets if not one.is_shipped]
    waivers = plan.waivers
    if not thorough:
        known = {one.name for one in plan.budgets}
        waivers = tuple(one for one in waivers if one.budget in known)
    if not waivers and all(one.name in used for one in own):
        return []
    from ctxtally.budget.unused import unused_budgets, unused_waivers

    return [*unused_budgets(own, used), *unused_waivers(waivers, found)]


def _estimates(
    meter: Meter, files: Sequence[Measured], entries: Mapping[str, Entry]
) -> dict[str, Count]:
    from ctxtally.survey.estimates import estimates

    return estimates(meter.tree, files, entries, meter.cache)


def _labels(tree: Tree, files: Sequence[Measured], *, thorough: bool) -> tuple[str, ...]:
    if not thorough:
        return ()
    from ctxtally.survey.labels import labels

    return tuple(labels(tree, [file.path for file in files]))


def _calibrations(estimated: Mapping[str, Count]) -> dict[str, str]:
    if not estimated:
        return {}
    from ctxtally.tokens.calibration import describe

    return {name: describe(name) for name in sorted({one.counter for one in estimated.values()})}


def weight(finding: Finding) -> tuple[int, str, str, int]:
    """Return the key that puts the worst finding first, then sorts by place."""
    return _RANK[finding.level], finding.path, finding.rule, finding.line or 0
