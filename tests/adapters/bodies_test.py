"""Bodies of many events, which are those of one at a time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.adapters.append import body
from ctxtally.adapters.bodies import Bodies
from ctxtally.adapters.transcripts.memory import short
from ctxtally.model.response import Place, Response
from ctxtally.model.usage import Tokens
from ctxtally.text.redaction import REDACTED
from ctxtally.usage.transcript_events import told_response, transcript_event

if TYPE_CHECKING:
    from ctxtally.model.event import Event

names = st.text(max_size=20) | st.just("sk-ant-" + "a1" * 20) | st.just("b" * 300)
counts = st.integers(0, 2**53)


def _event(one: Response, place: Place) -> Event:
    """Return the event as documented: what a response does not tell is left out."""
    tokens = one.tokens
    event: Event = {
        "kind": "usage",
        "source": "transcript",
        "counted": "reported",
        "agent": one.agent,
        "key": one.key,
        "input": tokens.input,
        "cache_read": tokens.cache_read,
        "cache_write_5m": tokens.cache_write_5m,
        "cache_write_1h": tokens.cache_write_1h,
        "output": tokens.output,
        "reasoning": tokens.reasoning,
    }
    told = {
        "provider": one.provider,
        "model": one.model,
        "session": one.session,
        "repo": place.repo,
        "branch": one.branch,
        "worktree": place.worktree,
        "dir": place.folder,
        "speed": one.speed,
        "service_tier": one.service_tier,
        "inference_geo": one.inference_geo,
        "searches": one.searches,
    }
    event |= {name: value for name, value in told.items() if value}  # type: ignore[typeddict-item]
    if one.side:
        event["subagent"] = True
    if not one.final:
        event["final"] = False
    return event


responses = st.builds(
    Response,
    key=names,
    agent=names,
    moment=st.floats(0, 1e11),
    tokens=st.builds(
        Tokens,
        input=counts,
        cache_read=counts,
        cache_write_5m=counts,
        cache_write_1h=counts,
        output=counts,
        reasoning=counts,
    ),
    provider=names,
    model=names,
    session=names,
    branch=names,
    side=st.booleans(),
    final=st.booleans(),
    searches=counts,
    speed=names,
    service_tier=names,
    inference_geo=names,
)


@pytest.mark.parametrize("many", [False, True])
@given(one=responses, place=st.builds(Place, names, names, names))
def test_a_body_is_that_of_the_event(one: Response, place: Place, *, many: bool) -> None:
    made = Bodies(lambda text: text, many=many).of(transcript_event(one.key, one, place))
    wanted = body(_event(one, place))
    assert made.isascii()
    assert list(json.loads(f"{{{made}}}").items()) == list(json.loads(f"{{{wanted}}}").items())


@given(responses, st.builds(Place, names, names, names))
def test_an_event_tells_its_response(one: Response, place: Place) -> None:
    told, where = told_response(transcript_event(one.key, one, place), one.moment)
    assert (told, where) == (one, place)


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize(
    ("branch", "kept"),
    [
        pytest.param("main", "main", id="usual"),
        pytest.param("b" * 999, "b" * 256, id="too long"),
        pytest.param("é" * 300, "é" * 256, id="not ASCII"),
        pytest.param("\ud800x", "\\ud800x", id="half a surrogate pair"),
        pytest.param("ghp_" + "a1" * 18, REDACTED, id="a secret"),
    ],
)
def test_texts_of_strangers(branch: str, kept: str, *, many: bool) -> None:
    one = Response(key="msg_1", agent="codex", moment=1.0, tokens=Tokens(input=1), branch=branch)
    made = Bodies(short, many=many).of(transcript_event("msg_1", one, Place()))
    assert json.loads(f"{{{made}}}")["branch"] == kept
