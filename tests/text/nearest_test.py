from __future__ import annotations

import pytest

from ctxtally.text.nearest import nearest

UNITS = ["bytes", "KiB", "tokens"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        pytest.param("tokns", "tokens", id="a letter missing"),
        pytest.param("TOKENS", "tokens", id="another case"),
        pytest.param("kib", "KiB", id="the choice in its own case"),
        pytest.param("pears", None, id="nothing like it"),
        pytest.param("", None, id="no word"),
        pytest.param("tokens" * 10_000, None, id="a very long word"),
    ],
)
def test_nearest(word: str, meant: str | None) -> None:
    assert nearest(word, UNITS) == meant


def test_nothing_to_choose_from() -> None:
    assert nearest("tokens", []) is None
