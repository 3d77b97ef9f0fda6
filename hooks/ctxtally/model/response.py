"""A response of a model, as the transcript of an agent records it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from ctxtally.model.usage import Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One record of a response; a transcript may hold several of the same.

    `key` is the provider's id of the response, or what tells it from all others; `moment` is in
    seconds since 1970. `side` is a line of a subagent. `final` is False where no record says that
    the response had ended, so that its output is at least what is told. `searches` are requests to
    the provider's web search, which are priced apart; `speed`, `service_tier` and `inference_geo`
    are its Terms, each empty where it is as usual. `cwd` is the folder in which it was.
    """

    key: str
    agent: str
    moment: float
    tokens: Tokens
    provider: str = ""
    model: str = ""
    session: str = ""
    branch: str = ""
    cwd: str = ""
    side: bool = False
    final: bool = True
    searches: int = 0
    speed: str = ""
    service_tier: str = ""
    inference_geo: str = ""


class Place(NamedTuple):
    """Where a response was: in a work tree and folder of this repository, or in another one."""

    worktree: str = ""
    folder: str = ""
    repo: str = ""
