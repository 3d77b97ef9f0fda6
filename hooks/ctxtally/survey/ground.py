"""What every look at a subject begins with: profiles, configuration, and what is tracked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.loose import FILES
from ctxtally.catalog.names import SPECS
from ctxtally.context.globset import covering, pathspecs
from ctxtally.context.profiles import override
from ctxtally.model.record import dataclass, replace
from ctxtally.survey import settings
from ctxtally.survey.lookup import Tracked

if TYPE_CHECKING:
    from ctxtally.adapters.git import Place
    from ctxtally.model.profile import Profile
    from ctxtally.model.tree import Tree
    from ctxtally.survey.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """`specs` are what was asked of the tree, and `tracked` what it answered.

    `written` are files of the repository that were read for it: profiles that it adds or replaces,
    recorded limits.
    """

    place: Place
    profiles: tuple[Profile, ...]
    settings: Settings
    specs: tuple[str, ...]
    tracked: Tracked
    written: tuple[str, ...]


def ground(place: Place, tree: Tree, *, like: Ground | None = None) -> Ground:
    """Read the configuration of `tree`, and ask for whatever an agent, catalog or budget names.

    What is `like` another subject is asked for by the configuration of that one.
    """
    if like is not None:
        return replace(like, tracked=Tracked(tree, tree.listed(like.specs)))
    profiles = settings.profiles()
    specs = [*pathspecs(profiles), *SPECS, *FILES]
    entries = dict(tree.listed(specs))
    own = settings.written_profiles(tree, entries)
    if own:
        profiles = override(profiles, own.values())
        more = [spec for spec in pathspecs(profiles) if spec not in specs]
        entries |= tree.listed(more) if more else {}
        specs += more
    in_force = settings.settings(place, tree, entries, profiles)
    wanted = covering(path for budget in in_force.config.budgets for path in budget.paths)
    read = list(own)
    if any(budget.is_recorded for budget in in_force.budgets):
        from ctxtally.survey.recorded_limits import PATH, recorded

        in_force = recorded(tree, in_force)
        wanted = (*wanted, PATH)
        read.append(PATH)
    if wanted:
        entries |= tree.listed(wanted)
    return Ground(
        place=place,
        profiles=profiles,
        settings=in_force,
        specs=(*specs, *wanted),
        tracked=Tracked(tree, entries),
        written=tuple(read),
    )
