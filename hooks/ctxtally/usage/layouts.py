"""Which lines of a usage log can be read at once, with nothing to weigh, and what they tell.

The rules for all records are in records.py. Here they are said once more for lines of which each
key tells one thing only, and each value is of the kind that it should be. All other lines are left
to records.py.
"""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from ctxtally.model.layout import BUCKETS, Layout
from ctxtally.model.usage import Tokens, Usage
from ctxtally.text.instants import day_of, seconds_of
from ctxtally.usage import fields

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ctxtally.model.layout import Line

# A line with more keys is none that a program writes again and again.
_MOST_KEYS = 40
_MINUTE = len("2026-02-28T12:00:")
# The minutes of some weeks, and each thousandth of a second.
_MINUTES, _THOUSANDTHS = 50_000, 60_000


def layout_of(keys: Sequence[str]) -> Layout | None:
    """Return the layout of lines with these keys, `None` where there is something to weigh."""
    if len(keys) > _MOST_KEYS:
        return None
    shape = fields.shape(dict.fromkeys(keys))
    caches = (shape.cache_read, shape.cache_write, shape.cache_hour, shape.reasoning)
    told = {
        "ts": shape.time,
        **dict(zip(BUCKETS, (shape.entered, *caches[:3], shape.left, caches[3]), strict=True)),
        "total": shape.total,
        "cost_usd": shape.cost,
    }
    if not shape.time or any(len(names) > 1 for names in told.values()):
        return None
    if not shape.own and (any(caches) or shape.rare or shape.details or not shape.tells):
        return None
    names = ("kind", "iteration", "searches", "final") if shape.own else ("iteration",)
    found = {name: given[0] for name, given in told.items() if given}
    found |= {name: name for name in names if name in keys}
    texts = dict(shape.texts)
    found |= texts
    return Layout(
        own=shape.own,
        told=bool(shape.entered or shape.left or any(caches[:3])),
        texts=tuple(texts),
        # With the kind twice it is a tuple, however few there are.
        values=attrgetter(*texts, "kind", "kind"),
        keys=found,
        rest=tuple(key for key in keys if key not in found.values()),
    )


def moment_of(text: str) -> float | None:
    """Return the seconds since 1970, as `seconds_of` does.

    >>> moment_of("1970-01-02T00:01:02.500000Z"), moment_of("1970-01-02T00:01:02+00:01")
    (86462.5, 86402.0)
    """
    begun, rest = _begun(text[:_MINUTE]), _rest(text[_MINUTE:])
    return seconds_of(text) if begun is None or rest is None else begun + rest


@lru_cache(maxsize=_MINUTES)
def _begun(minute: str) -> float | None:
    """Return when a minute begins, `None` where no minute is told, or the last of the calendar."""
    return seconds_of(f"{minute}00") if minute[-1:] == ":" and minute < "9999" else None


@lru_cache(maxsize=_THOUSANDTHS)
def _rest(text: str) -> float | None:
    """Return the seconds beyond a minute, `None` where there is a zone to reckon with."""
    return None if "+" in text or "-" in text else seconds_of(f"1970-01-01T00:00:{text}")


def total_of(line: Line, layout: Layout) -> int | None:
    """Return what is written as the total, else the sum of the buckets."""
    if line.total is not None or not layout.told:
        return line.total
    return line.input + line.cache_read + line.cache_write_5m + line.cache_write_1h + line.output


def cost_of(line: Line, total: int | None) -> float | None:
    """Return the cost: 0 for tokens is what a program writes that knows no price."""
    return line.cost_usd or (None if total else line.cost_usd)


def usage_in(line: Line, layout: Layout, moment: float | None) -> Usage:
    """Return what a line tells; `moment` is that of its time."""
    total = total_of(line, layout)
    told: dict[str, Any] = dict(zip(layout.texts, layout.values(line), strict=False))
    if layout.told:
        told["tokens"] = Tokens(
            input=line.input,
            cache_read=line.cache_read,
            cache_write_5m=line.cache_write_5m,
            cache_write_1h=line.cache_write_1h,
            output=line.output,
            reasoning=line.reasoning,
        )
    return Usage(
        **told,
        moment=moment,
        day="" if moment is None else day_of(moment),
        kind=line.kind,
        iteration=line.iteration,
        total=total,
        cost_usd=cost_of(line, total),
        searches=line.searches,
        final=line.final,
    )
