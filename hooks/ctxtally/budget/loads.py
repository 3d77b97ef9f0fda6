"""Apply budgets to what agents load: all that is always there, a chain of files, a listing."""

from __future__ import annotations

from ctxtally.budget.judge import unit_of
from ctxtally.model.outcome import Outcome
from ctxtally.model.record import dataclass
from ctxtally.text.globs import selected

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ctxtally.model.budget import Budget, Scope, Unit
    from ctxtally.model.loadset import AgentLoad, LoadedFile, LoadSet

SCOPES = ("always", "chain", "listing")


def judge_loads(
    budgets: Iterable[Budget], agents: Sequence[AgentLoad], *, exact: bool
) -> Iterator[Outcome]:
    """Yield one outcome per budget and load set; equal to the limit passes."""
    for budget in budgets:
        if budget.scope not in SCOPES:
            continue
        unit = unit_of(budget)
        for one in agents:
            if not _covers(budget, one.loads):
                continue
            heaviest = next(iter(heaviest_first(one.loads, budget.scope)), None)
            yield Outcome(
                budget=budget,
                subject=subject_of(one.loads.agent, one.loads.dir),
                path=heaviest.path if heaviest else "",
                actual=amount(one.loads, budget.scope, unit),
                unit=unit,
                exact=exact or unit != "tokens",
                load=one,
            )


def subject_of(agent: str, directory: str) -> str:
    """Return what the load set of an agent in a directory is called."""
    return agent if directory == "." else f"{agent} in {directory}"


def amount(loads: LoadSet, scope: Scope, unit: Unit) -> int:
    """Return what a load set holds in a scope, in a unit; a listing is in tokens.

    What is always there is what the agent adds; a chain is its files as they are, before any cut.
    """
    return sum(parts(loads, scope, unit).values())


def parts(loads: LoadSet, scope: Scope, unit: Unit) -> dict[str, int]:
    """Return what each file adds to a scope, by path."""
    found: dict[str, int] = {}
    for file in loads.files:
        added = _added(file, scope, unit)
        if added:
            found[file.path] = found.get(file.path, 0) + added
    return found


def _added(file: LoadedFile, scope: Scope, unit: Unit) -> int:
    is_always = file.load == "always"
    if scope == "listing":
        return file.listing
    if scope == "chain":
        return _whole(file, unit) if is_always else 0
    kept, _ = _sizes(file, unit)
    listing = file.listing if unit == "tokens" else 0
    return listing + (kept if is_always else 0)


def heaviest_first(loads: LoadSet, scope: Scope) -> list[LoadedFile]:
    """Return the files that count in a scope, the heaviest first."""
    if scope == "listing":
        found = [file for file in loads.files if file.listing]
        return sorted(found, key=lambda file: (-file.listing, file.path))
    found = [file for file in loads.files if file.load == "always"]
    return sorted(found, key=lambda file: (-weight(file, scope), file.path))


def weight(file: LoadedFile, scope: Scope) -> int:
    """Return the tokens of a file that count in a scope, those of a chain before any cut."""
    if scope == "listing":
        return file.listing
    return _whole(file, "tokens") if scope == "chain" else file.tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An outcome with the names of the agents that it is about, and how many directories beside.

    In those `elsewhere` the same files have grown by as much.
    """

    outcome: Outcome
    agents: tuple[str, ...]
    elsewhere: int


def worth_telling(
    outcomes: Sequence[Outcome], under: Callable[[Outcome], object] | None = None
) -> Iterator[Told]:
    """Yield the broken outcomes, each matter once; what is left out here fails nothing.

    Agents that load the same, and did before, are told of together, and a directory is left out
    where one above it is as bad: what is mended there is mended below. Of directories in which the
    same has grown the worst is told. `under` tells what allows an outcome on purpose: one that is
    allowed never stands for one that is not.
    """
    broken = [(one, one.load.loads) for one in outcomes if one.load and one.state != "ok"]
    allowed = {id(one): under(one) if under else None for one, _ in broken}
    places = {(*_name(one), loads.agent, loads.dir): one for one, loads in broken}
    groups: dict[object, list[Outcome]] = {}
    for one, loads in broken:
        above = _as_bad_above(one, loads, places)
        if not any(allowed[id(other)] is allowed[id(one)] for other in above):
            groups.setdefault((_name(one), loads.dir, one.path, _numbers(one)), []).append(one)
    causes: dict[object, list[list[Outcome]]] = {}
    for key, group in groups.items():
        causes.setdefault(_cause(group) or key, []).append(group)
    for alike in causes.values():
        worst = max(alike, key=lambda group: group[0].actual)
        agents = tuple(one.load.name for one in worst if one.load)
        yield Told(outcome=worst[0], agents=agents, elsewhere=len(alike) - 1)


def _name(one: Outcome) -> tuple[str, str]:
    return one.budget.name, one.unit


def _cause(group: Sequence[Outcome]) -> object:
    """Return what a change did to break a budget, `None` where it is broken in any case."""
    first = group[0]
    relative = first.state == "grown" or (first.state == "over" and first.budget.shrink_only)
    if not relative or not first.grown:
        return None
    agents = tuple(one.load.name for one in group if one.load)
    return _name(first), agents, first.state, first.grown


def _numbers(one: Outcome) -> tuple[object, ...]:
    """Return all that a verdict and its message are made from, beside the budget."""
    return one.state, one.actual, one.max, one.before, one.since, one.grown


def _as_bad_above(
    outcome: Outcome, loads: LoadSet, broken: Mapping[tuple[str, str, str, str], Outcome]
) -> Iterator[Outcome]:
    """Yield what the same agent breaks in directories above, and is at least as bad."""
    above = loads.dir
    while above != ".":
        above = above.rpartition("/")[0] or "."
        found = broken.get((*_name(outcome), loads.agent, above))
        if found is None or found.state == "inherited":
            continue
        if found.state == "over" or outcome.state == "warning":
            yield found


def _whole(file: LoadedFile, unit: Unit) -> int:
    return sum(_sizes(file, unit))


def _sizes(file: LoadedFile, unit: Unit) -> tuple[int, int]:
    """Return what an agent keeps of a file, and what it cuts."""
    return {
        "tokens": (file.tokens, file.tokens_cut),
        "bytes": (file.bytes_kept, file.bytes_cut),
        "chars": (file.chars_kept, file.chars_cut),
        "lines": (file.lines_kept, file.lines_cut),
    }[unit]


def _covers(budget: Budget, loads: LoadSet) -> bool:
    if budget.agent not in (None, loads.agent):
        return False
    return not budget.dirs or selected(loads.dir, budget.dirs)
