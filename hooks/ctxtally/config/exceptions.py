"""`[[waiver]]` and `[[allowed_duplicate]]`, as somebody wrote them, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.config.globs import globs_of
from ctxtally.model.redundancy import AllowedPair
from ctxtally.model.waiver import Waiver

if TYPE_CHECKING:
    from collections.abc import Collection

    from ctxtally.text.toml_document import Table

_ALLOWED_KEYS = frozenset({"paths", "reason"})
_WAIVER_KEYS = frozenset({"budget", "rule", "path", "reason", "owner", "until"})


def allowed_of(table: Table) -> AllowedPair:
    table.allow(_ALLOWED_KEYS)
    paths = globs_of(table, "paths", table.texts("paths") or ())
    if len(paths) != 2:  # noqa: PLR2004 - a pair
        message = f"`paths` of {table.header} must be two globs, not {len(paths)}"
        example = 'write `paths = ["skills/*/SKILL.md", "docs/**"]`; both may be the same'
        raise table.error(message, *(["paths"] if paths else []), help=example)
    return AllowedPair(one=paths[0], other=paths[1], reason=table.needed("reason"))


def waiver_of(table: Table, budgets: Collection[str], rules: Collection[str] | None) -> Waiver:
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
        owner=table.text("owner") or "",
        until=table.day("until"),
    )
