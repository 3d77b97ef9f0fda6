from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.text.caps import MOST_BYTES, MOST_CHARS, capped

REST = "[cut here]"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("x" * 9_500, id="exactly"),
        pytest.param("é" * 4_750, id="exactly in bytes"),
        pytest.param("line\n" * 1_900, id="exactly in lines"),
    ],
)
def test_what_fits_stays(text: str) -> None:
    assert capped(text, REST) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("x" * 9_501, "x" * 9_489 + "\n" + REST, id="one character too many"),
        pytest.param(
            "é" * 4_751, "é" * 4_744 + "\n" + REST, id="one byte too many, in a character"
        ),
        pytest.param("x" * 9_400 + "\n" + "y" * 200, "x" * 9_400 + "\n" + REST, id="whole lines"),
        pytest.param("x" * 10_001, "x" * 9_489 + "\n" + REST, id="beyond what agents take"),
    ],
)
def test_what_is_longer(text: str, expected: str) -> None:
    assert capped(text, REST) == expected


@given(st.text(), st.integers(min_value=20, max_value=60), st.integers(min_value=20, max_value=60))
def test_never_more(text: str, chars: int, size: int) -> None:
    found = capped(text, REST, chars=chars, size=size)
    assert len(found) <= chars
    assert len(found.encode()) <= size
    assert found == text or text.startswith(found.removesuffix(f"\n{REST}"))


def test_the_limits() -> None:
    assert MOST_CHARS == MOST_BYTES == 9_500
