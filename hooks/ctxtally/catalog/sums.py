"""Checks the numbers that follow from other numbers of the same catalog."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ctxtally.catalog.rules import are, cut, found, many
from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxtally.model.catalog import Catalog, Claim, Group
    from ctxtally.model.finding import Finding

_ESTIMATES = "mend the number, or the estimates it is the sum of: `ctxtally catalog --fix`"
_COUNT = "list what is missing, or mend the number: `ctxtally catalog --fix`"

# Sections in which a catalog counts itself; "" is its top level.
_SECTIONS = ("", "meta.", "metadata.", "statistics.", "stats.", "summary.", "token_budgets.")
_TOTALS = ("actual_total", "estimated_total", "total_estimated_tokens", "total_tokens")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongNumber:
    """A number that is not what it counts or sums up, and what that is."""

    claim: Claim
    wanted: int
    rule: str
    message: str
    help: str


def sum_findings(catalog: Catalog) -> Iterator[Finding]:
    """Yield stated sums and counts that do not agree with what they count."""
    for one in wrong_numbers(catalog):
        yield found(one.rule, catalog.path, one.claim.line, one.message, one.help)


def wrong_numbers(catalog: Catalog) -> Iterator[WrongNumber]:
    """Yield the sums and counts that other parts of the catalog contradict."""
    sums = _estimates(catalog)
    sizes = Counter(entry.category for entry in catalog.modules)
    for group in catalog.groups:
        yield from _group(group, sizes, sums)
    yield from _parts(catalog, sums)
    yield from _totals(catalog, sums)
    yield from _counts(catalog)


def _estimates(catalog: Catalog) -> dict[str, int]:
    """Return the sum of estimates by category, for categories in which every module has one."""
    sums: Counter[str] = Counter()
    partial: set[str] = set()
    for entry in catalog.modules:
        if entry.tokens is None:
            partial.add(entry.category)
        else:
            sums[entry.category] += entry.tokens.amount
    return {name: total for name, total in sums.items() if name not in partial}


def _number(claim: Claim | None) -> int | None:
    """Return a number that others can be held against."""
    value = claim.value if claim and not claim.rough else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _group(
    group: Group, sizes: Mapping[str, int], sums: Mapping[str, int]
) -> Iterator[WrongNumber]:
    modules = sizes[group.name]
    budget, count = _number(group.token_budget), _number(group.modules_count)
    total = sums.get(group.name)
    if group.token_budget and budget is not None and total is not None and budget != total:
        message = (
            f"token_budget of `{cut(group.name)}` says {budget:,}; its {many(modules, 'module')}"
            f" {are(modules)} estimated at {total:,}"
        )
        yield _wrong_sum(group.token_budget, total, message)
    if group.modules_count and count is not None and count != modules:
        message = (
            f"modules_count of `{cut(group.name)}` says {count:,}; {many(modules, 'module')}"
            f" {are(modules)} listed"
        )
        yield _wrong_count(group.modules_count, modules, message)


def _wrong_sum(claim: Claim, wanted: int, message: str) -> WrongNumber:
    return WrongNumber(
        claim=claim, wanted=wanted, rule="catalog-sum", message=message, help=_ESTIMATES
    )


def _wrong_count(claim: Claim, wanted: int, message: str) -> WrongNumber:
    return WrongNumber(
        claim=claim, wanted=wanted, rule="catalog-count", message=message, help=_COUNT
    )


def _parts(catalog: Catalog, sums: Mapping[str, int]) -> Iterator[WrongNumber]:
    """Yield the `token_budgets.<category>_modules` that repeat a category's sum wrongly."""
    groups = {group.name: group for group in catalog.groups}
    for claim in catalog.claims:
        name = claim.name.removeprefix("token_budgets.").removesuffix("_modules")
        if claim.name != f"token_budgets.{name}_modules":
            continue
        value = _number(claim)
        # `workflow_modules` stands for the category `workflows`.
        group = groups.get(name) or groups.get(f"{name}s")
        if group is None or value is None:
            continue
        total, budget = sums.get(group.name), _number(group.token_budget)
        says = f"{cut(claim.name)} says {value:,}"
        if total is not None and value != total:
            said = f"the modules of `{cut(group.name)}` are estimated at {total:,}"
            yield _wrong_sum(claim, total, f"{says}; {said}")
        elif group.token_budget and budget is not None and value != budget:
            said = f"line {group.token_budget.line} gives `{cut(group.name)}` {budget:,}"
            yield _wrong_sum(claim, budget if total is None else total, f"{says}; {said}")


def _totals(catalog: Catalog, sums: Mapping[str, int]) -> Iterator[WrongNumber]:
    if not sums or len(sums) != len({entry.category for entry in catalog.modules}):
        return
    total = sum(sums.values())
    for claim in catalog.claims:
        section, _, key = claim.name.rpartition(".")
        value = _number(claim)
        if key not in _TOTALS or value in (None, total):
            continue
        if f"{section}." in _SECTIONS or not section:
            message = f"{cut(claim.name)} says {value:,}; the modules are estimated at {total:,}"
            yield _wrong_sum(claim, total, message)
    available = _number(catalog.claim("token_budgets.total_available"))
    remaining = catalog.claim("token_budgets.remaining_budget")
    said = _number(remaining)
    if remaining and said is not None and available is not None and said != available - total:
        message = (
            f"{remaining.name} says {said:,}; {available:,} available less {total:,} estimated"
            f" is {available - total:,}"
        )
        yield _wrong_sum(remaining, available - total, message)


def _counts(catalog: Catalog) -> Iterator[WrongNumber]:
    """Yield totals of lists: total_modules, total_categories, skill_count, total_count."""
    listed = Counter(entry.category for entry in catalog.entries)
    if catalog.groups:
        listed["modules"], listed["categories"] = len(catalog.modules), len(catalog.groups)
    names = {f"total_{name}": name for name in listed}
    names |= {f"{name}_count": name for name in listed}
    names |= {f"{_singular(name)}_count": name for name in listed}
    for claim in catalog.claims:
        section, _, key = claim.name.rpartition(".")
        value = _number(claim)
        if value is None or (section and f"{section}." not in _SECTIONS):
            continue
        if key in names and value != listed[names[key]]:
            number = listed[names[key]]
            told = many(number, _singular(names[key]), names[key])
            message = f"{cut(claim.name)} says {value:,}; {told} {are(number)} listed"
            yield _wrong_count(claim, number, message)


def _singular(name: str) -> str:
    return f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")
