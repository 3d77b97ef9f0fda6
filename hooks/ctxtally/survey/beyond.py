"""The modules and categories of catalogs that are beyond what budgets allow them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import shipped
from ctxtally.budget.findings import findings
from ctxtally.budget.judge import judge
from ctxtally.config import reader
from ctxtally.model.measured import ContextFile
from ctxtally.model.record import replace
from ctxtally.survey import catalogs
from ctxtally.survey.judgement import counted_categories
from ctxtally.survey.measure import Meter
from ctxtally.tokens.counters import DEFAULT, counter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ctxtally.model.budget import Budget
    from ctxtally.model.finding import Finding
    from ctxtally.model.measured import Measured
    from ctxtally.survey.catalogs import Listed
    from ctxtally.survey.ground import Ground

_SCOPES = ("module", "category")


def beyond(
    ground: Ground, meter: Meter, listed: Sequence[Listed], measured: Mapping[str, Measured]
) -> Iterator[Finding]:
    """Yield modules and categories that are not what budgets allow.

    Where no budget is about modules, the shipped one still says how far an estimate may be off.
    """
    budgets = [one for one in ground.settings.budgets if one.scope in _SCOPES]
    if not any(one.scope == "module" for one in budgets):
        budgets += _shipped_estimate()
    main = ground.settings.config.counter or DEFAULT
    groups: dict[str, list[Budget]] = {}
    for budget in budgets:
        groups.setdefault(budget.counter or main, []).append(budget)
    files = [ContextFile(path=path, kind="module") for path in measured]
    for name, some in groups.items():
        tokens = {path: file.tokens for path, file in measured.items()}
        if name != main:
            meter = Meter(meter.tree, counter(name), meter.cache)
            counted, _ = meter.measure(files, ground.tracked.entries)
            tokens = {file.path: file.tokens for file in counted}
        modules = [replace(one, tokens=tokens.get(one.path)) for one in catalogs.modules(listed)]
        known = tuple(catalogs.categories(listed, modules))
        categories = list(counted_categories(known, modules))
        exact = meter.counter.method == "exact"
        yield from findings([*judge(some, (), modules, categories, exact=exact)], {})


def _shipped_estimate() -> Iterator[Budget]:
    defaults = reader.shipped(shipped.read("budgets", "default.toml"), "budgets/default.toml")
    return (one for one in defaults if one.scope == "module")
