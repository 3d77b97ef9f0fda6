"""What files would save that were trimmed to their budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.budget.findings import RULES
from ctxtally.model.saving import Saving
from ctxtally.text.commands import editing
from ctxtally.text.figures import counted, marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ctxtally.budget.advice import Detail
    from ctxtally.model.outcome import Outcome


def savings(outcomes: Iterable[Outcome], details: Mapping[str, Detail]) -> Iterator[Saving]:
    """Yield one saving for each file that is over a budget in tokens, or over its warning line."""
    for outcome in outcomes:
        if outcome.budget.scope != "file" or outcome.unit != "tokens":
            continue
        bound = {"over": outcome.max, "warning": outcome.warn}.get(outcome.state)
        if bound is None:
            continue
        detail = details.get(outcome.path)
        sections = detail.sections if detail else ()
        heaviest = max(sections, key=lambda one: one.tokens, default=None)
        line = "warning line" if outcome.state == "warning" else "budget"
        does = f"trim it to its {line} of {counted(bound, 'tokens')} ({outcome.budget.name})"
        if heaviest and len(sections) > 1:
            tokens = marked(counted(heaviest.tokens, "tokens"), exact=outcome.exact)
            does += f"; the heaviest section is `{heaviest.heading}`, {tokens}"
        yield Saving(
            tokens=outcome.actual - bound,
            path=outcome.path,
            line=heaviest.line if heaviest else None,
            rule=RULES["file"],
            does=does,
            goal=True,
            command=editing(outcome.path, heaviest.line if heaviest else None),
        )
