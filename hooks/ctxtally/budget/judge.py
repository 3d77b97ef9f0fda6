"""Apply budgets to what was counted."""

from __future__ import annotations

from ctxtally.model.outcome import Outcome
from ctxtally.text.globs import selected

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxtally.model.budget import Budget, Unit
    from ctxtally.model.measured import Measured
    from ctxtally.model.module import Category, Module
    from ctxtally.model.redundancy import RepeatedSet


def judge(
    budgets: Iterable[Budget],
    files: Sequence[Measured],
    modules: Sequence[Module],
    categories: Sequence[Category],
    *,
    exact: bool = True,
) -> Iterator[Outcome]:
    """Yield one outcome per budget and thing it limits; equal to the limit passes.

    `exact` says how the tokens were counted; bytes, characters and lines always are. What is
    repeated is found otherwise: see `judge_sets`.
    """
    for budget in budgets:
        sure = exact or unit_of(budget) != "tokens"
        if budget.scope == "file":
            yield from _files(budget, files, exact=sure)
        elif budget.scope == "total":
            yield _total(budget, files, exact=sure)
        elif budget.scope == "module":
            yield from _modules(budget, modules, exact=sure)
        elif budget.scope == "category":
            yield from _categories(budget, categories, exact=sure)


def _files(budget: Budget, files: Sequence[Measured], *, exact: bool) -> Iterator[Outcome]:
    unit = unit_of(budget)
    for file in files:
        if _names(budget, file):
            yield Outcome(
                budget=budget,
                subject=file.path,
                path=file.path,
                actual=amount(file, unit),
                unit=unit,
                exact=exact,
            )


def _total(budget: Budget, files: Sequence[Measured], *, exact: bool) -> Outcome:
    inside = summed(budget, files)
    return Outcome(
        budget=budget,
        subject=budget.name,
        path=max(inside, key=lambda path: inside[path], default=""),
        actual=sum(inside.values()),
        unit=unit_of(budget),
        exact=exact,
    )


def summed(budget: Budget, files: Sequence[Measured]) -> dict[str, int]:
    """Return what makes up a total, by path."""
    unit = unit_of(budget)
    return {file.path: amount(file, unit) for file in files if _names(budget, file)}


def _modules(budget: Budget, modules: Sequence[Module], *, exact: bool) -> Iterator[Outcome]:
    for module in modules:
        if module.tokens is None or not _covers(budget, module.catalog):
            continue
        if _shares(budget, "estimate") and not module.stated:
            continue
        yield Outcome(
            budget=budget,
            subject=module.label,
            path=module.catalog,
            line=module.line,
            actual=module.tokens,
            unit="tokens",
            exact=exact,
            base=module.stated or 0,
        )


def _categories(
    budget: Budget, categories: Sequence[Category], *, exact: bool
) -> Iterator[Outcome]:
    for category in categories:
        if not _covers(budget, category.catalog):
            continue
        if _shares(budget, "token_budget") and category.token_budget is None:
            continue
        yield Outcome(
            budget=budget,
            subject=category.name,
            path=category.catalog,
            line=category.line,
            actual=category.tokens,
            unit="tokens",
            exact=exact,
            base=category.token_budget or 0,
        )


def judge_sets(
    budget: Budget,
    sets: Iterable[RepeatedSet],
    before: Iterable[RepeatedSet] | None = None,
    *,
    since: str = "",
    exact: bool = True,
) -> Iterator[Outcome]:
    """Yield what becomes of a budget of scope redundancy, for each set of files.

    `before` are the sets of the base, `None` where there is none: a set that is new repeated
    nothing there. `since` names the base.
    """
    known = None if before is None else {one.name: one.redundant for one in before}
    for one in sets:
        worst = max(one.files, key=lambda file: file.redundant, default=None)
        yield Outcome(
            budget=budget,
            subject=one.name,
            path=worst.path if worst else "",
            actual=one.redundant,
            unit="tokens",
            base=one.tokens,
            before=None if known is None else known.get(one.name, 0),
            since=since,
            exact=exact,
        )


def unit_of(budget: Budget) -> Unit:
    """Return the unit a budget is written in; all its bounds share one."""
    bounds = (budget.max, budget.warn, budget.min, budget.growth)
    bound = next((one for one in bounds if one), None)
    return bound.unit if bound else "tokens"


def amount(file: Measured, unit: Unit) -> int:
    """Return how much of `unit` a file holds."""
    return {
        "tokens": file.tokens,
        "bytes": file.bytes,
        "chars": file.chars,
        "lines": file.lines,
    }[unit]


def _names(budget: Budget, file: Measured) -> bool:
    """Say whether a budget selects a file by its path, or by a link that leads to it."""
    return any(selected(path, budget.paths) for path in (file.path, *file.aliases))


def _covers(budget: Budget, catalog: str) -> bool:
    return not budget.paths or selected(catalog, budget.paths)


def _shares(budget: Budget, of: str) -> bool:
    return any(bound and bound.of == of for bound in (budget.max, budget.warn, budget.min))
