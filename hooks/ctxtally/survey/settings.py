"""What is in force for a subject: profiles, configuration, budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import shipped
from ctxtally.adapters.loose import FILES
from ctxtally.adapters.trees import Revision
from ctxtally.config import reader
from ctxtally.context.discovery import detected
from ctxtally.context.profiles import parse_profile
from ctxtally.errors import ConfigError
from ctxtally.model.budget import SHIPPED
from ctxtally.model.record import dataclass
from ctxtally.survey.measure import LARGEST_BYTES
from ctxtally.survey.rules import RULES
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ctxtally.adapters.git import Place
    from ctxtally.config.reader import Config
    from ctxtally.model.budget import Budget
    from ctxtally.model.profile import Profile
    from ctxtally.model.tree import Entry, Tree

# Data in budgets/ that is not the profile of an agent.
# Where a repository keeps profiles of its own, one file for each agent.
OWN_PROFILES = ".ctxtally/agents/"
_NOT_PROFILES = ("default.toml", "models.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`agents` are those configured, else those of which the tree holds a telling file.

    `remarks` says in a line each what is worth knowing of where the settings came from.
    """

    config: Config
    agents: tuple[str, ...]
    budgets: tuple[Budget, ...]
    remarks: tuple[str, ...] = ()


def profiles() -> tuple[Profile, ...]:
    """Return the shipped profiles, one per agent, sorted by its id."""
    return tuple(
        parse_profile(shipped.read("budgets", name), f"budgets/{name}")
        for name in shipped.names("budgets")
        if name not in _NOT_PROFILES
    )


def written_profiles(tree: Tree, entries: Mapping[str, Entry]) -> dict[str, Profile]:
    """Return the profiles that the repository itself writes, by the path of each.

    One that cannot be read is a ConfigError, as other configuration is.
    """
    files = [
        one
        for path, one in sorted(entries.items())
        if one.is_file and path.startswith(OWN_PROFILES) and path.endswith(".toml")
    ]
    sizes = tree.sizes(files)
    for one in files:
        size = sizes[one.path]
        if size is None or size > LARGEST_BYTES:
            raise ConfigError(
                f"{one.path}:1:1: its content cannot be had",
                help="keep one agent in one file, and fetch the missing objects",
            )
    return {one.path: _written(raw, one.path) for one, raw in tree.read(files)}


def _written(raw: bytes, path: str) -> Profile:
    profile = parse_profile(raw, path)
    if path != f"{OWN_PROFILES}{profile.agent}.toml":
        raise ConfigError(
            f"{path}:1:1: it is about the agent {shown(profile.agent)}",
            help=f"name it {OWN_PROFILES}{profile.agent}.toml",
        )
    return profile


def settings(
    place: Place, tree: Tree, entries: Mapping[str, Entry], known: Iterable[Profile]
) -> Settings:
    """Read the configuration of the subject; one that git does not track is used, and named."""
    known = tuple(known)
    defaults = reader.shipped(shipped.read("budgets", "default.toml"), SHIPPED)
    mine, remarks = reader.Config(), []
    for name in FILES:
        found, remark = _read(place, tree, entries, name)
        if found is None:
            continue
        mine = reader.parse(
            found,
            name,
            agents=[profile.agent for profile in known],
            budgets=[*(budget.name for budget in defaults), *_limits(known)],
            rules=RULES,
        )
        if mine.source:
            remarks = [remark] if remark else []
            break
    agents = mine.agents or tuple(profile.agent for profile in detected(known, entries))
    named = (one.agent for one in mine.budgets if one.agent)
    agents = tuple(dict.fromkeys((*agents, *named)))
    return Settings(
        config=mine,
        agents=agents,
        budgets=_in_force(mine, defaults, agents),
        remarks=tuple(remarks),
    )


def _limits(profiles: Iterable[Profile]) -> Iterator[str]:
    """Yield the names by which a waiver may name the limits of agents."""
    for profile in profiles:
        yield from (f"{profile.agent} {limit.id}" for limit in profile.limits)


def in_gate(budgets: Iterable[Budget]) -> tuple[Budget, ...]:
    """Return the budgets that a commit is judged by: repetition only where somebody asks for it."""
    return tuple(one for one in budgets if one.scope != "redundancy" or not one.is_shipped)


def _in_force(
    mine: Config, defaults: Iterable[Budget], used: tuple[str, ...]
) -> tuple[Budget, ...]:
    """Return the budgets that apply: the limits of agents always, others unless replaced.

    What the agents in use have for limits is judged where their load sets are found.
    """
    if not mine.defaults:
        return mine.budgets
    limits = [one for one in defaults if one.agent is not None and one.agent not in used]
    advice = [] if mine.budgets else [one for one in defaults if one.agent is None]
    return (*advice, *limits, *mine.budgets)


def _read(
    place: Place, tree: Tree, entries: Mapping[str, Entry], name: str
) -> tuple[bytes | None, str]:
    """Return the bytes of a configuration file, and a remark where git does not track it."""
    entry = entries.get(name)
    if entry is None:
        found = None if isinstance(tree, Revision) else place.lying[name]
        return found, f"{name} is not tracked; it is used as it lies on the disk"
    if not entry.is_file:
        raise ConfigError(
            f"{name}:1:1: not a regular file, so it is not read",
            help="put the file itself there, not a link to it",
        )
    size = tree.sizes([entry])[name]
    if size is None:
        raise ConfigError(
            f"{name}:1:1: its content is not available here", help="fetch the missing objects"
        )
    if size > LARGEST_BYTES:
        raise ConfigError(
            f"{name}:1:1: {size:,} bytes are too many to read", help="make it shorter"
        )
    return next(raw for _, raw in tree.read([entry])), ""
