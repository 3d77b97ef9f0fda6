"""Reads the responses of opencode: a row of its database, or a file for each message.

What the fields are: anomalyco/opencode, packages/opencode/src/session/message-v2.ts. The buckets do
not overlap, and reasoning stands apart from output. Parts repeat the tokens of their message, and a
cost of 0 is one that is not known, so neither is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.agent_logs.reader import whole, word
from ctxtally.adapters.json_objects import json_object
from ctxtally.adapters.transcripts.values import usable
from ctxtally.model.response import Response
from ctxtally.model.usage import Tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

AGENT = "opencode"
# Newer databases tell when a message was changed; `time_created` was there before that.
QUERIES = (
    """SELECT m.id AS id, m.session_id AS session, m.data AS data, m.time_updated AS changed,
    s.directory AS directory FROM message AS m LEFT JOIN session AS s ON s.id = m.session_id
    WHERE m.time_updated >= ? ORDER BY m.time_updated""",
    """SELECT m.id AS id, m.session_id AS session, m.data AS data, 0 AS changed, '' AS directory
    FROM message AS m WHERE ? >= 0""",
)


def response(
    found: Mapping[str, object], *, name: str, session: str, directory: str, moment: float
) -> Response | None:
    """Return the response that a message is, `None` where it is none or tells no tokens."""
    used = found.get("tokens")
    if found.get("role") != "assistant" or not isinstance(used, dict):
        return None
    cache = used.get("cache")
    cache = cache if isinstance(cache, dict) else {}
    reasoning = whole(used, "reasoning")
    tokens = Tokens(
        input=whole(used, "input"),
        cache_read=whole(cache, "read"),
        cache_write_5m=whole(cache, "write"),
        output=whole(used, "output") + reasoning,
        reasoning=reasoning,
    )
    if not tokens.total:
        return None
    time, path = found.get("time"), found.get("path")
    created = whole(time, "created") if isinstance(time, dict) else 0
    cwd = word(path, "cwd") if isinstance(path, dict) else ""
    return Response(
        key=f"{AGENT}:{word(found, 'id') or name}",
        agent=AGENT,
        moment=usable(created / 1000) or moment,
        tokens=tokens,
        provider=word(found, "providerID"),
        model=word(found, "modelID"),
        session=word(found, "sessionID") or session,
        cwd=cwd or directory,
        final=isinstance(time, dict) and bool(time.get("completed")),
    )


def row(found: Mapping[str, object], moment: float) -> tuple[Response | None, bool]:
    """Return the response that a row of the database holds, and whether it can be read at all."""
    data = json_object(word(found, "data"))
    if data is None:
        return None, False
    told = response(
        data,
        name=word(found, "id"),
        session=word(found, "session"),
        directory=word(found, "directory"),
        moment=moment,
    )
    return told, True
