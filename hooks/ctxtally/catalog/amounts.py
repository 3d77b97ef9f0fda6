"""Sizes as catalogs write them: 1500, "52KB", "~2K"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxtally.model.catalog import Stated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctxtally.model.catalog import Unit
    from ctxtally.model.document import Document, Plain, Steps

# In the order in which the first one of a unit is taken.
_KEYS: tuple[tuple[str, Unit], ...] = (
    ("estimated_tokens", "tokens"),
    ("token_estimate", "tokens"),
    ("tokens", "tokens"),
    ("token_count", "tokens"),
    ("token_budget", "tokens"),
    ("bytes", "bytes"),
    ("size", "bytes"),
    ("size_bytes", "bytes"),
    ("lines", "lines"),
    ("line_count", "lines"),
)

_AMOUNT = re.compile(
    r"(?P<rough>~|≈)?\s*(?P<number>\d[\d,_]*(?:\.\d+)?)\s*(?P<scale>[km]?)i?"
    r"\s*(?:b|bytes?|tok|tokens?|lines?)?",
    re.IGNORECASE,
)
# Tools that print "52KB" divide by 1,024; token counts are rounded to thousands.
_SCALE = {
    "tokens": {"": 1, "k": 1_000, "m": 1_000_000},
    "bytes": {"": 1, "k": 1_024, "m": 1_048_576},
    "lines": {"": 1, "k": 1_000, "m": 1_000_000},
}
_MAX_CHARACTERS = 40
# Above any file, and short enough to print.
_MAX_AMOUNT = 10**15


def amount(value: Plain, unit: Unit) -> tuple[int, bool] | None:
    """Return the number a value states and whether it is rounded, `None` where it states none.

    >>> amount("52KB", "bytes"), amount("~2K", "tokens"), amount(1500, "tokens")
    ((53248, True), (2000, True), (1500, False))
    """
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    if isinstance(value, int):
        return (value, False) if 0 <= value <= _MAX_AMOUNT else None
    found = _AMOUNT.fullmatch(value.strip()) if len(value) <= _MAX_CHARACTERS else None
    if found is None:
        return None
    scale = found["scale"].lower()
    number = float(found["number"].replace(",", "").replace("_", ""))
    if number > _MAX_AMOUNT:
        return None
    return round(number * _SCALE[unit][scale]), bool(found["rough"] or scale)


def stated(
    document: Document,
    steps: Steps,
    mapping: Mapping[str, Plain],
    columns: Sequence[Plain] = (),
) -> tuple[Stated, ...]:
    """Return what one entry is said to measure, at most one number for each unit.

    With `columns` the entry is a row: its keys are written elsewhere, in this order.
    """
    found: dict[Unit, Stated] = {}
    for key, unit in _KEYS:
        number = amount(mapping[key], unit) if key in mapping else None
        if number is not None and unit not in found:
            way = (*steps, columns.index(key) if columns else key)
            found[unit] = Stated(
                amount=number[0],
                unit=unit,
                line=document.line(*way),
                rough=number[1],
                steps=way,
            )
    return tuple(found.values())


def unit_of(name: str) -> Unit:
    """Say what the numbers of a mapping `path: number` count, by the mapping's name.

    >>> unit_of("files"), unit_of("token_budgets"), unit_of("sizes")
    ('lines', 'tokens', 'bytes')
    """
    lowered = name.lower()
    if "token" in lowered:
        return "tokens"
    return "bytes" if "byte" in lowered or "size" in lowered else "lines"
