from __future__ import annotations

import pytest

from ctxtally.model.terms import Terms, terms


@pytest.mark.parametrize(
    "told",
    [
        *(("", "", ""), ("standard", "standard", "global"), ("", "default", "not_available")),
        ("standard", "auto", ""),
    ],
)
def test_what_is_usual_is_left_out(told: tuple[str, str, str]) -> None:
    assert terms(*told) == Terms()


@pytest.mark.parametrize(
    "told", [("fast", "", ""), ("", "batch", ""), ("", "", "us"), ("FAST", "Batch", "eu")]
)
def test_whatever_else_is_told_is_kept(told: tuple[str, str, str]) -> None:
    assert terms(*told) == told
