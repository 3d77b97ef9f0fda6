"""Reads the file that the OpenTelemetry exporter of Copilot CLI writes.

Attributes are those of OpenTelemetry's semantic conventions for generative AI. A session is told on
several levels, each of which sums up the one before: only one of them counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.agent_logs.reader import whole, word
from ctxtally.adapters.transcripts.copilot import AGENT, tokens_of
from ctxtally.adapters.transcripts.values import moment as parsed
from ctxtally.adapters.transcripts.values import usable
from ctxtally.model.response import Response
from ctxtally.text.figures import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxtally.model.transcript import State

_USAGE = "gen_ai.usage."
# The best one first.
LEVELS = ("chat", "inference", "turn", "agent")


def exported(found: Mapping[str, object], moment: float) -> Iterator[tuple[str, Response]]:
    """Yield the records of usage in a line of the exporter's file, each with its level."""
    for record in _records(found, 0):
        attributes = _attributes(record.get("attributes"))
        if not any(name.startswith(_USAGE) for name in attributes):
            continue
        level = _level(record, attributes)
        told = _exported(record, attributes, moment) if level else None
        if told is not None:
            yield level, told


def _records(found: object, depth: int) -> Iterator[Mapping[str, object]]:
    """Yield what has attributes: a line is a record, or the envelope of several (OTLP, JSON)."""
    if isinstance(found, dict):
        if "attributes" in found:
            yield found
        for name in ("resourceSpans", "scopeSpans", "spans", "resourceLogs", "scopeLogs"):
            yield from _records(found.get(name), depth)
        yield from _records(found.get("logRecords"), depth)
    elif isinstance(found, list) and depth < len(LEVELS):
        for one in found:
            yield from _records(one, depth + 1)


def _attributes(told: object) -> dict[str, object]:
    """Return attributes by name: a mapping, or the list of names and typed values of OTLP."""
    if isinstance(told, dict):
        return told
    found: dict[str, object] = {}
    for one in told if isinstance(told, list) else ():
        value = one.get("value") if isinstance(one, dict) else None
        if isinstance(value, dict) and value:
            kind, plain = next(iter(value.items()))
            number = kind == "intValue" and isinstance(plain, str) and plain.isdecimal()
            found[word(one, "key")] = int(plain[:17]) if number else plain
    return found


def _level(record: Mapping[str, object], attributes: Mapping[str, object]) -> str:
    name = word(record, "name") or word(attributes, "event.name")
    operation = word(attributes, "gen_ai.operation.name")
    if "inference" in name:
        return "inference"
    if "agent.turn" in name or "agent_turn" in name:
        return "turn"
    if operation == "chat" or name.startswith("chat"):
        return "chat"
    return "agent" if operation == "invoke_agent" or name.startswith("invoke_agent") else ""


def _exported(
    record: Mapping[str, object], attributes: Mapping[str, object], moment: float
) -> Response | None:
    def used(*names: str) -> int:
        return next((n for n in (whole(attributes, _USAGE + name) for name in names) if n), 0)

    tokens = tokens_of(
        used("input_tokens"),
        used("cache_read.input_tokens"),
        used("cache_creation.input_tokens", "cache_write.input_tokens"),
        used("output_tokens"),
        used("reasoning.output_tokens"),
    )
    trace = word(record, "traceId")
    session = word(attributes, "gen_ai.conversation.id") or word(attributes, "session.id") or trace
    answer = word(attributes, "gen_ai.response.id")
    name = answer or word(record, "spanId")
    if not tokens.total or not name:
        return None
    return Response(
        key=answer or f"{AGENT}:{session}:{name}",
        agent=AGENT,
        moment=_when(record) or moment,
        tokens=tokens,
        provider=word(attributes, "gen_ai.provider.name") or word(attributes, "gen_ai.system"),
        model=word(attributes, "gen_ai.response.model") or word(attributes, "gen_ai.request.model"),
        session=session,
    )


def _when(record: Mapping[str, object]) -> float | None:
    """Return when a record ended: nanoseconds, seconds and nanoseconds, or ISO 8601."""
    for name in ("endTimeUnixNano", "timeUnixNano", "endTime", "hrTime", "timestamp"):
        value = record.get(name)
        if isinstance(value, str) and value.isdecimal():
            value = int(value[:20])
        if isinstance(value, list) and value and type(value[0]) is int:
            return usable(value[0])
        if isinstance(value, int) and value > LARGEST:
            return usable(value / 1e9)
        if isinstance(value, str):
            return parsed(value)
    return None


class ExportReader:
    """Takes the lines of the exporter's file; what they tell comes from `chosen`.

    The first level that was ever counted of a session stays the one that is.
    """

    hints = (b"gen_ai.usage.",)

    def __init__(self, state: State) -> None:
        self.compactions = 0
        self._levels = {name: str(level) for name, level in (state or {}).items()}
        self._told: dict[str, dict[str, list[Response]]] = {}

    @property
    def state(self) -> State:
        return dict(self._levels)

    def take(self, found: Mapping[str, object], _offset: int, moment: float) -> Iterator[Response]:
        for level, one in exported(found, moment):
            self._told.setdefault(one.session, {}).setdefault(level, []).append(one)
        yield from ()

    def chosen(self) -> Iterator[Response]:
        """Yield the responses of one level of each session, and forget the others."""
        for session, told in self._told.items():
            best = min(told, key=LEVELS.index)
            yield from told.get(self._levels.setdefault(session, best), ())
        self._told.clear()
