"""Find the repetition that somebody asks about, judged by the budgets about it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters.clock import now
from ctxtally.budget.findings import findings
from ctxtally.budget.waivers import waived
from ctxtally.errors import UserError
from ctxtally.model.record import replace
from ctxtally.survey import base
from ctxtally.survey.explained import agent_named
from ctxtally.survey.ground import ground
from ctxtally.survey.look import weight
from ctxtally.survey.measure import Meter
from ctxtally.survey.repetition import Repetition
from ctxtally.text.shown import shown
from ctxtally.tokens.cache import CountCache
from ctxtally.tokens.counters import DEFAULT, counter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.redundancy import Redundancy
    from ctxtally.model.tree import Tree


def repeated(
    place: Place, tree: Tree, *, agent: str | None, globs: Sequence[str], since: str | None
) -> Redundancy:
    """Return what is repeated in the load sets of one agent or of all, or in chosen files.

    With `since`, the name of a commit, also what was repeated where the history left its.
    """
    basis = ground(place, tree)
    config = basis.settings.config
    budgets = basis.settings.budgets
    cache = CountCache(os.path.join(place.state_dir, "counts"))
    meter = Meter(tree, counter(config.counter or DEFAULT), cache)
    agents = None if agent is None else [agent_named(agent, basis)]
    if since is not None:
        tree.since = base.common(tree, since)
    relative = any(one.is_relative for one in budgets)
    there = base.bases(tree, needed=relative) if relative or since is not None else []
    repetition = Repetition(basis, meter, there, agents=agents, globs=globs)
    found = repetition.found()
    if globs and not found.whole.files and not found.findings:
        raise UserError(
            f"no file of the {tree.subject} is selected by {' '.join(map(shown, globs))}",
            help='globs begin at the top of the repository: `--paths "docs/**/*.md"`, in quotes',
        )
    outcomes = tuple(repetition.outcomes(budgets, found))
    told = waived([*found.findings, *findings(outcomes, {})], config.waivers, now().date())
    before = next(repetition.before(), None) if since is not None else None
    warnings = [one for one in (meter.counter.warning, cache.warning) if one]
    return replace(
        found,
        before=before[1].whole if before else None,
        base=before[0].subject if before else "",
        outcomes=outcomes,
        findings=tuple(sorted(told, key=weight)),
        remarks=(*basis.settings.remarks, *warnings),
    )
