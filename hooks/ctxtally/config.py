"""`ctxtally.toml` or `[tool.ctxtally]` of pyproject.toml, as somebody wrote it, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args

from ctxtally.model.basics import Basics
from ctxtally.model.budget import WHOLE, Bound, Budget, Scope
from ctxtally.model.measurement import WindowSettings
from ctxtally.model.record import dataclass, replace
from ctxtally.model.redundancy import AllowedPair
from ctxtally.model.waiver import Waiver
from ctxtally.text.criteria import criteria_of
from ctxtally.text.quantities import QuantityError, quantity
from ctxtally.text.shown import shown
from ctxtally.text.terminal import printable
from ctxtally.text.toml_document import Table, read
from ctxtally.text.windows import settings_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ctxtally.model.finding import Level

# Enough for hundreds of budgets, and parsed in a few milliseconds.
LARGEST_OWN = 64_000
# A pyproject.toml holds the settings of many tools.
LARGEST_PYPROJECT = 256_000

_TOP_KEYS = frozenset(
    {
        *("agents", "allowed_duplicate", "budget", "conversation", "counter", "defaults"),
        *("exclude", "ledger", "waiver", "window"),
    }
)
_LIMIT_KEYS = ("min", "warn", "max", "growth")
_BUDGET_KEYS = frozenset(
    {*_LIMIT_KEYS, "counter", "level", "message", "name", "paths", "scope", "source"}
)
_LOAD_SCOPES: tuple[Scope, ...] = ("always", "chain", "listing")
_LOAD_KEYS = frozenset({"agent", "dirs"})
_ALLOWED_KEYS = frozenset({"paths", "reason"})
_WAIVER_KEYS = frozenset({"budget", "rule", "path", "reason", "until"})

# Which scope has what a share may be of; only catalogs state the first two.
_CATALOG_BASES: dict[str, Scope] = {"estimate": "module", "token_budget": "category"}
_BASES: dict[str, Scope] = {**_CATALOG_BASES, "total": "redundancy"}

# On Windows `git~1` is another name of .git, and a name may be followed by dots and blanks.
_GIT = (".git", "git~1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What was configured; `source` is the file it came from, empty where there was nothing.

    `agents` is empty where they are to be detected. `ledger` is a path below the top level,
    `exclude` are globs of files that are no context files here, whatever their names. `allowed` are
    files that may repeat each other.
    """

    source: str = ""
    agents: tuple[str, ...] = ()
    budgets: tuple[Budget, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    defaults: bool = True
    counter: str | None = None
    ledger: str | None = None
    exclude: tuple[str, ...] = ()
    allowed: tuple[AllowedPair, ...] = ()
    window: WindowSettings = WindowSettings()


def parse(
    data: bytes,
    source: str,
    *,
    agents: Collection[str],
    budgets: Collection[str] = (),
    rules: Collection[str] | None = None,
) -> Config:
    """Read `source`; a pyproject.toml without our table gives an empty Config without a source.

    `agents` are the ids that may be chosen, `budgets` the names of shipped budgets that a waiver
    may name beside the file's own, `rules` the rule ids it may name (`None`: any).
    """
    table = _ours(data, source)
    if table is None:
        return Config()
    table.allow(_TOP_KEYS)
    criteria_of(table)  # a mistake in it is told by every command
    own = _budgets(table.tables("budget"), agents)
    names = {*budgets, *(budget.name for budget in own)}
    defaults = table.truth("defaults")
    return Config(
        source=source,
        agents=_agents(table, agents),
        budgets=own,
        waivers=tuple(_waiver(one, names, rules) for one in table.tables("waiver")),
        defaults=defaults is not False,
        counter=table.text("counter"),
        ledger=_ledger(table),
        exclude=_globs(table, "exclude", table.texts("exclude") or ()),
        allowed=tuple(_allowed(one) for one in table.tables("allowed_duplicate")),
        window=settings_of(table),
    )


def basics(data: bytes, source: str) -> Basics | None:
    """Read only what every command needs, `None` from a file without our settings.

    What is wrong with the rest of the file is told by `parse`.
    """
    table = _ours(data, source)
    if table is None:
        return None
    return Basics(
        counter=table.text("counter"),
        ledger=_ledger(table),
        window=settings_of(table),
        conversation=criteria_of(table),
    )


def shipped(data: bytes, source: str) -> tuple[Budget, ...]:
    """Read the budgets that apply without a configuration; those with an `agent` are its limits."""
    table = read(data, source, limit=LARGEST_OWN)
    table.allow({"budget"})
    return _budgets(table.tables("budget"))


def _ours(data: bytes, source: str) -> Table | None:
    if source.rpartition("/")[2] != "pyproject.toml":
        return read(data, source, limit=LARGEST_OWN)
    # A file that never names us is not ours to complain about, nor to spend time on.
    if b"ctxtally" not in data:
        return None
    tool = read(data, source, limit=LARGEST_PYPROJECT).table("tool")
    return None if tool is None else tool.table("ctxtally")


def _agents(table: Table, known: Collection[str]) -> tuple[str, ...]:
    chosen = table.texts("agents") or ()
    for index, agent in enumerate(chosen):
        if agent not in known:
            raise table.unknown(agent, "agents", index, choices=known)
    return tuple(dict.fromkeys(chosen))


def _ledger(table: Table) -> str | None:
    path = table.text("ledger")
    if path is None:
        return None
    names = [name.rstrip(". ").lower() for name in path.split("/")]
    odd = path.startswith("~") or "\\" in path or ":" in path or printable(path) != path
    if odd or not all(names) or any(name in _GIT for name in names):
        message = f"`ledger` cannot be {shown(path)}: it must be a path inside the work tree"
        raise table.error(message, "ledger", help='write `ledger = "docs/usage-log.jsonl"`')
    return path


def _budgets(tables: Iterable[Table], agents: Collection[str] | None = None) -> tuple[Budget, ...]:
    """Read budgets; those that ship with us (no `agents`) may be the limit of one for files."""
    found: dict[str, Budget] = {}
    for table in tables:
        budget = _budget(table, agents)
        if budget.name in found:
            message = f"{shown(budget.name)} is already the name of the budget at "
            message += found[budget.name].origin
            raise table.error(message, "name", help="give each budget its own name")
        found[budget.name] = budget
    return tuple(found.values())


def _budget(table: Table, agents: Collection[str] | None) -> Budget:
    table.allow(_BUDGET_KEYS | _LOAD_KEYS)
    name = table.needed("name")
    scope = cast("Scope", table.choice("scope", get_args(Scope)) or "file")
    agent, dirs = _loads(table, scope, agents)
    limits = _limits(table, scope)
    counter = table.text("counter")
    unit = next(iter(limits.values())).unit
    if counter and (unit != "tokens" or scope in ("redundancy", *_LOAD_SCOPES)):
        message = f"`counter` has no use in a budget of {scope if unit == 'tokens' else unit}"
        loaded = scope in _LOAD_SCOPES and unit == "tokens"
        way_out = "write `counter` above all tables" if loaded else "leave out `counter`"
        raise table.error(message, "counter", help=way_out)
    return Budget(
        name=name,
        scope=scope,
        origin=table.origin,
        paths=_paths(table, scope),
        max=limits.get("max"),
        warn=limits.get("warn"),
        min=limits.get("min"),
        growth=limits.get("growth"),
        level=cast("Level", table.choice("level", ("error", "warning")) or "error"),
        counter=counter,
        message=table.text("message") or "",
        source=table.text("source") or "",
        agent=agent,
        dirs=dirs,
    )


def _loads(
    table: Table, scope: Scope, agents: Collection[str] | None
) -> tuple[str | None, tuple[str, ...]]:
    """Return the agent and the directories whose load sets a budget is about."""
    agent, dirs = table.text("agent"), table.texts("dirs")
    if scope in _LOAD_SCOPES:
        if agent is not None and agents is not None and agent not in agents:
            raise table.unknown(agent, "agent", choices=agents)
        return agent, _globs(table, "dirs", dirs or ())
    if agents is not None or dirs is not None:
        for key in sorted(_LOAD_KEYS & table.values.keys()):
            message = f"`{key}` has no use in a budget of scope {scope}"
            raise table.error(message, key, help=f'leave out `{key}`, or write `scope = "always"`')
    return agent, ()


def _paths(table: Table, scope: Scope) -> tuple[str, ...]:
    paths = table.texts("paths")
    if scope in _LOAD_SCOPES and paths is not None:
        message = f"`paths` has no use in a budget of scope {scope}"
        raise table.error(message, "paths", help="an agent's own rules say which files it loads")
    if paths is None:
        if scope in _BASES.values() or scope in _LOAD_SCOPES:
            return ()
        message = f"a budget of scope {scope} needs `paths`"
        raise table.error(message, help='add `paths = ["docs/**/*.md"]`')
    return _globs(table, "paths", paths)


def _globs(table: Table, key: str, globs: tuple[str, ...]) -> tuple[str, ...]:
    for index, glob in enumerate(globs):
        odd = "\\" in glob or any(char < " " for char in glob)
        if odd or ".." in glob.removeprefix("!").split("/"):
            message = f"`{key}` cannot hold {shown(glob)}: it would match nothing"
            way_out = "globs begin at the top level and have `/` between names"
            raise table.error(message, key, index, help=way_out)
    if globs and all(glob.startswith("!") for glob in globs):
        message = f"`{key}` only takes away: each of its globs begins with `!`"
        raise table.error(message, key, help='begin with what to take, such as "**/*.md"')
    return globs


def _limits(table: Table, scope: Scope) -> dict[str, Bound]:
    found = {key: _limit(table, key, scope) for key in _LIMIT_KEYS if key in table.values}
    if not found:
        message = f"{table.header} has none of `max`, `warn`, `min` and `growth`"
        raise table.error(message, help='add `max = "6k tokens"`')
    warn, highest = found.get("warn"), found.get("max")
    if warn and warn.of == "max":
        if highest is None:
            message = f"`warn` is {shown(warn.text)} of `max`, and there is no `max`"
            raise table.error(message, "warn", help='add `max`, or write `warn = "5k tokens"`')
        found["warn"] = replace(warn, unit=highest.unit)
    _agreed(table, found)
    return found


def _limit(table: Table, key: str, scope: Scope) -> Bound:
    value = table.values[key]
    if key == "min" and scope != "module":
        message = f"`min` has no use in a budget of scope {scope}"
        raise table.error(message, key, help='leave out `min`, or write `scope = "module"`')
    if key == "growth" and scope != "redundancy":
        message = f"`growth` has no use in a budget of scope {scope}"
        raise table.error(message, key, help='leave out `growth`, or write `scope = "redundancy"`')
    if key == "growth" and isinstance(value, str):
        value = value.strip().removeprefix("+")
    try:
        limit = quantity(value, lower=key == "min")
    except QuantityError as error:
        message = f"`{key}` cannot be {shown(value)}: {error}"
        raise table.error(message, key, help=error.help) from error
    if limit.of == "max" and key == "max" and scope == "redundancy":
        limit = replace(limit, of="total")
    if limit.of == "max" and key != "warn":
        message = f"`{key}` cannot be {shown(value)}: only `warn` is a share of `max`"
        raise table.error(message, key, help='write a share of a window, such as "5% of 200k"')
    if limit.unit != "tokens" and scope in _BASES.values():
        states = "a catalog states" if scope in _CATALOG_BASES.values() else "redundancy is in"
        message = f"`{key}` cannot be {shown(value)}: {states} tokens, not {limit.unit}"
        raise table.error(message, key, help='write tokens, or `scope = "file"` and `paths`')
    units = {"always": ("tokens", "bytes"), "chain": ("tokens", "bytes"), "listing": ("tokens",)}
    if limit.unit not in units.get(scope, (limit.unit,)) and limit.of != "max":
        known = " or ".join(units[scope])
        message = f"`{key}` cannot be {shown(value)}: scope {scope} is in {known}"
        raise table.error(message, key, help=f"write {known}")
    wanted = _BASES.get(limit.of, scope)
    if scope != wanted:
        message = f"`{key}` cannot be {shown(value)} in a budget of scope {scope}"
        raise table.error(message, key, help=f'write `scope = "{wanted}"`')
    return limit


def _agreed(table: Table, limits: dict[str, Bound]) -> None:
    """Refuse limits that contradict each other."""
    for low, high in (("min", "warn"), ("min", "max"), ("warn", "max")):
        lower, upper = limits.get(low), limits.get(high)
        if lower is None or upper is None:
            continue
        if lower.unit != upper.unit:
            message = f"`{low}` counts {lower.unit} and `{high}` counts {upper.unit}"
            raise table.error(message, low, help="write two budgets")
        above = lower.of == upper.of and lower.amount > upper.amount
        if above or (lower.of == "max" and lower.amount > WHOLE):
            message = f"`{low}` is above `{high}`: {shown(lower.text)}, {shown(upper.text)}"
            raise table.error(message, low, help=f"lower `{low}`, or raise `{high}`")


def _allowed(table: Table) -> AllowedPair:
    table.allow(_ALLOWED_KEYS)
    paths = _globs(table, "paths", table.texts("paths") or ())
    if len(paths) != 2:  # noqa: PLR2004 - a pair
        message = f"`paths` of {table.header} must be two globs, not {len(paths)}"
        example = 'write `paths = ["skills/*/SKILL.md", "docs/**"]`; both may be the same'
        raise table.error(message, *(["paths"] if paths else []), help=example)
    return AllowedPair(one=paths[0], other=paths[1], reason=table.needed("reason"))


def _waiver(table: Table, budgets: Collection[str], rules: Collection[str] | None) -> Waiver:
    table.allow(_WAIVER_KEYS)
    budget, rule = table.text("budget"), table.text("rule")
    if (budget is None) is (rule is None):
        named = "both `budget` and `rule`" if budget else "neither `budget` nor `rule`"
        message = f"{table.header} has {named}"
        raise table.error(message, help="name the one budget or the one rule that is waived")
    if budget is not None and budget not in budgets:
        raise table.unknown(budget, "budget", choices=budgets)
    if rule is not None and rules is not None and rule not in rules:
        raise table.unknown(rule, "rule", choices=rules)
    return Waiver(
        path=table.needed("path"),
        reason=table.needed("reason"),
        origin=table.origin,
        budget=budget,
        rule=rule,
        until=table.day("until"),
    )
