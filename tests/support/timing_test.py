"""Ratios are held, and broken ones are told."""

from __future__ import annotations

import pytest

from tests.support.timing import hold


def busy(steps: int) -> None:
    sum(range(steps))


def test_what_takes_as_long_holds() -> None:
    hold(lambda: busy(1_000_000), lambda: busy(1_000_000), at_most=3)


def test_what_takes_much_longer_is_told() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"times as long, wanted at most 3"):
        hold(lambda: busy(500_000), lambda: busy(10_000_000), at_most=3, tries=2)
