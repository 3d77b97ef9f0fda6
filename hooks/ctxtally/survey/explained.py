"""Find the load sets that somebody asks about."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters.clock import now
from ctxtally.budget.waivers import waived
from ctxtally.errors import UserError
from ctxtally.model.loadset import Explained
from ctxtally.survey.ground import ground
from ctxtally.survey.loads import load_sets
from ctxtally.survey.look import weight
from ctxtally.survey.measure import Meter
from ctxtally.text.nearest import nearest
from ctxtally.text.paths import Refused, normalised
from ctxtally.text.shown import shown
from ctxtally.tokens.cache import CountCache
from ctxtally.tokens.counters import DEFAULT, counter

if TYPE_CHECKING:
    from ctxtally.adapters.git import Place
    from ctxtally.model.tree import Tree
    from ctxtally.survey.ground import Ground
    from ctxtally.survey.lookup import Tracked


def explained(place: Place, tree: Tree, agent: str | None, directory: str | None) -> Explained:
    """Return the load sets of one agent, or of all that are used here.

    An agent is asked about for a session at the top where no directory is named, all of them for
    every directory that makes a difference.
    """
    basis = ground(place, tree)
    config = basis.settings.config
    agents = basis.settings.agents if agent is None else (agent_named(agent, basis),)
    dirs = None if agent is None else ["."]
    if directory is not None:
        dirs = [directory_named(directory, basis.tracked)]
    cache = CountCache(os.path.join(place.state_dir, "counts"))
    meter = Meter(tree, counter(config.counter or DEFAULT), cache)
    loads = load_sets(basis, meter, agents, dirs)
    found = dict.fromkeys(one for agent in loads.agents for one in agent.loads.findings)
    findings = waived(found, config.waivers, now().date())
    warnings = [one for one in (meter.counter.warning, cache.warning) if one]
    return Explained(
        subject=tree.subject,
        counter=meter.counter.label,
        method=meter.counter.method,
        agents=loads.agents,
        findings=tuple(sorted(findings, key=weight)),
        remarks=(*basis.settings.remarks, *warnings),
    )


def agent_named(name: str, basis: Ground) -> str:
    """Return the id of an agent that somebody names; one without a profile is refused."""
    known = [profile.agent for profile in basis.profiles]
    if name in known:
        return name
    meant = nearest(name, known)
    way_out = f"did you mean `{meant}`?" if meant else f"the agents are {', '.join(known)}"
    raise UserError(f"no agent is named {shown(name)}", help=way_out)


def directory_named(name: str, tracked: Tracked) -> str:
    """Return a directory as we name it; one without any tracked file is refused."""
    path = normalised(name)
    if isinstance(path, Refused):
        raise UserError(
            f"{shown(name)} is no directory of the repository",
            help="write it as seen from the top: `packages/core`, or `.` for the top itself",
        )
    if path != ".":
        tracked.gather([path])
    directories = tracked.listing().directories
    if path == "." or path in directories:
        return path
    meant = nearest(path, directories)
    way_out = "write it as seen from the top of the repository"
    raise UserError(
        f"no tracked file lies below {shown(name)}",
        help=f"did you mean `{meant}`?" if meant else way_out,
    )
