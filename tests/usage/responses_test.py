from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.model.record import replace
from ctxtally.model.response import Response
from ctxtally.model.usage import Tokens
from ctxtally.usage.responses import joined

FIELDS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning")


def response(moment: float = 0.0, *, agent: str = "claude-code", **more: object) -> Response:
    given = {"key": "msg_1", "tokens": Tokens()} | more
    return Response(agent=agent, moment=moment, **given)  # type: ignore[arg-type] # of a test


def all_joined(copies: list[Response]) -> Response:
    first, *others = copies
    for other in others:
        first = joined(first, other)
    return first


COPIES = st.lists(
    st.builds(
        lambda counts, side, final, searches: response(
            tokens=Tokens(**dict(zip(FIELDS, counts, strict=True))),
            side=side,
            final=final,
            searches=searches,
        ),
        st.tuples(*[st.integers(0, 5)] * 6),
        st.booleans(),
        st.booleans(),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=4,
)


@given(COPIES)
def test_the_order_of_the_lines_changes_nothing(copies: list[Response]) -> None:
    found = {repr(all_joined(list(order))) for order in permutations(copies)}
    assert len(found) == 1


@given(COPIES)
def test_each_field_is_the_largest_of_the_copies_that_count(copies: list[Response]) -> None:
    counting = [one for one in copies if not one.side] or copies
    found = all_joined(copies).tokens
    for name in ("input", "cache_read", "cache_write_1h", "output", "reasoning"):
        assert getattr(found, name) == max(getattr(one.tokens, name) for one in counting)
    written = [one.tokens.cache_write_5m + one.tokens.cache_write_1h for one in counting]
    assert found.cache_write_5m + found.cache_write_1h == max(written)


def test_it_belongs_to_the_first_session_that_has_it() -> None:
    first = response(1.0, session="a", branch="main", model="")
    later = response(2.0, session="b", branch="next", model="m", speed="fast")
    wanted = replace(first, model="m", speed="fast")
    assert joined(first, later) == joined(later, first) == wanted


@pytest.mark.parametrize("name", ["model", "speed", "service_tier", "inference_geo"])
def test_what_only_a_later_line_tells_is_taken(name: str) -> None:
    first = response(1.0, model="")
    later = response(2.0, **({"model": ""} | {name: "told"}))
    assert getattr(joined(first, later), name) == "told"
    assert joined(later, first) == joined(first, later)


def test_a_response_that_was_written_again_by_another_agent() -> None:
    first = response(1.0, agent="opencode", tokens=Tokens(input=9))
    later = response(2.0, agent="opencode", tokens=Tokens(input=5), final=False)
    assert joined(first, later) == replace(later, moment=1.0)
