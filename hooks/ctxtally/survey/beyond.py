"""The modules and categories of catalogs that are beyond what budgets allow them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters import shipped
from ctxtally.budget.findings import findings
from ctxtally.budget.judge import judge
from ctxtally.config import reader
from ctxtally.model.measured import ContextFile
from ctxtally.model.record import replace
from ctxtally.survey import catalogs
from ctxtally.survey.judgement import by_counter, counted_categories
from ctxtally.survey.measure import Meter
from ctxtally.tokens.counters import DEFAULT, counter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ctxtally.model.budget import Budget
    from ctxtally.model.finding import Finding
    from ctxtally.model.measured import Measured
    from ctxtally.model.module import Module
    from ctxtally.model.outcome import Outcome
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
    files = [ContextFile(path=path, kind="module") for path in measured]
    outcomes: list[Outcome] = []
    counts: dict[str, _Listed] = {}
    for name, some in by_counter(budgets, main).items():
        counting = meter
        tokens = {path: file.tokens for path, file in measured.items()}
        if name != main:
            counting = Meter(meter.tree, counter(name), meter.cache)
            counted, _ = counting.measure(files, ground.tracked.entries)
            tokens = {file.path: file.tokens for file in counted}
        modules = [replace(one, tokens=tokens.get(one.path)) for one in catalogs.modules(listed)]
        known = tuple(catalogs.categories(listed, modules))
        categories = list(counted_categories(known, modules))
        exact = counting.counter.method == "exact"
        counts[name] = _Listed(modules)
        outcomes += judge(some, (), modules, categories, exact=exact)
    yield from findings(_compared(ground, meter, outcomes, counts), {})


class _Listed(NamedTuple):
    """What one counter counted; a catalog is no sum of files."""

    modules: list[Module]

    def files_of(self, _: Budget) -> tuple[Measured, ...]:
        return ()


def _compared(
    ground: Ground, meter: Meter, outcomes: Sequence[Outcome], counts: Mapping[str, _Listed]
) -> Sequence[Outcome]:
    """Return the outcomes with what was before, where that decides one of them."""
    if not any(one.budget.is_relative for one in outcomes):
        return outcomes
    from ctxtally.adapters.pathspecs import pathspecs
    from ctxtally.survey.before import Before

    asked = pathspecs(ground.specs, sorted(ground.tracked.asked))
    return Before(ground.place, meter, asked).told(outcomes, counts)


def _shipped_estimate() -> Iterator[Budget]:
    defaults = reader.shipped(shipped.read("budgets", "default.toml"), "budgets/default.toml")
    return (one for one in defaults if one.scope == "module")
