"""Costs of records: those that they tell, those of the configuration, those of the package."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters.prices import NOTE
from ctxtally.model.batch import single
from ctxtally.model.price import OwnPrice, Rates
from ctxtally.model.usage import Tokens
from ctxtally.survey.priced import Pricing
from tests.usage.logs import used

if TYPE_CHECKING:
    from ctxtally.model.usage import Usage

RATES = Rates(
    input=Decimal(10),
    cache_read=Decimal(1),
    cache_write_5m=Decimal(10),
    cache_write_1h=Decimal(10),
    output=Decimal(100),
)
OWN = OwnPrice(model="mine", since="", rates=RATES)
TOKENS = Tokens(input=1_000, output=200)
NOW = 1_767_600_000.0


def response(model: str = "mine", cost_usd: float | None = None) -> Usage:
    return used(1_200, model=model, tokens=TOKENS, cost_usd=cost_usd)


def costs(pricing: Pricing, *records: Usage) -> list[Decimal | None]:
    return [one.cost_usd for one in pricing.batches(map(single, records))]


def test_a_cost_that_is_told_is_kept() -> None:
    assert costs(Pricing([OWN]), response(cost_usd=7.0), response(cost_usd=0.0)) == [7, 0]


def test_a_cost_is_worked_out() -> None:
    # A thousand at 10 USD a million, and 200 at 100.
    assert costs(Pricing([OWN]), response()) == [Decimal("0.03")]


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(used(1_200, model="mine"), id="no buckets"),
        pytest.param(used(1_200, "", model="mine", tokens=TOKENS), id="no date"),
        pytest.param(response(""), id="no model"),
        pytest.param(response("nobody-knows-it"), id="no price"),
    ],
)
def test_what_has_no_price_keeps_none(one: Usage) -> None:
    assert costs(Pricing([OWN]), one) == [None]


def test_where_prices_come_from_is_told() -> None:
    own, package, none = Pricing([OWN]), Pricing([]), Pricing([OWN])
    costs(own, response())
    costs(package, response("claude-sonnet-4-5"), response("nobody-knows-it"))
    costs(none, used(5), response(cost_usd=1.0))
    (told,) = own.remarks(NOW)
    assert told.startswith("prices: 1 of the configuration, then genai-prices ")
    (told,) = package.remarks(NOW)
    assert told.startswith("prices: genai-prices ")
    assert list(none.remarks(NOW)) == []


def test_without_the_package_it_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    pricing = Pricing([OWN])
    assert costs(pricing, response(), response("claude-sonnet-4-5")) == [
        Decimal("0.03"),
        None,
    ]
    assert list(pricing.remarks(NOW)) == ["prices: 1 of the configuration", NOTE]
