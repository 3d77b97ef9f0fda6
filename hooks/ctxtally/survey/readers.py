"""Who has files read at the start of a session, and how many sessions that were."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ctxtally.model.analysis import Analysis
    from ctxtally.model.loadset import AgentLoad
    from ctxtally.survey.audit import Examined

# The list of an index that says what every session begins with.
_ALWAYS = "always_load"
# The profile of the convention that agents share: those without a load set of their own are meant.
_SHARED = "agents-md"


def at_work(readers: Collection[str], usage: Analysis, agents: Collection[str]) -> int:
    """Return how many sessions of a log were those of readers, of `agents` with load sets.

    What an index has read is read by all. A session that tells no agent may be of any.
    """
    if not set(agents).issuperset(readers):
        return usage.sessions.count

    def reads(agent: str) -> bool:
        return agent in readers or (_SHARED in readers and agent not in agents)

    return sum(times for told, times in usage.worked.items() if not told or any(map(reads, told)))


def readers(agents: Iterable[AgentLoad], seen: Examined) -> dict[str, tuple[str, ...]]:
    """Return by path the agents, and the indexes, that have a file read at every start."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for agent in agents:
        for file in agent.loads.files:
            if file.load == "always":
                found[file.path][agent.loads.agent] = None
    for one, _ in seen.listed:
        always = {
            word.text
            for selection in one.catalog.selections
            if (selection.kind, selection.name) == ("load", _ALWAYS)
            for word in selection.references
        }
        for resolved in one.resolved:
            if always & {resolved.entry.name, resolved.entry.qualified}:
                found[resolved.path][one.catalog.path] = None
    return {path: tuple(names) for path, names in found.items()}
