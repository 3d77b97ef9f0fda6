"""Where tokens went: one pass over a usage log."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from ctxtally.model.analysis import NAMELESS, Analysis, Sessions
from ctxtally.model.batch import single
from ctxtally.model.spending import Buckets
from ctxtally.usage.categories import category_of
from ctxtally.usage.course import course
from ctxtally.usage.tally import NAMES, OTHERS, Sum, Table, is_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ctxtally.model.analysis import Dimension, Period
    from ctxtally.model.batch import Batch
    from ctxtally.model.category_rule import CategoryRule
    from ctxtally.model.usage import Usage

# What posts are worked on under, in the list of categories that ships.
POST = "blog"
# Needed for averages, targets, recommendations and the trend, whatever was asked for.
_ALWAYS: tuple[Dimension, ...] = ("category", "operation", "session", "day")
# A session is of one agent, or of a few that share it; more of them say nothing.
_MOST_AGENTS = 8


def analysis(
    records: Iterable[Usage],
    period: Period,
    *,
    by: Sequence[Dimension] = (),
    rules: Sequence[CategoryRule] = (),
    today: str = "",
) -> Analysis:
    """Return what the records of usage in a period add up to; `today` is not over yet."""
    return added_up(map(single, records), period, by=by, rules=rules, today=today)


def asked(by: Sequence[Dimension] = ()) -> tuple[str, ...]:
    """Return what batches have to keep apart to be added up."""
    return tuple(dict.fromkeys((*_ALWAYS, *by)))


def added_up(
    batches: Iterable[Batch],
    period: Period,
    *,
    by: Sequence[Dimension] = (),
    rules: Sequence[CategoryRule] = (),
    today: str = "",
) -> Analysis:
    """Return the same of records that are added up in part already, as `asked` says."""
    tables = _tables(by, rules)
    whole, buckets = Sum(), Buckets()
    sessions = _Told()
    undated = 0
    for one, times, cost, _ in (batch for batch in batches if batch.usage.kind == "usage"):
        if not period.holds(one.day):
            undated += 0 if one.day else times
            continue
        whole.add(one, cost, times)
        if one.tokens is not None:
            buckets.add(one.tokens)
        sessions.add({name: table.add(one, cost, times) for name, table in tables.items()})
    days = {day: one.tokens for day, one in tables["day"].sums.items() if is_day(day)}
    return Analysis(
        period=period,
        whole=whole.group("all"),
        first=min(days, default=""),
        last=max(days, default=""),
        active=len(days),
        buckets=buckets.tokens(),
        by={name: table.groups(by_name=name == "day") for name, table in tables.items()},
        sessions=_sessions(tables["session"], tables["session"].sums),
        posts=_sessions(tables["session"], sessions.posts),
        worked=sessions.worked(),
        course=course({day: tokens for day, tokens in days.items() if day < today or not today}),
        undated=undated,
        crowded=tuple(name for name, table in tables.items() if table.crowded),
    )


def _tables(by: Sequence[Dimension], rules: Sequence[CategoryRule]) -> dict[str, Table]:
    names_of = NAMES | {"category": lambda one: category_of(one, rules)}
    return {name: Table(names_of[name]) for name in asked(by)}


def _sessions(table: Table, names: Iterable[str]) -> Sessions:
    named = [table.sums[name] for name in names if name not in (NAMELESS, OTHERS)]
    known = [one.tokens for one in named if not one.unknown]
    return Sessions(count=len(named), tokens=sum(known), unknown=len(named) - len(known))


class _Told:
    """What sessions tell of themselves."""

    def __init__(self) -> None:
        self.posts: set[str] = set()
        self._agents: dict[str, set[str]] = defaultdict(set)

    def add(self, names: Mapping[str, str]) -> None:
        session = names["session"]
        if names["category"] == POST:
            self.posts.add(session)
        if "agent" in names and len(self._agents[session]) < _MOST_AGENTS:
            self._agents[session].add(names["agent"])

    def worked(self) -> dict[frozenset[str], int]:
        """Return how many named sessions tell the same agents."""
        named = (found for name, found in self._agents.items() if name not in (NAMELESS, OTHERS))
        return dict(Counter(frozenset(found - {NAMELESS}) for found in named))
