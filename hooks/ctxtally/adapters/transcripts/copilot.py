"""Reads the responses of Copilot CLI, of which it keeps up to three records.

A table with one row for each request, sums by model where a session ends, and the file of its
exporter, which `exported` reads. Input has what was cached inside in all three. Of one session only
one record counts: never a sum of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.agent_logs.reader import whole, word
from ctxtally.adapters.transcripts.values import moment as parsed
from ctxtally.model.response import Response
from ctxtally.model.usage import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxtally.model.transcript import State

AGENT = "copilot"
QUERIES = (
    """SELECT e.*, s.cwd AS cwd, s.branch AS branch FROM assistant_usage_events AS e
    LEFT JOIN sessions AS s ON s.id = e.session_id WHERE e.id > ? ORDER BY e.id""",
    """SELECT e.*, '' AS cwd, '' AS branch FROM assistant_usage_events AS e WHERE e.id > ?
    ORDER BY e.id""",
)


def tokens_of(prompt: int, cached: int, written: int, output: int, reasoning: int) -> Tokens:
    """Return the buckets; the prompt includes what was cached."""
    return Tokens(
        input=max(prompt - cached - written, 0),
        cache_read=cached,
        cache_write_5m=written,
        output=output,
        reasoning=min(reasoning, output),
    )


def row(found: Mapping[str, object], moment: float) -> Response | None:
    """Return the response that a row of the session store is."""
    tokens = tokens_of(
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
        tokens = tokens_of(*(sums if any(one < 0 for one in grown) else grown))
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
