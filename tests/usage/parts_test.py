from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.model.usage import Tokens
from ctxtally.usage.parts import Parts, buckets


def test_a_sum_alone_has_no_buckets() -> None:
    assert buckets(100, Parts()) is None


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (Parts(output=0), Tokens(input=100)),
        (Parts(output=100), Tokens(output=100)),
        (
            Parts(output=20, cache_read=30, cache_write=40, of_an_hour=15),
            Tokens(input=10, cache_read=30, cache_write_5m=25, cache_write_1h=15, output=20),
        ),
    ],
)
def test_what_is_left_is_input(told: Parts, expected: Tokens) -> None:
    assert buckets(100, told) == expected


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (
            Parts(cache_read=5),
            "the output is not told, and without it caches are no part of the input",
        ),
        (
            Parts(output=1, cache_write=4, of_an_hour=5),
            "5 tokens kept for an hour are more than the 4 that were written to a cache",
        ),
        (
            Parts(output=90, cache_read=7, cache_write=4),
            "90 of output, 7 read from a cache and 4 written to one are more than 100",
        ),
    ],
)
def test_parts_that_cannot_be(told: Parts, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        buckets(100, told)
    assert str(refused.value) == message


COUNTS = st.integers(0, 50)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_the_buckets_are_the_sum(output: int, read: int, written: int, more: int) -> None:
    whole = output + read + written + more
    found = buckets(whole, Parts(output, read, written, written // 2))
    assert found is not None
    assert (found.total, found.input, found.reasoning) == (whole, more, 0)
