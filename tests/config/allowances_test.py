"""`[[allowance]]`: what it means, and each mistake in it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ctxtally.config import reader
from ctxtally.errors import ConfigError
from ctxtally.model.allowance import Allowance

HEAD = '[[allowance]]\nname = "a"\nper = "month"\n'
WRITE = 'write `max = "2M tokens"` or `max = "25 USD"`'
SHARE = 'write `warn = "80%"`'


def allowances(text: str) -> tuple[Allowance, ...]:
    found = reader.basics(text.encode(), "ctxtally.toml")
    assert found is not None
    return found.allowances


@pytest.mark.parametrize(
    ("written", "unit", "amount"),
    [
        ('"2M tokens"', "tokens", "2000000"),
        ('"1,500 tokens"', "tokens", "1500"),
        ("6000", "tokens", "6000"),
        ('"25 USD"', "USD", "25"),
        ('"25USD"', "USD", "25"),
        ('"$1,234.50"', "USD", "1234.50"),
        ('"0.05 USD"', "USD", "0.05"),
    ],
)
def test_an_amount(written: str, unit: str, amount: str) -> None:
    (found,) = allowances(f"{HEAD}max = {written}\n")
    assert (found.unit, found.max, found.warn) == (unit, Decimal(amount), None)


@pytest.mark.parametrize(
    ("most", "warn", "amount"),
    [
        ('"2M tokens"', '"80%"', "1600000"),
        ('"2M tokens"', '"1M tokens"', "1000000"),
        ('"2M tokens"', '"2M tokens"', "2000000"),
        ('"25 USD"', '"80%"', "20"),
        ('"25 USD"', '"33.33%"', "8.3325"),
        ('"25 USD"', '"$5"', "5"),
    ],
)
def test_a_warning(most: str, warn: str, amount: str) -> None:
    (found,) = allowances(f"{HEAD}max = {most}\nwarn = {warn}\n")
    assert found.warn == Decimal(amount)


def test_everything() -> None:
    text = HEAD + 'max = 1\nagent = "codex"\nbranch = "feature/*"\nmodel = "gpt-*"\n'
    assert allowances(f'counter = "o200k_base"\n{text}') == (
        Allowance(
            name="a",
            per="month",
            unit="tokens",
            max=Decimal(1),
            warn=None,
            origin="ctxtally.toml:2",
            agent="codex",
            branch="feature/*",
            model="gpt-*",
        ),
    )
    assert allowances('counter = "o200k_base"\n') == ()


@pytest.mark.parametrize(
    ("text", "message", "way_out"),
    [
        ("allowance = 1\n", "1:1: `allowance` must be an array of tables, not 1", "[[allowance]]"),
        ('[[allowance]]\nper = "day"\n', "1:3: [[allowance]] has no `name`", 'add `name = "..."`'),
        ('[[allowance]]\nname = "a"\n', "1:3: [[allowance]] has no `per`", 'add `per = "month"`'),
        (HEAD, "1:3: [[allowance]] has no `max`", WRITE.replace("write", "add")),
        (
            HEAD + "most = 1\n",
            "4:1: `most` is not a key of [[allowance]]",
            "its keys are agent, branch, max, model, name, per, warn",
        ),
        (
            '[[allowance]]\nname = "a"\nper = "weak"\n',
            '3:1: `per` cannot be "weak"',
            'did you mean "week"?',
        ),
        (
            f"{HEAD}max = 1\n{HEAD}max = 1\n",
            '6:1: "a" is already the name of the allowance at ctxtally.toml:1',
            "give each allowance its own name",
        ),
        (HEAD + "max = 0\n", "4:1: `max` cannot be 0: nothing is within it", WRITE),
        (HEAD + 'max = "0 USD"\n', '4:1: `max` cannot be "0 USD": nothing is within it', WRITE),
        (
            HEAD + 'max = "ten USD"\n',
            '4:1: `max` cannot be "ten USD": that is no amount of USD',
            WRITE,
        ),
        (
            HEAD + 'max = "1.005 USD"\n',
            '4:1: `max` cannot be "1.005 USD": that is no amount of USD',
            WRITE,
        ),
        (
            HEAD + 'max = "12 KiB"\n',
            '4:1: `max` cannot be "12 KiB": it is a number of tokens or of USD',
            WRITE,
        ),
        (
            HEAD + 'max = "80%"\n',
            '4:1: `max` cannot be "80%": it is a number of tokens or of USD',
            WRITE,
        ),
        (
            HEAD + 'max = "5% of 200k"\n',
            '4:1: `max` cannot be "5% of 200k": it is a number of tokens or of USD',
            WRITE,
        ),
        (
            HEAD + "max = true\n",
            "4:1: `max` cannot be true: it is neither a whole number nor a string",
            WRITE,
        ),
        (
            HEAD + 'max = "many"\n',
            '4:1: `max` cannot be "many": it does not begin with a number',
            WRITE,
        ),
        (
            HEAD + 'max = 9\nwarn = "0%"\n',
            '5:1: `warn` cannot be "0%": it is a share of `max`',
            SHARE,
        ),
        (
            HEAD + 'max = 9\nwarn = "101%"\n',
            '5:1: `warn` cannot be "101%": it is a share of `max`',
            SHARE,
        ),
        (
            HEAD + 'max = 9\nwarn = "x%"\n',
            '5:1: `warn` cannot be "x%": it does not begin with a number',
            SHARE,
        ),
        (
            HEAD + 'max = 9\nwarn = "1 USD"\n',
            "5:1: `warn` counts USD and `max` counts tokens",
            SHARE,
        ),
        (
            HEAD + 'max = 9\nwarn = "10 tokens"\n',
            '5:1: `warn` is above `max`: "10 tokens", 9',
            "lower `warn`, or raise `max`",
        ),
        (HEAD + 'max = 9\nwarn = "1 x"\n', '5:1: `warn` cannot be "1 x": "x" is not a unit', SHARE),
        (HEAD + "max = 9\nagent = 1\n", "5:1: `agent` must be a string, not 1", 'agent = "..."'),
    ],
)
def test_a_mistake_is_told_where_it_is(text: str, message: str, way_out: str) -> None:
    for read in (allowances, lambda one: reader.parse(one.encode(), "ctxtally.toml", agents=())):
        with pytest.raises(ConfigError) as caught:
            read(text)
        assert str(caught.value) == f"ctxtally.toml:{message}"
        assert way_out in caught.value.help
