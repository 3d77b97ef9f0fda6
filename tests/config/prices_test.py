"""`[[price]]`: what it means, and each mistake in it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ctxtally.config import reader
from ctxtally.errors import ConfigError
from ctxtally.model.price import OwnPrice, Rates

HEAD = '[[price]]\nmodel = "m"\n'
BOTH = "input = 2\noutput = 8.5\n"


def prices(text: str) -> tuple[OwnPrice, ...]:
    found = reader.basics(text.encode(), "ctxtally.toml")
    assert found is not None
    return found.prices


def rates(*usd: str) -> Rates:
    given = dict(zip(Rates.__annotations__, map(Decimal, usd), strict=False))
    return Rates(**given)  # type: ignore[arg-type] # none of them is `unknown`


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", ("2", "2", "2", "2", "8.5")),
        ("cache_read = 0.2\n", ("2", "0.2", "2", "2", "8.5")),
        ("cache_write_5m = 2.5\n", ("2", "2", "2.5", "2.5", "8.5")),
        ("cache_write_1h = 4\n", ("2", "2", "2", "4", "8.5")),
        ("cache_read = 0\ncache_write_5m = 3\ncache_write_1h = 4\n", ("2", "0", "3", "4", "8.5")),
    ],
)
def test_what_is_left_out_costs_as_what_is_there(lines: str, expected: tuple[str, ...]) -> None:
    assert prices(HEAD + BOTH + lines) == (OwnPrice(model="m", since="", rates=rates(*expected)),)


def test_prices_of_days() -> None:
    dated = prices(f"{HEAD}{BOTH}{HEAD}from = 2026-03-01\n{BOTH}{HEAD}from = '2026-04-01'\n{BOTH}")
    assert [one.since for one in dated] == ["", "2026-03-01", "2026-04-01"]


def test_prices_on_terms() -> None:
    lines = [
        *("", "service_tier = 'batch'\n", "service_tier = 'standard'\n", "speed = 'fast'\n"),
        "speed = 'standard'\nservice_tier = 'default'\ninference_geo = 'us'\n",
    ]
    found = prices("".join(HEAD + one + BOTH for one in lines))
    assert [one.asked for one in found] == [
        (),
        (("service_tier", "batch"),),
        (("service_tier", ""),),
        (("speed", "fast"),),
        (("speed", ""), ("service_tier", ""), ("inference_geo", "us")),
    ]


def test_the_price_of_a_thousand_searches() -> None:
    (one,) = prices(HEAD + BOTH + "searches = 10\n")
    assert one.rates.search == Decimal("0.01")


def test_no_prices() -> None:
    assert prices("") == ()


@pytest.mark.parametrize(
    ("text", "message", "way_out"),
    [
        ("[[price]]\n" + BOTH, "1:3: [[price]] has no `model`", 'add `model = "..."`'),
        (HEAD + "output = 1\n", "1:3: [[price]] has no `input`", "add `input = 3.00`"),
        (HEAD + "input = 1\n", "1:3: [[price]] has no `output`", "add `output = 3.00`"),
        (
            HEAD + BOTH + "cashed = 1\n",
            "5:1: `cashed` is not a key of [[price]]",
            "did you mean `cache_read`?",
        ),
        (
            HEAD + 'input = "3"\noutput = 1\n',
            '3:1: `input` must be USD for a million tokens, not "3"',
            "write `input = 3.00`",
        ),
        (
            HEAD + BOTH + "searches = -1\n",
            "5:1: `searches` must be USD for a thousand searches, not -1",
            "write `searches = 3.00`",
        ),
        (
            HEAD + BOTH + "service_tier = 5\n",
            "5:1: `service_tier` must be a string, not 5",
            'write `service_tier = "..."`',
        ),
        (
            (HEAD + BOTH + "speed = 'fast'\n") * 2,
            '7:1: "m" has two prices without `from`',
            "give each its own `from`, or leave one out",
        ),
        (
            HEAD + "input = true\noutput = 1\n",
            "3:1: `input` must be USD for a million tokens, not true",
            "write `input = 3.00`",
        ),
        (
            HEAD + "input = 1\noutput = -1\n",
            "4:1: `output` must be USD for a million tokens, not -1",
            "write `output = 3.00`",
        ),
        (
            HEAD + "input = nan\noutput = 1\n",
            "3:1: `input` must be USD for a million tokens, not nan",
            "write `input = 3.00`",
        ),
        (
            HEAD + "input = 1e5\noutput = 1\n",
            "3:1: `input` must be USD for a million tokens, not 100000.0",
            "write `input = 3.00`",
        ),
        (
            HEAD + "from = 3\n" + BOTH,
            "3:1: `from` must be a day, not 3",
            "write `from = 2027-01-31`",
        ),
        (
            HEAD + BOTH + '[[price]]\nmodel = "M"\n' + BOTH,
            '6:1: "M" has two prices without `from`',
            "give each its own `from`, or leave one out",
        ),
        (
            (HEAD + "from = 2026-01-01\n" + BOTH) * 2,
            '7:1: "m" has two prices from 2026-01-01 on',
            "give each its own `from`, or leave one out",
        ),
        ("[price]\n", "1:2: `price` must be an array of tables, not a table", "write `[[price]]`"),
    ],
)
def test_refused(text: str, message: str, way_out: str) -> None:
    for read in (reader.basics, lambda data, source: reader.parse(data, source, agents=())):
        with pytest.raises(ConfigError) as refused:
            read(text.encode(), "ctxtally.toml")
        assert str(refused.value) == f"ctxtally.toml:{message}"
        assert refused.value.help == way_out
