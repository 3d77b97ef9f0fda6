"""The table `[conversation]` of a configuration."""

from __future__ import annotations

import pytest

from ctxtally.config.reader import basics
from ctxtally.errors import ConfigError
from ctxtally.model.criteria import Criteria


def criteria(text: str) -> Criteria:
    found = basics(text.encode(), "ctxtally.toml")
    assert found is not None
    return found.conversation


def test_nothing_is_configured() -> None:
    assert criteria("") == criteria("[conversation]\n") == Criteria()


def test_everything_is_configured() -> None:
    text = (
        '[conversation]\nturns = 12\nsettle = 4\nexclusions = 3\nhigh = "85%"\nnear = "97.5%"\n'
        'jump = "250%"\nhigh_turns = "20%"\ngrowth = "6%"\ndrop = "11%"\nstripped = "5%"\n'
    )
    assert criteria(text) == Criteria(12, 4, 0.85, 0.975, 2.5, 3, 0.2, 0.06, 0.11, 0.05)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("turns = 7", "2:1: `turns` must be a whole number from 8 on, not 7"),
        ("turns = true", "2:1: `turns` must be a whole number from 8 on, not true"),
        ('settle = "x"', '2:1: `settle` must be a whole number from 1 on, not "x"'),
        ('high = "101%"', '2:1: `high` cannot be "101%": it is a share in percent, above 0%'),
        ('high = "0%"', '2:1: `high` cannot be "0%": it is a share in percent, above 0%'),
        ("high = 80", "2:1: `high` cannot be 80: it is a share in percent, above 0%"),
        ('drop = "x"', '2:1: `drop` cannot be "x": it does not begin with a number'),
        ('high = "96%"', "2:1: `high` is above `near`: 96%, 95%"),
        ('near = "70%"', "2:1: `high` is above `near`: 80%, 70%"),
        ("hihg = 1", "2:1: `hihg` is not a key of [conversation]"),
    ],
)
def test_mistakes(line: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        criteria(f"[conversation]\n{line}\n")
    assert str(caught.value) == f"ctxtally.toml:{told}"
