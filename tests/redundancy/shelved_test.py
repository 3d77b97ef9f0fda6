"""A text that was put away is the same when it is taken out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ctxtally.redundancy.scan import scan
from ctxtally.redundancy.shelved import shelved, taken
from ctxtally.redundancy.words import Lexicon

_LINES = st.sampled_from(
    [
        "# One: two",
        "",
        "a rule of words",
        "- an item",
        "| a | b |",
        "```",
        "<!-- dup-ok: x -->",
        "é",
    ]
)


@given(st.lists(_LINES, min_size=1, max_size=30))
def test_nothing_is_lost(lines: list[str]) -> None:
    lexicon = Lexicon()
    text = scan(lines, lexicon)
    fresh = Lexicon()
    again = taken(shelved(text, lexicon.spellings), fresh)
    assert again == text
    assert fresh.weights == {word: lexicon.weights[word] for word in text.words}
    assert fresh.spellings == {word: lexicon.spellings[word] for word in text.words}
