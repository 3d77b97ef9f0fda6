"""The usage log by DuckDB: what is plain in sums, and what is odd by the reader of all records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import samples, usage_log
from ctxtally.adapters.columns import PIECE, Table, TooOddError
from ctxtally.adapters.waiting import Waiting
from ctxtally.model.batch import OWN, Batch, single
from ctxtally.model.tally import Tally
from ctxtally.model.usage import Tokens, Usage
from ctxtally.text.figures import counted
from ctxtally.usage.duplicates import once
from ctxtally.usage.plain import BUCKETS, ODD, OTHER, SKIPPED, TAKEN, columns
from ctxtally.usage.records import is_record, taken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ctxtally.adapters.columns import Row
    from ctxtally.model.batch import Alike

# Records of odd lines are held in memory, some 50 MB. With more of them plain Python reads all.
MOST_ODD = 50_000
_MOMENT = "epoch(moment)"
_DAY = "coalesce(strftime(moment, '%Y-%m-%d'), '')"
_PROMPT = " + ".join(f"coalesce({name}, 0)" for name in BUCKETS[:4])
_UNUSUAL = "speed <> '' OR service_tier <> ''"
_USED = " || ".join(f"(coalesce({name}, 0) > 0)::INT" for name in BUCKETS)
_QUARTER, _DAY_SECONDS = 900, 86_400
# Not added up over what tells it and what does not.
_KINDS = ("kind", "id IS NOT NULL", "counted", "final", "told", "total IS NULL", "cost IS NULL")
_SUMS = (
    *("count(*)", "sum(total)", "sum(cost)", f"min({_MOMENT})", f"max({_MOMENT})"),
    "coalesce(sum(searches), 0)",
    *(f"coalesce(sum({name}), 0)" for name in BUCKETS),
)
# What is needed whatever was asked, and has to be kept for each line.
_ALWAYS = (
    *("state", "id", "key", "kind", "moment", "counted", "final", "told", "total", "cost"),
    *("searches", *BUCKETS),
)


def batches(
    files: Sequence[str], alike: Alike, kinds: Collection[str], tally: Tally
) -> Iterator[Batch]:
    """Yield the records of these kinds; raises TooOddError before the first one, or never.

    `tally` grows as it does when plain Python reads the files.
    """
    found = columns(samples.keys(files))
    needed = (*_ALWAYS, *(name for name in alike.names if name not in (*_ALWAYS, "day")))
    with Table(found.keys, {name: found.expressions[name] for name in needed}) as table:
        for path in told(files):
            lines = table.load(path)
            if not usage_log.holds(path, lines):
                raise TooOddError(f"DuckDB found {lines:,} lines, and there are others")
        usages = _odd(table, files, tally)
        listed = ", ".join(f"'{kind}'" for kind in sorted(kinds))
        table.split(_QUARTER, alike.bounds)
        rows = table.groups(_keys(alike), _SUMS, f"state = {TAKEN} AND kind IN ({listed})")
        for row in rows:
            yield _batch(row, alike)
        for one in once(iter(usages), lambda _: True, tally):
            if one.kind in kinds:
                yield single(one)


def told(files: Sequence[str]) -> Iterator[str]:
    """Yield the files, and tell on a terminal how many were taken."""
    with Waiting() as waiting:
        for number, path in enumerate(files):
            waiting.at(f"reading the usage log: {number} of {counted(len(files), 'files')}")
            yield path


def _odd(table: Table, files: Sequence[str], tally: Tally) -> list[Usage]:
    """Return the records of odd lines, and of those whose id or key is there more than once."""
    if table.states().get(ODD, 0) > MOST_ODD:
        raise TooOddError(f"more than {MOST_ODD:,} lines are not plain")
    told = _records(table, files, Tally())
    table.mark(ODD, [name for one in told for name in (one.id, one.key) if name])
    states = table.states()
    if states.get(ODD, 0) > MOST_ODD:
        raise TooOddError(f"more than {MOST_ODD:,} lines are not plain, or told twice")
    found = _records(table, files, tally)
    tally.lines = table.lines
    tally.others += states.get(OTHER, 0)
    tally.skipped += states.get(SKIPPED, 0)
    return found


def _records(table: Table, files: Sequence[str], tally: Tally) -> list[Usage]:
    found: list[Usage] = []
    for index, path in enumerate(files):
        for line in usage_log.chosen(path, table.odd(index, ODD)):
            objects = usage_log.objects_in(line, tally, is_record)
            found += taken(objects, tally)
    return found


def _keys(alike: Alike) -> tuple[str, ...]:
    """Return what is the same in a batch, as SQL, in the order in which `_batch` takes it."""
    return (
        *_KINDS,
        f"floor({_MOMENT} / {_QUARTER})" if alike.quarters else "0",
        PIECE,
        "0" if alike.later is None else f"{_MOMENT} % {_DAY_SECONDS} > {alike.later}",
        " + ".join(f"({_PROMPT} > {size})::INT" for size in alike.sizes) or "0",
        f"CASE WHEN {_UNUSUAL} THEN {_USED} ELSE '' END" if alike.unusual else "''",
        *(_DAY if name == "day" else name for name in alike.names),
    )


def _batch(row: Row, alike: Alike) -> Batch:
    same, sums = row[: -len(_SUMS)], row[-len(_SUMS) :]
    kind, own, counted, final, told, *_ = same
    times, total, cost, moment, last, searches, *buckets = sums
    names = dict(zip(alike.names, same[-len(alike.names) :], strict=True)) if alike.names else {}
    tokens = dict(zip(BUCKETS, buckets, strict=True))
    usage = Usage(
        id=OWN if own else "",
        kind=kind,
        moment=moment,
        tokens=Tokens(**tokens) if told else None,
        total=total,
        searches=searches,
        final=final,
        **({"counted": counted} | names),
    )
    return Batch(usage, times, cost, last)
