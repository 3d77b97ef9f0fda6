"""Budgets that limit nothing, and waivers that allow nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.budget.waivers import allows
from ctxtally.model.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from ctxtally.model.budget import Budget, Scope
    from ctxtally.model.waiver import Waiver

BUDGET = "unused-budget"
WAIVER = "unused-waiver"
_NOTHING: dict[Scope, str] = {
    "file": "`paths` selects no file that could be measured",
    "total": "`paths` selects no file that could be measured",
    "always": "no `agent` that is used here has such `dirs`",
    "chain": "no `agent` that is used here has such `dirs`",
    "listing": "no `agent` that is used here has such `dirs`",
    "module": "no catalog lists a module with what it takes",
    "category": "no catalog has a category with what it takes",
    "redundancy": "no files are read together",
}


def unused_budgets(budgets: Iterable[Budget], used: Collection[str]) -> Iterator[Finding]:
    """Yield a note for each budget whose name is not `used`."""
    for one in {one.name: one for one in budgets if one.name not in used}.values():
        path, _, line = one.origin.rpartition(":")
        yield Finding(
            rule=BUDGET,
            level="note",
            path=path,
            line=int(line),
            message=f"the budget `{one.name}` limits nothing: {_NOTHING[one.scope]}",
            help="mend it, or take it away",
        )


def unused_waivers(waivers: Iterable[Waiver], found: Sequence[Finding]) -> Iterator[Finding]:
    """Yield a note for each waiver that allows none of the findings."""
    for one in waivers:
        if any(allows(one, finding) for finding in found):
            continue
        path, _, line = one.origin.rpartition(":")
        what = f"the budget `{one.budget}`" if one.budget is not None else f"the rule `{one.rule}`"
        whose = f"; ask {one.owner}" if one.owner else ""
        yield Finding(
            rule=WAIVER,
            level="note",
            path=path,
            line=int(line),
            message=f"this waiver allows nothing: nothing at `{one.path}` breaks {what}",
            help=f"take it away{whose}",
        )
