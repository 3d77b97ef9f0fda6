"""Runs of words and their chains, against a search of every place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from ctxtally.redundancy.runs import GRAM, Repeats
from ctxtally.redundancy.scan import Scanned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.redundancy.runs import Chain

WORDS = st.lists(st.integers(1, 3), max_size=30)


def texts(*words: Sequence[int]) -> list[Scanned]:
    return [
        Scanned(
            words=list(one),
            lines=[1] * len(one),
            fenced=bytes(len(one)),
            blocks=(),
            headings=(),
            comments=(),
        )
        for one in words
    ]


def pushed(*words: Sequence[int]) -> list[list[Chain]]:
    repeats = Repeats(texts(*words))
    return [list(repeats.push(at)) for at in range(len(words))]


def test_a_run_is_as_long_as_it_can_be() -> None:
    ((), (chain,)) = pushed([9, 1, 2, 3, 4, 5, 6, 8], [7, 1, 2, 3, 4, 5, 6, 7])
    assert (chain.source, chain.first_start, chain.first_end) == (0, 1, 7)
    assert (chain.again_start, chain.again_end) == (1, 7)


def test_runs_with_a_gap_are_one_chain() -> None:
    one, two = list(range(100, 120)), list(range(200, 220))
    (_, (chain,)) = pushed(one + two, [*one, *range(300, 320), *two])
    assert (chain.again_start, chain.again_end) == (0, 60)


def test_runs_far_apart_are_two_chains() -> None:
    one, two = list(range(100, 120)), list(range(200, 220))
    (_, chains) = pushed(one + two, [*one, *range(300, 321), *two])
    assert [(chain.again_start, chain.again_end) for chain in chains] == [(0, 20), (41, 61)]


def test_a_long_copy_is_cut_into_pieces() -> None:
    words = list(range(9_000))
    (_, chains) = pushed(words, words)
    assert [chain.again_end - chain.again_start for chain in chains] == [4_000, 4_000, 1_000]


def test_many_chains_may_be_open() -> None:
    parts = [list(range(100 * n, 100 * n + 6)) for n in range(1, 40)]
    earlier = [word for part in parts for word in (*part, *[3] * 100)]
    later = [word for part in reversed(parts) for word in part]
    (_, chains) = pushed(earlier, later)
    copied = [c for c in chains if c.again_end - c.again_start >= 6]
    assert sorted(c.again_start for c in copied) == list(range(0, 6 * 39, 6))


@given(WORDS, WORDS)
def test_every_gram_that_was_there_is_in_a_chain(one: list[int], two: list[int]) -> None:
    (_, chains) = pushed(one, two)
    known = {tuple(one[at : at + GRAM]) for at in range(len(one) - GRAM + 1)}
    covered = {n for c in chains if c.source == 0 for n in range(c.again_start, c.again_end)}
    for at in range(len(two) - GRAM + 1):
        if tuple(two[at : at + GRAM]) in known:
            assert covered >= set(range(at, at + GRAM))


@given(WORDS, WORDS, WORDS)
def test_what_was_popped_is_forgotten(one: list[int], two: list[int], three: list[int]) -> None:
    repeats = Repeats(texts(one, two, three))
    list(repeats.push(0))
    list(repeats.push(1))
    repeats.pop()
    again = list(repeats.push(2))
    fresh = Repeats(texts(one, two, three))
    list(fresh.push(0))
    assert again == list(fresh.push(2))
