from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.catalog.amounts import amount, unit_of
from tests.catalog.catalogs import catalog

if TYPE_CHECKING:
    from ctxtally.model.catalog import Unit
    from ctxtally.model.document import Plain


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (1500, "tokens", (1500, False)),
        (0, "tokens", (0, False)),
        ("1500", "tokens", (1500, False)),
        ("1,500 tokens", "tokens", (1500, False)),
        ("1_500", "tokens", (1500, False)),
        ("~2K", "tokens", (2000, True)),
        ("≈ 2.5k tokens", "tokens", (2500, True)),
        ("~800", "tokens", (800, True)),
        ("52KB", "bytes", (53248, True)),
        ("1.5 MiB", "bytes", (1572864, True)),
        ("12520 bytes", "bytes", (12520, False)),
        ("242 lines", "lines", (242, False)),
        ("2k lines", "lines", (2000, True)),
    ],
)
def test_amounts(value: Plain, unit: Unit, expected: tuple[int, bool]) -> None:
    assert amount(value, unit) == expected


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        1.5,
        -1,
        10**16,
        "",
        "small",
        "medium (2K)",
        "1 000",
        "2K-3K",
        "9" * 39,
        "9" * 5_000,
        [1],
        {"a": 1},
    ],
)
def test_no_amounts(value: Plain) -> None:
    assert amount(value, "tokens") is None


@given(st.integers(0, 10**15), st.sampled_from(["tokens", "bytes", "lines"]))
def test_a_written_number_is_itself(number: int, unit: Unit) -> None:
    expected = (number, False)
    assert amount(number, unit) == expected
    if number < 2**53:  # above, a decimal point would be lost
        assert amount(f"{number:,}", unit) == expected


@pytest.mark.parametrize(
    ("name", "unit"),
    [("files", "lines"), ("auth", "lines"), ("token_counts", "tokens"), ("file_sizes", "bytes")],
)
def test_units_of_mappings(name: str, unit: str) -> None:
    assert unit_of(name) == unit


def test_one_number_for_each_unit() -> None:
    entry = catalog(
        "files:\n- path: a.md\n  token_budget: 9\n  estimated_tokens: 1\n  size: 52KB\n  lines: x\n"
    ).entries[0]
    assert [(one.amount, one.unit, one.line, one.rough) for one in entry.stated] == [
        (1, "tokens", 4, False),
        (53248, "bytes", 5, True),
    ]
    assert entry.tokens == entry.stated[0]
    assert catalog("files:\n- path: a.md\n  size: 9\n").entries[0].tokens is None
