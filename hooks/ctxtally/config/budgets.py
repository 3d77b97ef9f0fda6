"""`[[budget]]`, as somebody wrote it, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ctxtally.config.globs import globs_of
from ctxtally.config.limits import BASES, LIMIT_KEYS, LOAD_SCOPES, limits_of
from ctxtally.model.budget import SCOPES, Budget
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from ctxtally.config.limits import Limits
    from ctxtally.model.budget import Scope, Unit
    from ctxtally.model.finding import Level
    from ctxtally.text.toml_document import Table

_BUDGET_KEYS = frozenset(
    {*LIMIT_KEYS, "counter", "level", "message", "name", "over", "paths", "scope", "source"}
)
_LOAD_KEYS = frozenset({"agent", "dirs"})


def budgets_of(
    tables: Iterable[Table], agents: Collection[str] | None = None
) -> tuple[Budget, ...]:
    """Read budgets, one for each unit; those that ship with us (no `agents`) may be for files."""
    found: dict[str, list[Budget]] = {}
    for table in tables:
        budgets = list(_budgets(table, agents))
        name = budgets[0].name
        if name in found:
            message = f"{shown(name)} is already the name of the budget at {found[name][0].origin}"
            raise table.error(message, "name", help="give each budget its own name")
        found[name] = budgets
    return tuple(budget for budgets in found.values() for budget in budgets)


def _budgets(table: Table, agents: Collection[str] | None) -> Iterator[Budget]:
    table.allow(_BUDGET_KEYS | _LOAD_KEYS)
    name = table.needed("name")
    scope = cast("Scope", table.choice("scope", SCOPES) or "file")
    agent, dirs = _loads(table, scope, agents)
    limits = limits_of(table, scope)
    units = [next(iter(each.values())).unit for each in limits]
    counter = _counter(table, scope, units)
    shrink_only = _shrink_only(table, limits)
    for unit, each in zip(units, limits, strict=True):
        yield Budget(
            name=name,
            scope=scope,
            origin=table.origin,
            paths=_paths(table, scope),
            max=each.get("max"),
            warn=each.get("warn"),
            min=each.get("min"),
            growth=each.get("growth"),
            slack=each.get("slack"),
            shrink_only=shrink_only and "max" in each,
            level=cast("Level", table.choice("level", ("error", "warning")) or "error"),
            counter=counter if unit == "tokens" else None,
            message=table.text("message") or "",
            source=table.text("source") or "",
            agent=agent,
            dirs=dirs,
        )


def _counter(table: Table, scope: Scope, units: Sequence[Unit]) -> str | None:
    counter = table.text("counter")
    if counter and ("tokens" not in units or scope in ("redundancy", *LOAD_SCOPES)):
        what = scope if "tokens" in units else units[0]
        message = f"`counter` has no use in a budget of {what}"
        loaded = scope in LOAD_SCOPES and "tokens" in units
        way_out = "write `counter` above all tables" if loaded else "leave out `counter`"
        raise table.error(message, "counter", help=way_out)
    return counter


def _shrink_only(table: Table, limits: Sequence[Limits]) -> bool:
    if table.choice("over", ("shrink-only",)) is None:
        return False
    if not any("max" in each for each in limits):
        message = "`over` is about what is over `max`, and there is no `max`"
        raise table.error(message, "over", help="add `max`, or leave out `over`")
    return True


def _loads(
    table: Table, scope: Scope, agents: Collection[str] | None
) -> tuple[str | None, tuple[str, ...]]:
    """Return the agent and the directories whose load sets a budget is about."""
    agent, dirs = table.text("agent"), table.texts("dirs")
    if scope in LOAD_SCOPES:
        if agent is not None and agents is not None and agent not in agents:
            raise table.unknown(agent, "agent", choices=agents)
        return agent, globs_of(table, "dirs", dirs or ())
    if agents is not None or dirs is not None:
        for key in sorted(_LOAD_KEYS & table.values.keys()):
            message = f"`{key}` has no use in a budget of scope {scope}"
            raise table.error(message, key, help=f'leave out `{key}`, or write `scope = "always"`')
    return agent, ()


def _paths(table: Table, scope: Scope) -> tuple[str, ...]:
    paths = table.texts("paths")
    if scope in LOAD_SCOPES and paths is not None:
        message = f"`paths` has no use in a budget of scope {scope}"
        raise table.error(message, "paths", help="an agent's own rules say which files it loads")
    if paths is None:
        if scope in BASES.values() or scope in LOAD_SCOPES:
            return ()
        message = f"a budget of scope {scope} needs `paths`"
        raise table.error(message, help='add `paths = ["docs/**/*.md"]`')
    return globs_of(table, "paths", paths)
