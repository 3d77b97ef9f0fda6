"""Which lines of a usage log an SQL engine may take, and what it takes from them.

The rules for all records are in records.py. Here they are said once more, as SQL for plain lines
only: one flat object, each of its keys known and there once, each value such that it can only mean
one thing. All other lines are odd, and are left to records.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.usage import names
from ctxtally.usage.records import MARKS, USAGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# What becomes of a line.
ODD, TAKEN, OTHER, SKIPPED = range(4)
# The names of our own events. In other logs those of OWN_TEXTS mean other things.
OWN_TEXTS = ("repo", "counted", "tokenizer", "source", "worktree", "speed")
TEXTS = (
    *("phase", "operation", "category", "branch", "commit", "agent", "provider", "model"),
    *("service_tier", "inference_geo"),
)
BUCKETS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning")
_CACHES = ("cache_write_5m", "cache_write_1h")
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
# What stands in no plain line: escapes, numbers below 0, several blanks, a comma before the end, a
# blank before a colon, and whatever is nested.
_NOT_PLAIN = r'\\|: ?-|[\t\r\f\v]|  |, ?}|" :|.[{\[]'
_INTEGER = "[0-9]{1,15}"
# Costs with so many digits behind the point are added up exactly in 128 bits.
_SCALE = 20
_MONEY = rf"[0-9]{{1,9}}(\.[0-9]{{1,{_SCALE}}})?"
_TIME = (
    r'"(19[7-9][0-9]|20[0-9]{2})-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]'
    r'(\.[0-9]{1,6})?Z?"'
)


class Columns(NamedTuple):
    """SQL expressions by the name of their column; `state` says what becomes of a line."""

    keys: tuple[str, ...]
    expressions: dict[str, str]


def columns(keys: Iterable[str]) -> Columns:
    """Return what is taken from lines that have no other keys than these.

    In the SQL, `j` is the whole line, and the list `e` the values of the keys as JSON, in their
    order; NULL where the line has none.
    """
    return _Lines(tuple(key for key in keys if _NAME.fullmatch(key))).columns()


class _Lines:
    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)
        self._conditions = [
            "j IS NOT NULL",
            "starts_with(j, '{')",
            f"NOT regexp_matches(j, '{_NOT_PLAIN}')",
            # As many keys as known values: none is unknown, and none is there twice.
            """(strlen(j) - strlen(replace(j, '":', ''))) // 2 = list_aggregate(e, 'count')""",
        ]

    def columns(self) -> Columns:
        own = f"({self._any(['v'])} AND {self._any(['id'])})"
        kind = f"CASE WHEN {own} THEN {self._text('kind')} ELSE '{USAGE}' END"
        counts = self._counts(own)
        found = {
            "id": f"CASE WHEN {own} THEN nullif(hash({self._text('id')}), hash('')) END",
            "key": (
                f"CASE WHEN {own} AND {kind} = '{USAGE}' "
                f"THEN nullif(hash({self._text('key')}), hash('')) END"
            ),
            "kind": kind,
            "moment": self._moment(),
            "session": self._text(*names.SESSION),
            "run": self._text(*names.RUN),
            **{name: self._text(name) for name in TEXTS},
            **{name: f"CASE WHEN {own} THEN {self._text(name)} ELSE '' END" for name in OWN_TEXTS},
            "iteration": self._tokens("iteration"),
            "searches": f"CASE WHEN {own} THEN {self._tokens('searches')} END",
            "final": f"NOT ({own} AND coalesce({self._one(['final'])} = 'false', false))",
            **counts,
            "cost": self._cost(counts["total"]),
        }
        return Columns(self._keys, {"state": self._state(own, kind)} | found)

    def _state(self, own: str, kind: str) -> str:
        kinds = ", ".join(f"'{one}'" for one in (USAGE, *MARKS))
        return (
            f"CASE WHEN coalesce(NOT ({' AND '.join(self._conditions)}), true) THEN {ODD} "
            f"WHEN {kind} NOT IN ({kinds}) THEN {OTHER} "
            f"WHEN NOT ({own} OR {self._any(names.TELLING)}) THEN {SKIPPED} ELSE {TAKEN} END"
        )

    def _counts(self, own: str) -> dict[str, str]:
        """Return the buckets and the total. Where others tell caches, much has to be weighed."""
        caches = self._any((*names.CACHE_READ, *_CACHES))
        told = self._any((*names.INPUT, *names.OUTPUT, *names.CACHE_READ, *_CACHES))
        self._conditions += [
            f"NOT {self._any(names.CACHE_WRITE)}",
            f"({own} OR NOT ({caches} OR {self._any((*names.REASONING, *names.RARE))}))",
            # A record that tells nothing but what it wrote to a cache tells nothing, so far.
            f"({self._any(names.TELLING)} OR NOT {self._any(_CACHES)})",
        ]
        buckets = {
            "input": self._tokens(*names.INPUT),
            "cache_read": self._tokens(*names.CACHE_READ),
            **{name: self._tokens(name) for name in _CACHES},
            "output": self._tokens(*names.OUTPUT),
        }
        whole = " + ".join(f"coalesce({one}, 0)" for one in buckets.values())
        stated = self._tokens(*names.TOTAL)
        return {
            "total": f"coalesce({stated}, CASE WHEN {told} THEN {whole} END)",
            "told": told,
            **buckets,
            "reasoning": self._tokens(*names.REASONING),
        }

    def _moment(self) -> str:
        value = self._one(names.TIME)
        moment = f"try_cast(trim({value}, '\"Z') AS TIMESTAMP)"
        self._need(value, f"(regexp_full_match({value}, '{_TIME}') AND {moment} IS NOT NULL)")
        return moment

    def _cost(self, total: str) -> str:
        """Return the cost: 0 for tokens is what a program writes that knows no price."""
        value = self._one(names.COST)
        self._need(value, f"({value} = 'null' OR regexp_full_match({value}, '{_MONEY}'))")
        cost = f"try_cast({value} AS DECIMAL(38, {_SCALE}))"
        return f"CASE WHEN {cost} = 0 AND coalesce({total}, 0) > 0 THEN NULL ELSE {cost} END"

    def _tokens(self, *names: str) -> str:
        value = self._one(names)
        self._need(value, f"regexp_full_match({value}, '{_INTEGER}')")
        return f"try_cast({value} AS BIGINT)"

    def _text(self, *names: str) -> str:
        value = self._one(names)
        self._need(value, f"({value} = 'null' OR starts_with({value}, '\"'))")
        return f"CASE WHEN starts_with({value}, '\"') THEN trim({value}, '\"') ELSE '' END"

    def _need(self, value: str, condition: str) -> None:
        """Call a line odd where a value is there that is not as it should be."""
        needed = f"({value} IS NULL OR {condition})"
        if value != _NOTHING and needed not in self._conditions:
            self._conditions.append(needed)

    def _one(self, names: Iterable[str]) -> str:
        """Return the value of whichever key there is; a line with two of them is odd."""
        values = self._values(names)
        if len(values) > 1:
            there = " + ".join(f"({value} IS NOT NULL)::INT" for value in values)
            if f"{there} <= 1" not in self._conditions:
                self._conditions.append(f"{there} <= 1")
        if not values:
            return _NOTHING
        return values[0] if len(values) == 1 else f"coalesce({', '.join(values)})"

    def _any(self, names: Iterable[str]) -> str:
        values = self._values(names)
        return f"(coalesce({', '.join(values)}) IS NOT NULL)" if values else "false"

    def _values(self, names: Iterable[str]) -> list[str]:
        return [f"e[{self._keys.index(name) + 1}]" for name in names if name in self._keys]


_NOTHING = "NULL::VARCHAR"
