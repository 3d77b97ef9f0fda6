from __future__ import annotations

from itertools import pairwise

import pytest

from ctxtally.handoff.sizes import (
    LEAST,
    MOST_BYTES,
    MOST_CHARS,
    MOST_TOKENS,
    STEPS,
    TARGET_TOKENS,
    Size,
    fitted,
)


def words(text: str) -> int:
    return len(text.split())


@pytest.mark.parametrize(
    ("tokens", "chosen"),
    [
        ([TARGET_TOKENS, 0, 0, 0, 0], 0),
        ([TARGET_TOKENS + 1, TARGET_TOKENS, 0, 0, 0], 1),
        ([9_000, 9_000, 9_000, TARGET_TOKENS, 0], 3),
        ([9_000, 9_000, 9_000, 9_000, MOST_TOKENS], 4),
        ([9_000, 9_000, 9_000, 9_000, MOST_TOKENS + 1], None),
    ],
)
def test_the_first_that_is_small_enough(tokens: list[int], chosen: int | None) -> None:
    def make(size: Size) -> str:
        return "a " * (7 if size == LEAST else tokens[STEPS.index(size)])

    found = fitted(make, words)
    assert found.tokens == (7 if chosen is None else tokens[chosen])
    assert found.fits


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("x" * MOST_CHARS, True),
        ("x" * (MOST_CHARS + 1), False),
        ("\u00e9" * (MOST_BYTES // 2), True),
        ("\u00e9" * (MOST_BYTES // 2 + 1), False),
        ("x " * MOST_TOKENS, True),
        ("x " * (MOST_TOKENS + 1), False),
    ],
)
def test_what_people_wrote_is_kept_though_it_does_not_fit(text: str, fits: bool) -> None:  # noqa: FBT001 - a column
    found = fitted(lambda _: text, words)
    assert (found.text, found.fits) == (text, fits)


def test_each_step_says_less() -> None:
    for before, after in pairwise(STEPS):
        assert (after.commits, after.files, after.actions, after.subject) < (
            before.commits,
            before.files,
            before.actions,
            before.subject + 1,
        )
        assert not after.only_status
