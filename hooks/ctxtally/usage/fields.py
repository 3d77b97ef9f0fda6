"""The fields of usage records in the logs of many programs: which are there, and their values.

A record comes with its numbers as the text that was written, so that 1234, 1234.0 and "1234" are
the same and nothing is rounded before it is judged.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.text.figures import LARGEST
from ctxtally.usage import names
from ctxtally.usage.names import EVERYDAY

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

    Value = str | bool | Mapping[str, "Value"] | Sequence["Value"] | None
    Record = Mapping[str, Value]

_SAFE_DIGITS = 16
_TOKENS = re.compile(r"[0-9]{1,16}(?:\.0+)?")
_MONEY = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_NUMBER = re.compile(r"[-+]?[0-9][0-9.eE+-]*|-?Infinity|NaN")


class Shape(NamedTuple):
    """Which of the names the records with the same keys have, in the order of preference.

    `rare` and `details` are only read in records of others.
    """

    own: bool
    time: tuple[str, ...]
    entered: tuple[str, ...]
    left: tuple[str, ...]
    cache_read: tuple[str, ...]
    cache_write: tuple[str, ...]
    cache_hour: tuple[str, ...]
    reasoning: tuple[str, ...]
    total: tuple[str, ...]
    cost: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]
    tells: bool
    rare: tuple[str, ...] = ()
    details: tuple[str, ...] = ()


# The fields of Usage that are texts, by what they are called; those of the last row only in
# events of ours: elsewhere they mean something else.
_TEXTS = (
    *("phase", "operation", "category", "branch", "commit", "agent", "provider", "model"),
    *("service_tier", "inference_geo"),
    *("id", "key", "repo", "counted", "tokenizer", "source", "worktree", "speed"),
)
_ELSEWHERE = 10
EVERY_TEXT = (*_TEXTS, "session", "run")
# A record with more keys is not remembered: each may have others.
_MOST_KEYS = 100


def shape(record: Record) -> Shape:
    """Return the shape of a record; a log has few."""
    keys = tuple(record)
    return _shape(keys) if len(keys) <= _MOST_KEYS else _shape.__wrapped__(keys)


@lru_cache(maxsize=512)
def _shape(keys: tuple[str, ...]) -> Shape:
    here = frozenset(keys)

    def has(listed: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in listed if name in here)

    own = {"v", "id"} <= here
    texts = [(name, name) for name in has(_TEXTS if own else _TEXTS[:_ELSEWHERE])]
    texts += [("session", name) for name in has(names.SESSION)[:1]]
    texts += [("run", name) for name in has(names.RUN)[:1]]
    return Shape(
        own=own,
        time=has(names.TIME),
        entered=has(names.INPUT),
        left=has(names.OUTPUT),
        cache_read=has(names.CACHE_READ),
        cache_write=has(names.KEPT[:1] if own else (*names.CACHE_WRITE, *names.KEPT[:1])),
        cache_hour=has(names.KEPT[1:]),
        reasoning=has(names.REASONING),
        total=has(names.TOTAL),
        cost=has(names.COST),
        texts=tuple(texts),
        tells=bool(has(names.TELLING)),
        rare=() if own else has(names.RARE),
        details=() if own else has(names.DETAILS),
    )


class Fields:
    """A record while it is read: `drift` counts the fields that hold what nobody can take.

    `repeated` are the names that it has more than once: which of the values is meant is unknown.
    """

    __slots__ = ("_record", "_repeated", "drift", "shape")

    def __init__(self, record: Record, repeated: Collection[str] = ()) -> None:
        self._record = record
        self._repeated = repeated
        self.shape = shape(record)
        self.drift = 0

    def name(self, listed: Sequence[str]) -> str:
        """Return the first of `listed`, which the record has, that tells something, else the first.

        Empty where there is none: a name of everyday must tell a number.
        """
        if not listed:
            return ""
        if self.shape.own or (len(listed) == 1 and listed[0] not in EVERYDAY):
            return listed[0]
        here = [name for name in listed if name not in EVERYDAY or _is_number(self._record[name])]
        return next((one for one in here if self._record[one] is not None), here[0] if here else "")

    def tokens(self, name: str) -> int | None:
        """Return a number of tokens, `None` where it is not known."""
        value = self._value(name)
        if isinstance(value, str):
            if len(value) < _SAFE_DIGITS and value.isdigit() and value.isascii():
                return int(value)
            if _TOKENS.fullmatch(value) and int(value.partition(".")[0]) < LARGEST:
                return int(value.partition(".")[0])
        self.drift += value is not None
        return None

    def money(self, total: int | None) -> float | None:
        """Return a cost: the first that is not 0, for a program that knows no price writes 0.

        So what took tokens, and has no other cost than 0, has none that is known.
        """
        told = [one for name in self.shape.cost if (one := self._cost(name)) is not None]
        return next((one for one in told if one), None if total or not told else told[0])

    def text(self, name: str) -> str:
        value = self._value(name)
        if isinstance(value, str):
            return value
        self.drift += value is not None
        return ""

    def texts(self) -> dict[str, Any]:
        """Return the texts that a record tells, by the fields of Usage."""
        return {field: self.text(name) for field, name in self.shape.texts}

    def with_details(self) -> Fields:
        """Return them with what stands one level deeper, before which goes what is beside it."""
        inner: dict[str, Value] = {}
        rest = dict(self._record)
        for name in self.shape.details:
            value = rest[name]
            if isinstance(value, dict):
                inner |= {key: one for key, one in value.items() if key in names.DETAILED}
                del rest[name]
        return Fields(inner | rest, self._repeated)

    def _cost(self, name: str) -> float | None:
        value = self._value(name)
        if isinstance(value, str) and _MONEY.fullmatch(value) and isfinite(float(value)):
            return float(value)
        self.drift += value is not None
        return None

    def _value(self, name: str) -> Value:
        if self._repeated and name in self._repeated:
            self.drift += 1
            return None
        return self._record.get(name)


def _is_number(value: Value) -> bool:
    return value is None or (isinstance(value, str) and _NUMBER.fullmatch(value) is not None)


def tells_tokens(record: Record) -> bool:
    """Say whether a record has a field that is about tokens, whatever it holds.

    >>> tells_tokens({"input_tokens": "5"}), tells_tokens({"input": "Hello"}), tells_tokens({})
    (True, False, False)
    """
    found = shape(record)
    if found.own or not found.tells:
        return found.tells
    return any(
        name in record and (name not in EVERYDAY or _is_number(record[name]))
        for name in names.TELLING
    )
