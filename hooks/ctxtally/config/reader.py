"""`ctxtally.toml` or `[tool.ctxtally]` of pyproject.toml, as somebody wrote it, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.config.budgets import budgets_of
from ctxtally.config.categories import categories_of
from ctxtally.config.exceptions import allowed_of, waiver_of
from ctxtally.config.globs import globs_of
from ctxtally.model.basics import Basics
from ctxtally.model.measurement import WindowSettings
from ctxtally.model.record import dataclass
from ctxtally.text.criteria import criteria_of
from ctxtally.text.shown import shown
from ctxtally.text.terminal import printable
from ctxtally.text.toml_document import Table, read
from ctxtally.text.windows import settings_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from ctxtally.model.allowance import Allowance
    from ctxtally.model.budget import Budget
    from ctxtally.model.price import OwnPrice
    from ctxtally.model.redundancy import AllowedPair
    from ctxtally.model.waiver import Waiver


# Enough for hundreds of budgets, and parsed in a few milliseconds.
LARGEST_OWN = 64_000
# A pyproject.toml holds the settings of many tools.
LARGEST_PYPROJECT = 256_000

_TOP_KEYS = frozenset(
    {
        *("agents", "allowance", "allowed_duplicate", "budget", "category", "conversation"),
        *("counter", "defaults", "exclude", "ledger", "price", "waiver", "window"),
    }
)

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
    prices: tuple[OwnPrice, ...] = ()


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
    criteria_of(table)  # a mistake in these is told by every command
    _allowances(table)
    categories_of(table)
    own = budgets_of(table.tables("budget"), agents)
    names = {*budgets, *(budget.name for budget in own)}
    defaults = table.truth("defaults")
    return Config(
        source=source,
        agents=_agents(table, agents),
        budgets=own,
        waivers=tuple(waiver_of(one, names, rules) for one in table.tables("waiver")),
        defaults=defaults is not False,
        counter=table.text("counter"),
        ledger=_ledger(table),
        exclude=globs_of(table, "exclude", table.texts("exclude") or ()),
        allowed=tuple(allowed_of(one) for one in table.tables("allowed_duplicate")),
        window=settings_of(table),
        prices=_prices(table),
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
        allowances=_allowances(table),
        prices=_prices(table),
        categories=categories_of(table),
    )


def shipped(data: bytes, source: str) -> tuple[Budget, ...]:
    """Read the budgets that apply without a configuration; those with an `agent` are its limits."""
    table = read(data, source, limit=LARGEST_OWN)
    table.allow({"budget"})
    return budgets_of(table.tables("budget"))


def _allowances(table: Table) -> tuple[Allowance, ...]:
    if "allowance" not in table.values:
        return ()
    from ctxtally.config.allowances import allowances_of  # as with prices, below

    return allowances_of(table)


def _prices(table: Table) -> tuple[OwnPrice, ...]:
    if "price" not in table.values:
        return ()
    from ctxtally.config.prices import prices_of  # its decimal numbers take their time

    return prices_of(table)


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
