"""The load sets of a subject: what each agent puts into its window, directory by directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import shipped
from ctxtally.context.discovery import discover
from ctxtally.context.globset import pathspecs
from ctxtally.context.loader import Loader
from ctxtally.context.settling import settled
from ctxtally.context.ways import ways
from ctxtally.context.windows import parse_windows, window_of
from ctxtally.model.loadset import AgentLoad
from ctxtally.model.record import dataclass, replace
from ctxtally.survey.lookup import Tracked
from ctxtally.survey.measure import not_read
from ctxtally.survey.outlines import outline_of
from ctxtally.survey.view import Content, Counts, View

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from ctxtally.model.finding import Finding
    from ctxtally.model.imports import Imports
    from ctxtally.model.loadset import LoadSet
    from ctxtally.model.profile import Profile
    from ctxtally.model.window import Window
    from ctxtally.survey.ground import Ground
    from ctxtally.survey.measure import Meter
    from ctxtally.survey.outlines import Outline


@dataclass(frozen=True, slots=True, kw_only=True)
class Loads:
    """The load sets, the worst first, and what of the subject they depend on.

    `specs` are what settings of agents made us ask for beside the usual; `tracked` also knows what
    imports name; `outlines` are those of the files whose content was looked at, made with the
    grammars in `imports`.
    """

    agents: tuple[AgentLoad, ...]
    specs: tuple[str, ...]
    tracked: Tracked
    outlines: Mapping[str, Outline | None]
    imports: tuple[Imports, ...]


def load_sets(
    ground: Ground,
    meter: Meter,
    agents: Collection[str],
    dirs: Sequence[str] | None = None,
) -> Loads:
    """Return the load sets of these agents, in `dirs` or wherever they differ."""
    chosen = [profile for profile in ground.profiles if profile.agent in agents]
    found, content, tracked, specs = _found(ground, meter, chosen, dirs)
    windows = parse_windows(shipped.read("budgets", "models.toml"), "budgets/models.toml")
    made = (_made(profile, loads, windows, content) for profile, loads in found)
    grammars = tuple({profile.imports: None for profile in chosen if profile.imports})
    return Loads(
        agents=tuple(sorted(made, key=lambda one: one.weight)),
        specs=specs,
        tracked=tracked,
        outlines={path: _outline(content(path), grammars) for path in sorted(content.used)},
        imports=grammars,
    )


def load_set(ground: Ground, meter: Meter, agent: str, directory: str) -> tuple[LoadSet, Tracked]:
    """Return one load set alone, and what is known of the tree by then."""
    chosen = [profile for profile in ground.profiles if profile.agent == agent]
    found, _, tracked, _ = _found(ground, meter, chosen, [directory])
    return found[0][1], tracked


def _found(
    ground: Ground, meter: Meter, chosen: Sequence[Profile], dirs: Sequence[str] | None
) -> tuple[list[tuple[Profile, LoadSet]], Content, Tracked, tuple[str, ...]]:
    """Return the load sets, and what was read, learned and asked for to find them."""
    exclude = ground.settings.config.exclude
    # The question of catalogs what is tracked must not depend on what was looked up here.
    tracked = Tracked(meter.tree, ground.tracked.entries)
    tracked.asked |= ground.tracked.asked
    content = Content(meter.tree, tracked)
    view = View(tracked, exclude)
    specs = _further(ground.specs, chosen, view, content)
    if specs:
        tracked.learn(meter.tree.listed(specs))
        view = View(tracked, exclude)
    content.read_ahead(file.path for file in discover(view, chosen, tracked.link_text).files)
    counts = Counts(meter.counter, meter.cache, ground.place.object_format)
    while True:
        loaders = [(profile, Loader(profile, view, content, counts)) for profile in chosen]
        found = [
            (profile, loader.load_set(one))
            for profile, loader in loaders
            for one in (loader.directories() if dirs is None else dirs)
        ]
        # Both must be asked: each may find what the next round has to take into account.
        if not counts.settle() | view.learn():
            return found, content, tracked, specs


def _outline(raw: bytes | None, grammars: Iterable[Imports]) -> Outline | None:
    return None if raw is None else outline_of(raw, grammars)


def _further(
    known: Iterable[str], profiles: Iterable[Profile], view: View, content: Content
) -> tuple[str, ...]:
    """Return the pathspecs that settings of the agents add."""
    changed = [settled(profile, view, content).profile for profile in profiles]
    return tuple(one for one in pathspecs(changed) if one not in set(known))


def _made(
    profile: Profile, loads: LoadSet, windows: Sequence[Window], content: Content
) -> AgentLoad:
    return AgentLoad(
        name=profile.name,
        loads=replace(loads, findings=tuple(_told(loads.findings, content))),
        outside=profile.outside,
        window=window_of(profile.agent, windows),
        ways=ways(profile),
    )


def _told(findings: Iterable[Finding], content: Content) -> Iterator[Finding]:
    """Yield the findings; of a file that was too large to read, they say so."""
    for finding in findings:
        too_large = finding.rule == "not-available" and content.is_too_large(finding.path)
        yield not_read(finding.path, content.sizes[finding.path]) if too_large else finding
