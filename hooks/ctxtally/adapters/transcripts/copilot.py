"""Reads the responses of Copilot CLI, of which it keeps up to three records.

The file of its OpenTelemetry exporter (attributes: OpenTelemetry, GenAI semantic conventions), a
table with one row for each request, and sums by model where a session ends. Input has what was
cached inside in all three. Of one session only one record counts: never a sum of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.agent_logs.reader import LARGEST, whole, word
from ctxtally.adapters.transcripts.values import moment as parsed
from ctxtally.adapters.transcripts.values import usable
from ctxtally.model.response import Response
from ctxtally.model.usage import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxtally.model.transcript import State

AGENT = "copilot"
_USAGE = "gen_ai.usage."
# What a record of the exporter is about, the best one first; each sums up the one before.
LEVELS = ("chat", "inference", "turn", "agent")
QUERIES = (
    """SELECT e.*, s.cwd AS cwd, s.branch AS branch FROM assistant_usage_events AS e
    LEFT JOIN sessions AS s ON s.id = e.session_id WHERE e.id > ? ORDER BY e.id""",
    """SELECT e.*, '' AS cwd, '' AS branch FROM assistant_usage_events AS e WHERE e.id > ?
    ORDER BY e.id""",
)


def _tokens(prompt: int, cached: int, written: int, output: int, reasoning: int) -> Tokens:
    return Tokens(
        input=max(prompt - cached - written, 0),
        cache_read=cached,
        cache_write_5m=written,
        output=output,
        reasoning=min(reasoning, output),
    )


def row(found: Mapping[str, object], moment: float) -> Response | None:
    """Return the response that a row of the session store is."""
    tokens = _tokens(
        whole(found, "input_tokens"),
        whole(found, "cache_read_tokens"),
        whole(found, "cache_write_tokens"),
        whole(found, "output_tokens"),
        whole(found, "reasoning_tokens"),
    )
    if not tokens.total:
        return None
    session = word(found, "session_id")
    return Response(
        key=f"{AGENT}:{session}:{found.get('id')}",
        agent=AGENT,
        moment=parsed(found.get("created_at")) or moment,
        tokens=tokens,
        model=word(found, "copilot_usage_model") or word(found, "model"),
        session=session,
        branch=word(found, "branch"),
        cwd=word(found, "cwd"),
        side=bool(word(found, "parent_tool_call_id")),
    )


class EventsReader:
    """Takes the events of one session, which tell sums by model where it ends.

    A session that is resumed goes on with its sums; a compaction sets them back.
    """

    hints = (b'"session.', b'"modelMetrics"')

    def __init__(self, name: str, state: State) -> None:
        known = dict(state or {})
        self.compactions = 0
        self._session = word(known, "session") or name
        self._cwd, self._branch = word(known, "cwd"), word(known, "branch")
        sums = known.get("sums")
        self._sums: dict[str, list[int]] = dict(sums) if isinstance(sums, dict) else {}

    @property
    def state(self) -> State:
        return {
            "session": self._session,
            "cwd": self._cwd,
            "branch": self._branch,
            "sums": dict(self._sums),
        }

    def take(self, found: Mapping[str, object], offset: int, moment: float) -> Iterator[Response]:
        kind, data = found.get("type"), found.get("data")
        if not isinstance(data, dict):
            return
        if kind in ("session.start", "session.resume"):
            context = data.get("context")
            self._session = word(data, "sessionId") or self._session
            if isinstance(context, dict):
                self._cwd = word(context, "cwd") or self._cwd
                self._branch = word(context, "branch") or self._branch
        elif kind == "session.compaction_complete":
            self.compactions += 1
            self._sums = {}
        elif kind == "session.shutdown":
            metrics = data.get("modelMetrics")
            name = word(found, "id") or str(offset)
            for model, one in metrics.items() if isinstance(metrics, dict) else ():
                usage = one.get("usage") if isinstance(one, dict) else None
                if isinstance(usage, dict):
                    yield from self._leg(str(model), usage, name, moment)

    def _leg(
        self, model: str, usage: Mapping[str, object], name: str, moment: float
    ) -> Iterator[Response]:
        fields = ("inputTokens", "cacheReadTokens", "cacheWriteTokens", "outputTokens")
        sums = [whole(usage, one) for one in (*fields, "reasoningTokens")]
        before = self._sums.get(model, [0] * len(sums))
        self._sums[model] = sums
        grown = [now - then for now, then in zip(sums, before, strict=True)]
        tokens = _tokens(*(sums if any(one < 0 for one in grown) else grown))
        if tokens.total:
            yield Response(
                key=f"{AGENT}:{self._session}:{name}:{model}",
                agent=AGENT,
                moment=moment,
                tokens=tokens,
                model=model,
                session=self._session,
                branch=self._branch,
                cwd=self._cwd,
            )


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

    tokens = _tokens(
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
