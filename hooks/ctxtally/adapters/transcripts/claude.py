"""Reads the responses of a Claude Code transcript.

Each content block of a response is a line with the same `message.id` and its usage again; the lines
of one response are put together by `ctxtally.usage.responses`. What the fields mean:
https://code.claude.com/docs/en/monitoring-usage and platform.claude.com, agent SDK, cost tracking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.agent_logs.reader import whole, word
from ctxtally.adapters.digest import digest
from ctxtally.model.response import Response
from ctxtally.model.terms import terms
from ctxtally.model.usage import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

AGENT = "claude-code"
# One of these is in each line that tells something; whatever else is there is never parsed.
HINTS = (b'"usage"', b"compact_boundary")
# The text of a local error, without a request to the API.
_SYNTHETIC = "<synthetic>"
# How ids begin that the provider gave: no two responses have the same.
_GIVEN = "msg_"


class ClaudeReader:
    """Takes the lines of one file; nothing has to be remembered when it is read on."""

    hints = HINTS

    def __init__(self, path: str) -> None:
        self.compactions = 0
        self._path = path

    @property
    def state(self) -> None:
        return None

    def take(self, found: Mapping[str, object], offset: int, moment: float) -> Iterator[Response]:
        if found.get("subtype") == "compact_boundary":
            self.compactions += 1
        message = found.get("message")
        if not isinstance(message, dict):
            return
        usage = message.get("usage")
        if not isinstance(usage, dict) or message.get("model") == _SYNTHETIC:
            return
        if message.get("role") != "assistant" and found.get("type") != "assistant":
            return
        key = self._key(found, message, offset)
        yield from _responses(key, found, message, usage, moment)

    def _key(self, found: Mapping[str, object], message: Mapping[str, object], offset: int) -> str:
        """Return what tells a response from others: its id alone where the provider gave it."""
        name, when = word(message, "id"), word(found, "timestamp")
        if name.startswith(_GIVEN):
            return name
        if name:
            session = word(found, "sessionId") or when
            return f"{AGENT}:{name}:{word(found, 'requestId')}:{session}"
        line = word(found, "uuid") or f"{digest(self._path.encode('utf-8', 'replace'))}:{offset}"
        return f"{AGENT}:{line}"


def _responses(
    key: str,
    found: Mapping[str, object],
    message: Mapping[str, object],
    usage: Mapping[str, object],
    moment: float,
) -> Iterator[Response]:
    """Yield the response of a line, and those of other models that it asked on its way."""
    model = word(message, "model")
    extras, tools = _extras(usage), usage.get("server_tool_use")
    for index, one in ((0, usage), *extras):
        tokens = _tokens(one)
        if not tokens.total:
            continue
        asked = terms(
            word(one, "speed"),
            word(one, "service_tier") or word(usage, "service_tier"),
            word(one, "inference_geo") or word(usage, "inference_geo"),
        )
        yield Response(
            key=f"{key}/{index}" if index else key,
            agent=AGENT,
            moment=moment,
            tokens=tokens,
            provider=_provider(key, model),
            model=word(one, "model") if index else model,
            session=word(found, "sessionId"),
            branch=word(found, "gitBranch"),
            cwd=word(found, "cwd"),
            side=found.get("isSidechain") is True,
            final=bool(index) or isinstance(message.get("stop_reason"), str),
            speed=asked.speed,
            service_tier=asked.service_tier,
            inference_geo=asked.inference_geo,
            searches=(
                whole(tools, "web_search_requests") if isinstance(tools, dict) and not index else 0
            ),
        )


def _extras(usage: Mapping[str, object]) -> list[tuple[int, Mapping[str, object]]]:
    """Return the iterations that the usage of the response does not hold, numbered from 1.

    Its usage is the sum over the iterations of type `message`. An advisor stands apart, and so does
    a fallback where that sum is already complete without it.
    """
    iterations = usage.get("iterations")
    if not isinstance(iterations, list):
        return []
    listed = [one for one in iterations if isinstance(one, dict)]
    inside = [_tokens(one) for one in listed if one.get("type") == "message"]
    complete = bool(inside) and sum(inside, Tokens()) == _tokens(usage)
    apart = {"advisor_message", "fallback_message"} if complete else {"advisor_message"}
    return [(at, one) for at, one in enumerate(listed, 1) if one.get("type") in apart]


def _tokens(usage: Mapping[str, object]) -> Tokens:
    split = usage.get("cache_creation")
    hour = whole(split, "ephemeral_1h_input_tokens") if isinstance(split, dict) else 0
    five = whole(split, "ephemeral_5m_input_tokens") if isinstance(split, dict) else 0
    written = max(whole(usage, "cache_creation_input_tokens"), hour + five)
    details = usage.get("output_tokens_details")
    return Tokens(
        input=whole(usage, "input_tokens"),
        cache_read=whole(usage, "cache_read_input_tokens"),
        cache_write_5m=written - hour,
        cache_write_1h=hour,
        output=whole(usage, "output_tokens"),
        reasoning=whole(details, "thinking_tokens") if isinstance(details, dict) else 0,
    )


def _provider(key: str, model: str) -> str:
    """Return who answered, as far as ids and names tell."""
    if key.startswith("msg_bdrk_") or model.startswith("converse/"):
        return "bedrock"
    return "anthropic" if key.startswith("msg_") else ""
