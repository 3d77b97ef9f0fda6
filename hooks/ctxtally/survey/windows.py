"""Which files of a subject are in one window together, and which may repeat each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.context.globset import covering
from ctxtally.model.record import dataclass
from ctxtally.model.redundancy import AllowedPair
from ctxtally.survey import catalogs
from ctxtally.survey.loads import load_sets
from ctxtally.text.globs import selected

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from ctxtally.model.loadset import AgentLoad
    from ctxtally.model.tree import Entry, Tree
    from ctxtally.survey.ground import Ground
    from ctxtally.survey.measure import Meter


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """A window by the paths of its files: `base` is all there, beside one of `members`."""

    name: str
    base: tuple[str, ...]
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Windows of a subject, with the entries of all files that are named in them.

    They are `complete` where no agent was left out: only then can a comment be found to be idle.
    """

    entries: Mapping[str, Entry]
    windows: tuple[Together, ...]
    pairs: tuple[AllowedPair, ...]
    complete: bool

    @property
    def paths(self) -> list[str]:
        """Return every path once, in the order of loading."""
        paths = (path for one in self.windows for path in (*one.base, *one.members))
        return list(dict.fromkeys(paths))


def chosen(basis: Ground, tree: Tree, globs: Sequence[str]) -> Windows:
    """Return the one window of all files that globs select, sorted by path."""
    entries = {
        path: entry
        for path, entry in sorted(tree.listed(covering(globs)).items())
        if entry.is_file and selected(path, globs)
    }
    window = Together(name=" ".join(globs), base=tuple(entries))
    return Windows(
        entries=entries,
        windows=(window,),
        pairs=basis.settings.config.allowed,
        complete=False,
    )


def loaded(basis: Ground, meter: Meter, agents: Collection[str]) -> Windows:
    """Return the windows of agents: their load sets, and those beside all modules of a catalog."""
    loads = load_sets(basis, meter, agents)
    tracked = loads.tracked
    exclude = basis.settings.config.exclude
    seen = {path: one for path, one in tracked.entries.items() if not selected(path, exclude)}
    named = catalogs.paths(seen)
    listed, _ = catalogs.read_catalogs(meter.tree, tracked, named, registries=False)
    modules: dict[str, list[str]] = {}
    for module in catalogs.modules(listed):
        modules.setdefault(module.catalog, []).append(module.path)
    pairs = (
        AllowedPair(one=twin.project_file, other=twin.standards_file, reason=twin.reason or _STATED)
        for one in listed
        for twin in one.catalog.allowed_duplicates
    )
    return Windows(
        entries=dict(tracked.entries),
        windows=tuple(_windows(loads.agents, modules)),
        pairs=(*basis.settings.config.allowed, *pairs),
        complete=set(basis.settings.agents) <= set(agents),
    )


_STATED = "allowed by the manifest"


def _windows(
    agents: Iterable[AgentLoad], modules: Mapping[str, Sequence[str]]
) -> Iterator[Together]:
    """Yield a window for each load set.

    What an agent finds at the top and reads on demand is compared with what is always there at the
    top, and not again in each directory.
    """
    at_top: dict[str, tuple[str, ...]] = {}
    ordered = sorted(agents, key=lambda one: (one.loads.agent, one.loads.dir != ".", one.loads.dir))
    for loads in (one.loads for one in ordered):
        base = tuple(file.path for file in loads.files if file.load == "always")
        found = tuple(file.path for file in loads.files if file.load != "always")
        known = set(at_top.setdefault(loads.agent, () if loads.dir != "." else found))
        members = found if loads.dir == "." else tuple(one for one in found if one not in known)
        yield Together(name=f"{loads.agent} in {loads.dir}", base=base, members=members)
        if loads.dir != ".":
            continue
        for catalog, listed in modules.items():
            rest = dict.fromkeys(path for path in listed if path not in base)
            if rest:
                name = f"{loads.agent} in . with {catalog}"
                yield Together(name=name, base=(*base, *rest))
