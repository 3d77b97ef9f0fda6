from __future__ import annotations

from datetime import date

import pytest

from ctxtally.text.shown import cut, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("a b", '"a b"', id="text"),
        pytest.param("a\x1b[31m\n", '"a\\x1b[31m\\n"', id="text a terminal would act on"),
        pytest.param("x" * 61, '"' + "x" * 57 + '..."', id="long text"),
        pytest.param("x" * 60, '"' + "x" * 60 + '"', id="text just short enough"),
        pytest.param(True, "true", id="true"),
        pytest.param(False, "false", id="false"),
        pytest.param(-6, "-6", id="a number"),
        pytest.param(10**99, "1" + "0" * 56 + "...", id="a long number"),
        pytest.param(2.5, "2.5", id="a fraction"),
        pytest.param(date(2027, 1, 31), "2027-01-31", id="a day"),
        pytest.param({"a": 1}, "a table", id="a table"),
        pytest.param([1], "a list", id="a list"),
    ],
)
def test_shown(value: object, text: str) -> None:
    assert shown(value) == text


def test_cut_is_safe_to_print() -> None:
    assert cut("\u202e" + "x" * 70) == "\\u202e" + "x" * 56 + "..."
