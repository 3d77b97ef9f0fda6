"""How alike two stretches are, and which words of them match."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.redundancy.alignment import aligned, paired, reordered
from ctxtally.redundancy.words import Lexicon

RULE = "Run the complete integration suite before publishing any release candidate today"


@pytest.mark.parametrize(
    ("first", "again", "similarity"),
    [
        pytest.param(RULE, RULE, 1.0, id="the same"),
        pytest.param(RULE, RULE.replace("integration", "regression"), 0.874, id="a word"),
        pytest.param(f"Foreign words before. {RULE}", RULE, 1.0, id="something before"),
        pytest.param(RULE, f"{RULE} and something more behind", 1.0, id="something behind"),
    ],
)
def test_alike(first: str, again: str, similarity: float) -> None:
    lexicon = Lexicon()
    found = aligned(lexicon.read(first), lexicon.read(again), lexicon.weights)
    assert found is not None
    assert found.similarity == pytest.approx(similarity, abs=0.005)


@pytest.mark.parametrize(
    ("first", "again"),
    [
        pytest.param("run the tests now", "run the tests now", id="too short"),
        pytest.param(
            "a an the of to in is it " * 2, "a an the of to in is it " * 2, id="too light"
        ),
        pytest.param(
            RULE, "Nothing of this was ever said before by anybody else", id="other words"
        ),
        pytest.param("one two", "three four", id="nothing in common"),
    ],
)
def test_not_alike(first: str, again: str) -> None:
    lexicon = Lexicon()
    assert aligned(lexicon.read(first), lexicon.read(again), lexicon.weights) is None
    assert reordered(lexicon.read(first), lexicon.read(again), lexicon.weights) is None


def test_the_best_stretch_is_taken() -> None:
    lexicon = Lexicon()
    first = lexicon.read(f"suite {'filler words of every kind ' * 4} {RULE}")
    again = lexicon.read(f"suite {'other padding from somewhere else ' * 4} {RULE}")
    found = aligned(first, again, lexicon.weights)
    assert found is not None
    assert (found.first_end - found.first_start, found.similarity) == (11, 1.0)
    assert found.again_start == len(again) - 11


def test_in_another_order() -> None:
    lexicon = Lexicon()
    one = lexicon.read(f"{RULE} Ask the maintainers whenever credentials expire unexpectedly")
    two = lexicon.read(f"Ask the maintainers whenever credentials expire unexpectedly {RULE}")
    found = reordered(one, two, lexicon.weights)
    assert found is not None
    assert (found.similarity, len(found.matched)) == (1.0, len(one))


@given(st.lists(st.integers(1, 9)), st.lists(st.integers(1, 9)))
def test_each_word_has_at_most_one_partner(first: list[int], again: list[int]) -> None:
    found = paired(first, again)
    assert all(again[at] == first[place] for at, place in found.items())
    assert len(set(found.values())) == len(found)
    assert len(found) == sum(min(first.count(word), again.count(word)) for word in set(again))


@given(st.lists(st.integers(1, 40), max_size=40), st.lists(st.integers(1, 40), max_size=40))
def test_what_is_aligned_is_in_order(first: list[int], again: list[int]) -> None:
    weights = {word: 100 * word for word in range(1, 41)}
    found = aligned(first, again, weights)
    if found is not None:
        ordered = sorted(found.matched)
        places = [found.matched[at] for at in ordered]
        assert places == sorted(places)
        assert all(again[at] == first[place] for at, place in found.matched.items())
        assert (ordered[0], ordered[-1] + 1) == (found.again_start, found.again_end)
        assert 0.65 <= found.similarity <= 1
