"""The event of a response that the transcript of an agent tells, and back again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.response import Place, Response
from ctxtally.model.usage import Tokens

if TYPE_CHECKING:
    from ctxtally.model.event import Event

SOURCE = "transcript"


def transcript_event(key: str, response: Response, place: Place) -> Event:
    """Return the event of a response, which the log knows by `key`."""
    tokens = response.tokens
    event: Event = {
        "kind": "usage",
        "source": SOURCE,
        "counted": "reported",
        "agent": response.agent,
        "key": key,
        "input": tokens.input,
        "cache_read": tokens.cache_read,
        "cache_write_5m": tokens.cache_write_5m,
        "cache_write_1h": tokens.cache_write_1h,
        "output": tokens.output,
        "reasoning": tokens.reasoning,
    }
    told: Event = {
        "provider": response.provider,
        "model": response.model,
        "session": response.session,
        "repo": place.repo,
        "branch": response.branch,
        "worktree": place.worktree,
        "dir": place.folder,
        "speed": response.speed,
        "service_tier": response.service_tier,
        "inference_geo": response.inference_geo,
        "searches": response.searches,
    }
    for name, value in told.items():
        if value:
            event[name] = value  # type: ignore[literal-required] # it is a key of the same type
    if response.side:
        event["subagent"] = True
    if not response.final:
        event["final"] = False
    return event


def told_response(event: Event, moment: float) -> tuple[Response, Place]:
    """Return the response that an event tells, which was at a moment, and where it was."""
    response = Response(
        key=event["key"],
        agent=event["agent"],
        moment=moment,
        tokens=Tokens(
            input=event["input"],
            cache_read=event["cache_read"],
            cache_write_5m=event["cache_write_5m"],
            cache_write_1h=event["cache_write_1h"],
            output=event["output"],
            reasoning=event["reasoning"],
        ),
        provider=event.get("provider", ""),
        model=event.get("model", ""),
        session=event.get("session", ""),
        branch=event.get("branch", ""),
        side=event.get("subagent", False),
        final=event.get("final", True),
        searches=event.get("searches", 0),
        speed=event.get("speed", ""),
        service_tier=event.get("service_tier", ""),
        inference_geo=event.get("inference_geo", ""),
    )
    place = Place(event.get("worktree", ""), event.get("dir", ""), event.get("repo", ""))
    return response, place
