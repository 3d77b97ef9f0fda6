"""Limits of files: in several units, against the base, against the baseline."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctxtally.config import reader
from ctxtally.errors import ConfigError
from ctxtally.model.budget import Bound, Budget

KEYS = ("min", "warn", "max", "growth", "slack")
FILES = '[[budget]]\nname = "a"\npaths = ["*.md"]\n'
LISTING = '[[budget]]\nname = "a"\nscope = "listing"\n'
MODULE = '[[budget]]\nname = "a"\nscope = "module"\n'


def budgets(text: str) -> tuple[Budget, ...]:
    return reader.parse(text.encode(), "ctxtally.toml", agents=("codex",)).budgets


def bounds(budget: Budget) -> dict[str, tuple[int, str]]:
    found = {key: getattr(budget, key) for key in KEYS}
    return {key: (one.amount, one.of) for key, one in found.items() if one}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param('max = ["9 tokens"]', {"tokens": {"max": (9, "")}}, id="a list of one"),
        pytest.param(
            'max = ["6k tokens", "32 KiB", "200 lines", "9k chars"]',
            {
                "tokens": {"max": (6_000, "")},
                "bytes": {"max": (32_768, "")},
                "lines": {"max": (200, "")},
                "chars": {"max": (9_000, "")},
            },
            id="every unit",
        ),
        pytest.param(
            'warn = "200 lines"\nmax = "4 MiB"',
            {"lines": {"warn": (200, "")}, "bytes": {"max": (4 << 20, "")}},
            id="advice in one unit and a limit in another",
        ),
        pytest.param(
            'max = ["10 tokens", "40 B"]\nwarn = "90%"\nslack = ["50%", "8 B"]\ngrowth = "10%"',
            {
                "tokens": {
                    "warn": (9_000, "max"),
                    "max": (10, ""),
                    "growth": (1_000, "before"),
                    "slack": (5_000, "max"),
                },
                "bytes": {
                    "warn": (9_000, "max"),
                    "max": (40, ""),
                    "growth": (1_000, "before"),
                    "slack": (8, ""),
                },
            },
            id="shares hold in each unit that has none of its own",
        ),
        pytest.param('growth = "10%"', {"tokens": {"growth": (1_000, "before")}}, id="a share"),
        pytest.param(
            'growth = "+ 300"', {"tokens": {"growth": (300, "")}}, id="a sign and a blank"
        ),
        pytest.param("growth = 0", {"tokens": {"growth": (0, "")}}, id="no growth"),
        pytest.param(
            'max = "5% of 200k"\ngrowth = "1% of 200k"',
            {"tokens": {"max": (10_000, ""), "growth": (2_000, "")}},
            id="shares of a window",
        ),
        pytest.param('max = "baseline"', {"tokens": {"max": (0, "baseline")}}, id="the baseline"),
        pytest.param(
            'max = ["baseline", "baseline in  lines"]\nwarn = "90%"',
            {
                "tokens": {"warn": (9_000, "max"), "max": (0, "baseline")},
                "lines": {"warn": (9_000, "max"), "max": (0, "baseline")},
            },
            id="the baseline in two units",
        ),
        pytest.param(
            'max = "baseline in bytes"\nslack = "9 kB"\nwarn = "5 B"',
            {"bytes": {"warn": (5, ""), "max": (0, "baseline"), "slack": (9_000, "")}},
            id="nobody knows yet whether it is above the baseline",
        ),
    ],
)
def test_limits(lines: str, expected: dict[str, dict[str, tuple[int, str]]]) -> None:
    found = budgets(FILES + lines)
    units = [{one.unit for one in map(budget.__getattribute__, KEYS) if one} for budget in found]
    assert units == [{unit} for unit in expected]
    assert [bounds(budget) for budget in found] == list(expected.values())
    assert {(budget.name, budget.origin) for budget in found} == {("a", "ctxtally.toml:1")}


def test_a_counter_is_for_tokens() -> None:
    found = budgets(FILES + 'max = ["9 B", "9 tokens"]\ncounter = "cl100k_base"')
    assert [budget.counter for budget in found] == [None, "cl100k_base"]


def test_what_is_over_may_only_shrink() -> None:
    found = budgets(FILES + 'max = "9 B"\nwarn = "9 lines"\nover = "shrink-only"')
    assert {one.shrink_only: one.max is not None for one in found} == {True: True, False: False}
    assert budgets(FILES + "max = 9")[0].shrink_only is False


def test_what_a_share_of_the_window_is_of() -> None:
    (found,) = budgets(FILES + 'growth = ["1% of 200k"]')
    assert found.growth == Bound(text="1% of 200k", unit="tokens", amount=2_000, window=200_000)


@pytest.mark.parametrize(
    ("text", "message", "way_out"),
    [
        pytest.param(
            FILES + 'max = ["6k tokens", "32 KB"]',
            '4:21: `max` cannot be "32 KB": "KB" is not a unit',
            'did you mean "kB"? ',
            id="a unit in a list",
        ),
        pytest.param(
            FILES + 'max = ["9 tokens", "9"]',
            '4:20: `max` counts tokens twice: "9 tokens", "9"',
            "leave out one of them",
            id="a unit twice",
        ),
        pytest.param(
            FILES + "max = []",
            "4:1: `max` is empty",
            "fill it in, or leave out `max`",
            id="nothing in a list",
        ),
        pytest.param(
            FILES + "slack = 5",
            "1:3: [[budget]] has none of `max`, `warn`, `min` and `growth`",
            'add `max = "6k tokens"`',
            id="slack alone",
        ),
        pytest.param(
            FILES + 'max = 5\nslack = "5 B"',
            "5:1: `slack` is what may be unused of `max`, and there is no `max` in bytes",
            "add `max`, or leave out `slack`",
            id="slack in another unit",
        ),
        pytest.param(
            FILES + 'warn = 5\nslack = "10%"',
            '5:1: `slack` is "10%" of `max`, and there is no `max`',
            'add `max`, or write `slack = "5k tokens"`',
            id="slack of no max",
        ),
        pytest.param(
            FILES + "max = 5\nslack = 6",
            '5:1: `slack` is above `max`: "6", "5"',
            "lower `slack`, or raise `max`",
            id="more slack than there is room",
        ),
        pytest.param(
            FILES + 'max = 5\nwarn = ["50%", "60%"]',
            '5:16: `warn` is written for tokens already, so "60%" has no use',
            "leave out one of them",
            id="two shares",
        ),
        pytest.param(
            FILES + 'growth = ["10%", "20%"]',
            '4:18: `growth` is written for tokens already, so "20%" has no use',
            "leave out one of them",
            id="two shares of what was before",
        ),
        pytest.param(
            FILES + 'growth = "-5"',
            '4:1: `growth` cannot be "-5": it is negative',
            "write 6000, ",
            id="growth that shrinks",
        ),
        pytest.param(
            FILES + 'max = "baselin"',
            '4:1: `max` cannot be "baselin": it does not begin with a number',
            'did you mean "baseline"? ',
            id="a misspelt baseline",
        ),
        pytest.param(
            FILES + 'max = "baseline in byte"',
            '4:1: `max` cannot be "baseline in byte": it does not begin with a number',
            'did you mean "baseline in bytes"? ',
            id="a misspelt unit of the baseline",
        ),
        pytest.param(
            FILES + 'max = 9\nwarn = "baseline"',
            '5:1: `warn` cannot be "baseline": it does not begin with a number',
            "write 6000, ",
            id="a warning at the baseline",
        ),
        pytest.param(
            LISTING + 'max = "baseline in lines"',
            '4:1: `max` cannot be "baseline in lines": scope listing is in tokens',
            "write tokens",
            id="a baseline that the scope has not",
        ),
        pytest.param(
            MODULE + 'max = "baseline in bytes"',
            '4:1: `max` cannot be "baseline in bytes": a catalog states tokens, not bytes',
            'write tokens, or `scope = "file"` and `paths`',
            id="a baseline of modules in bytes",
        ),
        pytest.param(
            FILES + 'over = "shrink-only"\nwarn = 5',
            "4:1: `over` is about what is over `max`, and there is no `max`",
            "add `max`, or leave out `over`",
            id="over no limit",
        ),
        pytest.param(
            FILES + 'over = "shrink"\nmax = 5',
            '4:1: `over` cannot be "shrink"',
            'did you mean "shrink-only"?',
            id="another word for over",
        ),
        pytest.param(
            FILES + 'growht = "5 tokens"\nmax = 5',
            "4:1: `growht` is not a key of [[budget]]",
            "did you mean `growth`?",
            id="a misspelt key",
        ),
    ],
)
def test_refused(text: str, message: str, way_out: str) -> None:
    with pytest.raises(ConfigError) as refused:
        budgets(text)
    assert str(refused.value) == f"ctxtally.toml:{message}"
    assert refused.value.help.startswith(way_out)


@settings(deadline=None, max_examples=50)
@given(
    st.dictionaries(st.sampled_from(["tokens", "B", "chars", "lines"]), st.integers(1, 10**6)),
    st.integers(0, 100),
)
def test_one_budget_for_each_unit(limits: dict[str, int], percent: int) -> None:
    written = ", ".join(f'"{amount} {unit}"' for unit, amount in limits.items())
    lines = f'max = [{written}]\nwarn = "{percent}%"\ngrowth = 1\n'
    if not limits:
        return
    found = budgets(FILES + lines)
    assert len(found) == len({*limits, "tokens"})
    for budget in found:
        bounded = (budget.max, budget.warn, budget.growth)
        assert len({one.unit for one in bounded if one}) == 1
        assert (budget.max is None) == (budget.warn is None)
