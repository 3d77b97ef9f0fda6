"""Reads the responses of Gemini CLI: a document of messages, or one message to a line.

What the fields are: google-gemini/gemini-cli, packages/core/src/services/chatRecordingTypes.ts.
Cached tokens are a part of the input, thoughts are billed as output and stand apart from it. A
message that is written again holds; one that the user went back behind was paid for all the same.
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

AGENT = "gemini-cli"
HINTS = (b'"tokens"', b'"sessionId"')


class GeminiReader:
    """Takes the lines of one file, or the one document that it holds."""

    hints = HINTS

    def __init__(self, name: str, state: State, cwd: str) -> None:
        self.compactions = 0
        self._session = word(state, "session") if state else name
        self._cwd = cwd

    @property
    def state(self) -> State:
        return {"session": self._session}

    def take(self, found: Mapping[str, object], offset: int, moment: float) -> Iterator[Response]:
        changed = found.get("$set")
        for one in (found, changed):
            if not isinstance(one, dict):
                continue
            self._session = word(one, "sessionId") or self._session
            messages = one.get("messages")
            for message in messages if isinstance(messages, list) else [one]:
                if isinstance(message, dict):
                    yield from self._message(message, offset, moment)

    def _message(
        self, message: Mapping[str, object], offset: int, moment: float
    ) -> Iterator[Response]:
        used = message.get("tokens")
        if message.get("type") != "gemini" or not isinstance(used, dict):
            return
        tokens = _tokens(used)
        if not tokens.total:
            return
        when = word(message, "timestamp")
        name = word(message, "id") or when or str(offset)
        yield Response(
            key=f"{AGENT}:{self._session}:{name}",
            agent=AGENT,
            moment=parsed(when) or moment,
            tokens=tokens,
            provider="google",
            model=word(message, "model"),
            session=self._session,
            cwd=self._cwd,
        )


def _tokens(used: Mapping[str, object]) -> Tokens:
    """Return the buckets; the total that is told beside them is not needed."""
    cached, thoughts = whole(used, "cached"), whole(used, "thoughts")
    return Tokens(
        input=max(whole(used, "input") - cached, 0) + whole(used, "tool"),
        cache_read=cached,
        output=whole(used, "output") + thoughts,
        reasoning=thoughts,
    )
