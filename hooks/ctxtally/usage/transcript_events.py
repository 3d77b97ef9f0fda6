"""The event of a response that the transcript of an agent tells, and back again."""

from __future__ import annotations

from msgspec import Struct

from ctxtally.model.response import Place, Response
from ctxtally.model.usage import Tokens

SOURCE = "transcript"


class TranscriptEvent(Struct, omit_defaults=True, kw_only=True):
    """The members of such an event in their order; a dictionary of them takes five times as long.

    What has its default is left out.
    """

    kind: str
    source: str
    counted: str
    agent: str
    key: str
    input: int
    cache_read: int
    cache_write_5m: int
    cache_write_1h: int
    output: int
    reasoning: int
    provider: str = ""
    model: str = ""
    session: str = ""
    repo: str = ""
    branch: str = ""
    worktree: str = ""
    dir: str = ""
    speed: str = ""
    service_tier: str = ""
    inference_geo: str = ""
    searches: int = 0
    subagent: bool = False
    final: bool = True


def transcript_event(key: str, response: Response, place: Place) -> TranscriptEvent:
    """Return the event of a response, which the log knows by `key`."""
    tokens = response.tokens
    return TranscriptEvent(
        kind="usage",
        source=SOURCE,
        counted="reported",
        agent=response.agent,
        key=key,
        input=tokens.input,
        cache_read=tokens.cache_read,
        cache_write_5m=tokens.cache_write_5m,
        cache_write_1h=tokens.cache_write_1h,
        output=tokens.output,
        reasoning=tokens.reasoning,
        provider=response.provider,
        model=response.model,
        session=response.session,
        repo=place.repo,
        branch=response.branch,
        worktree=place.worktree,
        dir=place.folder,
        speed=response.speed,
        service_tier=response.service_tier,
        inference_geo=response.inference_geo,
        searches=response.searches,
        subagent=response.side,
        final=response.final,
    )


def told_response(event: TranscriptEvent, moment: float) -> tuple[Response, Place]:
    """Return the response that an event tells, which was at a moment, and where it was."""
    response = Response(
        key=event.key,
        agent=event.agent,
        moment=moment,
        tokens=Tokens(
            input=event.input,
            cache_read=event.cache_read,
            cache_write_5m=event.cache_write_5m,
            cache_write_1h=event.cache_write_1h,
            output=event.output,
            reasoning=event.reasoning,
        ),
        provider=event.provider,
        model=event.model,
        session=event.session,
        branch=event.branch,
        side=event.subagent,
        final=event.final,
        searches=event.searches,
        speed=event.speed,
        service_tier=event.service_tier,
        inference_geo=event.inference_geo,
    )
    return response, Place(event.worktree, event.dir, event.repo)
