"""The fields of usage records: what each is called in the logs of many programs, and its value.

A record comes with its numbers as the text that was written, so that 1234, 1234.0 and "1234" are
the same and nothing is rounded before it is judged.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.text.figures import LARGEST

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

    Value = str | bool | Mapping[str, "Value"] | Sequence["Value"] | None
    Record = Mapping[str, Value]

_SAFE_DIGITS = 16
_TOKENS = re.compile(r"[0-9]{1,16}(?:\.0+)?")
_MONEY = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_NUMBER = re.compile(r"[-+]?[0-9][0-9.eE+-]*|-?Infinity|NaN")

# OpenTelemetry's names, old and new (semantic-conventions-genai, registry/attributes/gen-ai).
_OTEL = "gen_ai.usage."
INPUT = (
    *("input_tokens", "prompt_tokens", "in_tok", f"{_OTEL}input_tokens", f"{_OTEL}prompt_tokens"),
    "input",
)
OUTPUT = (
    *("output_tokens", "completion_tokens", "out_tok"),
    *(f"{_OTEL}output_tokens", f"{_OTEL}completion_tokens", "output"),
)
# With these names what came from a cache is a part of the input, as OpenAI counts too.
_READ_WITHIN = (
    *("cached_tokens", "cached_input_tokens"),
    *(f"{_OTEL}cache_read.input_tokens", f"{_OTEL}cache_read_input_tokens"),
)
_WRITTEN_WITHIN = (*(f"{_OTEL}cache_creation.input_tokens", f"{_OTEL}cache_creation_input_tokens"),)
CACHE_READ = (*_READ_WITHIN, "cache_read_input_tokens", "cache_read_tokens", "cache_read")
CACHE_WRITE = (
    *(*_WRITTEN_WITHIN, "cache_creation_input_tokens", "cache_creation_tokens"),
    *("cache_write_tokens", "cache_write"),
)
INCLUSIVE = frozenset({*_READ_WITHIN, *_WRITTEN_WITHIN})
REASONING = ("reasoning_tokens", "reasoning_output_tokens", "reasoning")
TOTAL = ("total_tokens", "tokens", "total")
COST = ("cost_usd", "reported_cost", "cost", "computed_cost")
TIME = ("ts", "timestamp", "t", "generated")
SESSION = ("session", "session_id")
RUN = ("run", "run_id")

# A log of prompts has fields of these names too: then they hold no numbers.
_EVERYDAY = frozenset({"input", "output", "tokens", "total", "cache_read", "cache_write"})
_KEPT = ("cache_write_5m", "cache_write_1h")
TELLING = (*INPUT, *OUTPUT, *TOTAL, *CACHE_READ, *CACHE_WRITE, *_KEPT)


class Shape(NamedTuple):
    """Which of the names above the records with the same keys have, in the order of preference."""

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


# The fields of Usage that are texts, by what they are called; those of the second row only in
# events of ours: elsewhere they mean something else.
_TEXTS = (
    *("phase", "operation", "category", "branch", "commit", "agent", "provider", "model"),
    *("id", "key", "repo", "counted", "tokenizer", "source", "worktree", "speed"),
)
_ELSEWHERE = 8
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

    def has(names: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name in here)

    own = {"v", "id"} <= here
    texts = [(name, name) for name in has(_TEXTS if own else _TEXTS[:_ELSEWHERE])]
    texts += [("session", name) for name in has(SESSION)[:1]]
    texts += [("run", name) for name in has(RUN)[:1]]
    return Shape(
        own=own,
        time=has(TIME),
        entered=has(INPUT),
        left=has(OUTPUT),
        cache_read=has(CACHE_READ),
        cache_write=has(_KEPT[:1] if own else (*CACHE_WRITE, *_KEPT[:1])),
        cache_hour=has(_KEPT[1:]),
        reasoning=has(REASONING),
        total=has(TOTAL),
        cost=has(COST),
        texts=tuple(texts),
        tells=bool(has(TELLING)),
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

    def name(self, names: Sequence[str]) -> str:
        """Return the first of `names`, which the record has, that tells something, else the first.

        Empty where there is none: a name of everyday must tell a number.
        """
        if not names:
            return ""
        if self.shape.own or (len(names) == 1 and names[0] not in _EVERYDAY):
            return names[0]
        here = [name for name in names if name not in _EVERYDAY or _is_number(self._record[name])]
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
        name in record and (name not in _EVERYDAY or _is_number(record[name])) for name in TELLING
    )
