"""`[[category]]`: how a repository sorts the operations that are logged, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.category_rule import CategoryRule
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from ctxtally.text.toml_document import Table

_KEYS = frozenset({"name", "patterns"})


def categories_of(top: Table) -> tuple[CategoryRule, ...]:
    """Return the rules of a configuration in their order."""
    return tuple(_rule(table) for table in top.tables("category"))


def _rule(table: Table) -> CategoryRule:
    table.allow(_KEYS)
    name, patterns = table.needed("name"), table.texts("patterns")
    if name != name.strip() or not name.isprintable():
        message = f"`name` cannot be {shown(name)}: it is printed in tables"
        raise table.error(message, "name", help='write `name = "deployment"`')
    if patterns is None:
        message = f"{table.header} has no `patterns`"
        raise table.error(message, help='add `patterns = ["deploy *", "*terraform*"]`')
    return CategoryRule(name=name, patterns=patterns)
