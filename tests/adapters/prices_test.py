"""What a response costs: whole figures, each worked out a second time from rates by hand."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from importlib.metadata import version
from time import process_time

import pytest
from genai_prices import Usage, calc_price
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctxtally.adapters.prices import NOTE, Prices
from ctxtally.model.price import OwnPrice, PriceSource, Rates
from ctxtally.model.terms import Terms, terms
from ctxtally.model.usage import Tokens

SONNET = "claude-sonnet-4-5-20250929"
NEW, BEFORE, OLD = "2026-11-20", "2026-10-11", "2026-03-20"
PRICES = Prices()


def at(day: str, hour: str = "12:00") -> float:
    return datetime.fromisoformat(f"{day}T{hour}:00+00:00").timestamp()


def prompt(whole: int, cached: int, output: int = 1_000) -> Tokens:
    return Tokens(input=whole - cached, cache_read=cached, output=output)


# The rates are those of the vendors' price lists on that day: USD for a million tokens of uncached
# input, cache read, cache write of five minutes and of an hour, and output.
@pytest.mark.parametrize(
    ("tokens", "model", "day", "usd", "rates"),
    [
        pytest.param(
            Tokens(cache_write_1h=1_000_000),
            *(SONNET, "2026-03-10", "12.00", (6, 0.6, 7.5, 12, 22.5)),
            id="P1 a long request of one-hour writes",
        ),
        pytest.param(
            Tokens(cache_write_5m=1_000_000),
            *(SONNET, "2026-03-10", "7.50", (6, 0.6, 7.5, 12, 22.5)),
            id="P1 the same as five-minute writes",
        ),
        pytest.param(
            prompt(300_000, 200_000),
            *(SONNET, "2026-03-11", "0.7425", (6, 0.6, 7.5, 12, 22.5)),
            id="P2 all of a long request at the long rate",
        ),
        pytest.param(
            prompt(200_000, 100_000),
            *("claude-sonnet-4-5", "2026-03-11", "0.345", (3, 0.3, 3.75, 6, 15)),
            id="P3 at the threshold",
        ),
        pytest.param(
            prompt(200_001, 100_000),
            *("claude-sonnet-4-5", "2026-03-11", "0.682506", (6, 0.6, 7.5, 12, 22.5)),
            id="P3 one above it",
        ),
        pytest.param(
            prompt(272_000, 136_000),
            *("gpt-5.5", "2026-08-01", "0.778", (5, 0.5, 5, 5, 30)),
            id="P4 at another threshold",
        ),
        pytest.param(
            prompt(272_001, 136_000),
            *("gpt-5.5", "2026-08-01", "1.54101", (10, 1, 10, 10, 45)),
            id="P4 one above it",
        ),
        pytest.param(
            prompt(200_000, 100_000),
            *("gemini-2.5-pro", "2026-03-01", "0.1475", (1.25, 0.125, 0, 0, 10)),
            id="P5 at the threshold",
        ),
        pytest.param(
            prompt(200_001, 100_000),
            *("gemini-2.5-pro", "2026-03-01", "0.2900025", (2.5, 0.25, 0, 0, 15)),
            id="P5 one above it",
        ),
        pytest.param(
            prompt(300_000, 200_000),
            *("claude-opus-4-6", "2026-03-12", "1.2375", (10, 1, 12.5, 20, 37.5)),
            id="P6 the last day of a long tier",
        ),
        pytest.param(
            prompt(300_000, 200_000),
            *("claude-opus-4-6", "2026-03-13", "0.625", (5, 0.5, 6.25, 10, 25)),
            id="P6 the day after",
        ),
        pytest.param(
            prompt(300_000, 200_000),
            *("claude-sonnet-4-6", "2026-03-12", "0.7425", (6, 0.6, 7.5, 12, 22.5)),
            id="P6 the last day, another model",
        ),
        pytest.param(
            prompt(300_000, 200_000),
            *("claude-sonnet-4-6", "2026-03-13", "0.375", (3, 0.3, 3.75, 6, 15)),
            id="P6 the day after, another model",
        ),
        pytest.param(
            Tokens(input=1_000_000),
            *("o3", "2025-06-09", "10", (10, 2.5, 0, 0, 40)),
            id="P7 before a price fell",
        ),
        pytest.param(
            Tokens(input=1_000_000),
            *("o3", "2025-06-10", "2", (2, 0.5, 0, 0, 8)),
            id="P7 after it fell",
        ),
        pytest.param(
            prompt(150_000, 75_000),
            *("gpt-5.6-sol", "2026-08-20", "0.4425", (5, 0.5, 0, 0, 30)),
            id="P8 before a price fell",
        ),
        pytest.param(
            prompt(150_000, 75_000),
            *("gpt-5.6-sol", "2026-08-21", "0.35", (4, 0.4, 0, 0, 20)),
            id="P8 after it fell",
        ),
        pytest.param(
            Tokens(
                input=1_000,
                cache_read=4_000,
                cache_write_5m=2_000,
                cache_write_1h=3_000,
                output=100,
            ),
            *("claude-opus-4-5", "2026-03-01", "0.0520", (5, 0.5, 6.25, 10, 25)),
            id="P9 writes of both lifetimes",
        ),
        pytest.param(
            Tokens(input=1_100, cache_read=1_900, output=300, reasoning=70),
            *("gpt-5.2-codex", "2026-04-01", "0.0064575", (1.75, 0.175, 0, 0, 14)),
            id="P10 reasoning is inside the output",
        ),
        pytest.param(
            prompt(3_000, 1_000),
            *("claude-opus-5[1m]", "2026-10-01", "0.0355", (5, 0.5, 6.25, 10, 25)),
            id="P12 a name with its window",
        ),
        pytest.param(
            prompt(3_000, 1_000),
            *("anthropic/claude-sonnet-4.5", "2026-03-01", "0.0213", (3, 0.3, 3.75, 6, 15)),
            id="P12 a name with its maker",
        ),
        pytest.param(
            prompt(3_000, 1_000),
            *("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "2026-03-01", "0.0213"),
            (3, 0.3, 3.75, 6, 15),
            id="P12 a name of Bedrock",
        ),
        pytest.param(
            prompt(3_000, 1_000),
            *("converse/jp.anthropic.claude-haiku-4-5-20251001-v1:0", "2026-03-01", "0.0071"),
            (1, 0.1, 1.25, 2, 5),
            id="a name of Bedrock through LiteLLM",
        ),
        pytest.param(
            prompt(3_000, 1_000),
            *("OpenAI:GPT-5", "2026-03-01", "0.012625", (1.25, 0.125, 0, 0, 10)),
            id="a maker with a colon, in capitals",
        ),
        pytest.param(
            Tokens(input=100, cache_read=200),
            *(SONNET, "2026-03-01", "0.00036", (3, 0.3, 3.75, 6, 15)),
            id="P13 more read from the cache than input",
        ),
        pytest.param(
            Tokens(input=1_000_000, output=1_000_000),
            *("deepseek-chat", "2025-03-01", "1.37", (0.27, 0.07, 0, 0, 1.10)),
            id="by day",
        ),
        pytest.param(Tokens(), SONNET, "2026-03-01", "0", (3, 0, 0, 0, 0), id="no tokens"),
    ],
)
def test_the_price_of_a_response(
    tokens: Tokens, model: str, day: str, usd: str, rates: tuple[float, ...]
) -> None:
    buckets = (
        tokens.input,
        tokens.cache_read,
        tokens.cache_write_5m,
        tokens.cache_write_1h,
        tokens.output,
    )
    by_hand = sum(Decimal(str(rate)) * many for rate, many in zip(rates, buckets, strict=True))
    assert by_hand / 1_000_000 == Decimal(usd)
    assert PRICES.usd(tokens, model, at(day)) == Decimal(usd)


@pytest.mark.parametrize(
    "model",
    [
        *("my-private-model-9", "codex-auto-review", "gpt-6"),  # P11
        *("", "<synthetic>", "__proto__", "constructor", "claude-nothing-9", "vendor/model:free"),
        pytest.param("claude-sonnet-4-5:free", id="given away"),
        pytest.param("ollama/claude-sonnet-4-5", id="at home"),
        pytest.param("claude-sonnet-4-5" + "-" * 200, id="too long"),
        pytest.param("unknown-\n\x1b[31m", id="control characters"),
    ],
)
def test_no_price_is_not_zero(model: str) -> None:
    assert PRICES.usd(Tokens(input=10, output=10), model, at("2026-03-01")) is None


def test_what_is_priced_by_the_hour_of_sound_has_no_price() -> None:
    moment = at("2026-03-01")
    assert PRICES.usd(Tokens(input=10), "whisper-large-v3", moment, provider="groq") is None


def test_a_day_that_is_far_away() -> None:
    assert PRICES.usd(Tokens(input=1_000), SONNET, at("9999-12-31")) == Decimal("0.003")


@pytest.mark.parametrize("moment", [-1.0, 1e30, float("nan"), float("inf")])
def test_no_day(moment: float) -> None:
    assert PRICES.usd(Tokens(input=10), SONNET, moment) is None


@pytest.mark.parametrize(
    ("hour", "usd"), [("00:29", "0.135"), ("00:30", "0.27"), ("16:29", "0.27"), ("16:30", "0.135")]
)
def test_a_price_of_the_hour(hour: str, usd: str) -> None:
    tokens = Tokens(input=1_000_000)
    assert PRICES.usd(tokens, "deepseek-chat", at("2025-04-01", hour)) == Decimal(usd)


@pytest.mark.parametrize(
    ("provider", "usd"),
    [
        pytest.param("anthropic", "0.018", id="the maker"),
        pytest.param("aws", "0.0198", id="a seller with a price of its own"),
        pytest.param("my-gateway", "0.018", id="a seller without prices"),
        pytest.param("github-copilot", "0.018", id="a seller that the model is not listed for"),
    ],
)
def test_the_provider_counts(provider: str, usd: str) -> None:
    tokens, model = Tokens(input=1_000, output=1_000), SONNET
    if provider == "aws":
        model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
    assert PRICES.usd(tokens, model, at("2026-03-01"), provider=provider) == Decimal(usd)


@pytest.mark.skipif(
    sys.version_info < (3, 11), reason="genai-prices for Python 3.10 has no prices of fast answers"
)
def test_a_fast_answer_costs_more() -> None:
    tokens, moment = Tokens(input=1_000, output=1_000), at("2026-10-01")
    slow = PRICES.usd(tokens, "claude-opus-5", moment)
    assert slow == Decimal("0.030")
    assert PRICES.usd(tokens, "claude-opus-5", moment, asked=terms("fast")) == 2 * slow
    assert PRICES.usd(tokens, "claude-opus-5", moment, asked=terms("standard")) == slow
    assert PRICES.usd(tokens, "claude-sonnet-4-5", moment, asked=terms("fast")) is None


# All rates are those of the vendors' price lists in November 2026, by hand; the models of the batch
# of before are those whose batches the package does not know.
@pytest.mark.parametrize(
    ("model", "asked", "day", "usd"),
    [
        # A thousand of input, 2,000 read from a cache, 3,000 and 4,000 written to it, 500 out.
        pytest.param("claude-opus-5-5", terms(), NEW, "0.0614", id="4, 0.20, 5, 8 and 20"),
        pytest.param("claude-opus-5-5", terms("", "", "us"), NEW, "0.06754", id="1.1 of each"),
        pytest.param(
            "claude-sonnet-4-6", terms("", "", "us"), NEW, "0.050985", id="1.1 of 3 to 15"
        ),
        pytest.param("claude-sonnet-4-5", terms("", "", "us"), NEW, "0.04635", id="one before"),
        pytest.param("claude-opus-4-5", terms("", "", "us"), NEW, "0.07725", id="and another"),
        pytest.param("claude-opus-5-5", terms("", "batch"), NEW, "0.0307", id="half of each"),
        pytest.param("claude-opus-5-5", terms("", "batch", "us"), NEW, "0.03377", id="both"),
        pytest.param("claude-opus-4-6", terms("", "batch"), OLD, "0.038625", id="half of 5 to 25"),
        pytest.param("claude-opus-4-1", terms("", "batch"), OLD, "0.115875", id="half of 15 to 75"),
        pytest.param("claude-opus-5-5", terms("", "", "eu"), NEW, None, id="from elsewhere"),
        pytest.param("claude-opus-5-5", terms("", "priority"), NEW, None, id="by contract"),
        pytest.param("claude-opus-5-5", terms("", "flex"), NEW, None, id="what others sell"),
        pytest.param("claude-opus-5-5", terms("fast", "batch"), NEW, None, id="two at once"),
        pytest.param("claude-opus-5-5", terms("slow"), NEW, None, id="another speed"),
        pytest.param("gpt-5.5", terms("", "", "us"), NEW, None, id="from somewhere, of another"),
        pytest.param("gpt-5.5", terms("", "priority"), BEFORE, None, id="before it was known"),
        pytest.param("deepseek-chat", terms("", "priority"), NEW, None, id="of no such tier"),
    ],
)
def test_the_terms_of_a_request(model: str, asked: Terms, day: str, usd: str | None) -> None:
    tokens = Tokens(
        input=1_000, cache_read=2_000, cache_write_5m=3_000, cache_write_1h=4_000, output=500
    )
    expected = None if usd is None else Decimal(usd)
    assert PRICES.usd(tokens, model, at(day), asked=asked) == expected


@pytest.mark.parametrize(
    ("asked", "usd"),
    [
        # 10,000 of input, 20,000 read from a cache, 1,000 of output.
        pytest.param(terms("", "default"), "0.0900", id="5, 0.50 and 30"),
        pytest.param(terms("", "flex"), "0.0450", id="2.50, 0.25 and 15"),
        pytest.param(terms("", "priority"), "0.2250", id="12.50, 1.25 and 75"),
        pytest.param(terms("", "fast"), "0.2250", id="the same by its newer name"),
        pytest.param(terms("", "scale"), None, id="by contract"),
    ],
)
def test_the_service_of_another_vendor(asked: Terms, usd: str | None) -> None:
    tokens = Tokens(input=10_000, cache_read=20_000, output=1_000)
    expected = None if usd is None else Decimal(usd)
    assert PRICES.usd(tokens, "gpt-5.5", at(NEW), asked=asked) == expected


def test_a_bucket_without_a_price_on_these_terms() -> None:
    """Batches of gpt-4.1 are listed at 1 and 4, and not what a cache costs there."""
    batch, moment = terms("", "batch"), at(NEW)
    tokens = Tokens(input=1_000, output=1_000)
    assert PRICES.usd(tokens, "gpt-4.1", moment, asked=batch) == Decimal("0.005")
    assert PRICES.usd(Tokens(cache_read=1), "gpt-4.1", moment, asked=batch) is None


def test_a_tier_by_size_on_terms() -> None:
    """Beyond 200,000 tokens all of a batch of Sonnet 4.5 is at 3 and 11.25."""
    tokens = Tokens(input=200_001, output=1_000)
    batch = terms("", "batch")
    found = PRICES.usd(tokens, "claude-sonnet-4-5", at(NEW), asked=batch)
    assert found == Decimal("0.611253")
    assert PRICES.usd(tokens, "claude-sonnet-4-5", at("2026-05-01"), asked=batch) == found


def test_searches_are_priced_apart() -> None:
    tokens, moment = Tokens(input=1_000), at(NEW)
    for asked, usd in ((terms(), "0.024"), (terms("", "batch", "us"), "0.0222")):
        found = PRICES.usd(tokens, "claude-opus-5-5", moment, asked=asked, searches=2)
        assert found == Decimal(usd)
        assert PRICES.knows_searches("claude-opus-5-5", moment, "", asked)
    assert PRICES.usd(tokens, "claude-3-haiku", moment, searches=2) == Decimal("0.00025")
    for model in ("claude-3-haiku", "nobody-knows-it", ""):
        assert not PRICES.knows_searches(model, moment, "", terms())


def test_several_responses_at_once_are_as_each_of_them() -> None:
    asked = terms("", "", "us")
    each = PRICES.usd(
        Tokens(input=150_000, output=10), "claude-opus-5-5", at(NEW), asked=asked, searches=2
    )
    both = PRICES.usd(
        Tokens(input=450_000, output=30),
        *("claude-opus-5-5", at(NEW)),
        asked=asked,
        searches=6,
        times=3,
    )
    assert each is not None
    assert both == 3 * each


COUNTS = st.integers(0, 400_000)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    tokens=st.builds(
        Tokens,
        input=COUNTS,
        cache_read=COUNTS,
        cache_write_5m=COUNTS,
        cache_write_1h=COUNTS,
        output=COUNTS,
    ),
    model=st.sampled_from(
        [SONNET, "claude-opus-4-6", "gpt-5.5", "gemini-2.5-pro", "deepseek-chat", "o3"]
    ),
    moment=st.floats(at("2025-01-01"), at("2026-12-31")),
)
def test_it_is_what_the_package_asks_for_the_whole_request(
    tokens: Tokens, model: str, moment: float
) -> None:
    written = tokens.cache_write_5m + tokens.cache_write_1h
    whole = Usage(
        input_tokens=tokens.prompt,
        cache_read_tokens=tokens.cache_read,
        cache_write_tokens=written,
        cache_write_5m_tokens=tokens.cache_write_5m,
        cache_write_1h_tokens=tokens.cache_write_1h,
        output_tokens=tokens.output,
    )
    when = datetime.fromtimestamp(moment, tz=timezone.utc)
    asked = calc_price(whole, model, genai_request_timestamp=when)
    assert PRICES.usd(tokens, model, moment) == asked.total_price


def test_a_price_for_each_request() -> None:
    tokens = Tokens(input=1_000_000, output=1_000_000)
    found = PRICES.usd(tokens, "sonar", at("2026-06-01"), provider="perplexity")
    assert found == Decimal("2.012")


def test_a_price_is_worked_out_once() -> None:
    tokens, first = Tokens(input=1_000, output=10), date(2026, 1, 1)
    days = [at((first + timedelta(days=ahead)).isoformat()) for ahead in range(300)]
    prices = Prices()
    start = process_time()
    once = [prices.usd(tokens, SONNET, moment) for moment in days]
    between = process_time()
    again = [prices.usd(tokens, SONNET, moment) for moment in days]
    assert again == once
    assert (process_time() - between) * 3 < between - start


def own(
    model: str = "My-Model",
    since: str = "",
    asked: tuple[tuple[str, str], ...] = (),
    **rates: str,
) -> OwnPrice:
    given = {"input": "2", "output": "8", **rates}
    nothing = dict.fromkeys(("cache_read", "cache_write_5m", "cache_write_1h"), "0")
    whole = {key: Decimal(rate) for key, rate in {**nothing, **given}.items()}
    numbers = Rates(**whole)  # type: ignore[arg-type] # none of them is `unknown`
    return OwnPrice(model=model, since=since, rates=numbers, asked=asked)


def test_an_own_price_goes_first_and_begins_on_its_day() -> None:
    prices = Prices([own(SONNET, "2026-03-02"), own(SONNET, "2026-03-09", input="1"), own()])
    tokens = Tokens(input=1_000_000)
    found = {
        day: prices.usd(tokens, SONNET, at(f"2026-03-{day}")) for day in ("01", "02", "08", "09")
    }
    assert found == {"01": 6, "02": 2, "08": 2, "09": 1}
    assert prices.usd(tokens, "my-model", 0.0) == 2
    assert prices.usd(tokens, "your-model", at("2026-03-01")) is None


def test_the_own_price_that_names_most_of_the_terms_holds() -> None:
    given = [
        own(),
        own(input="1", asked=(("service_tier", "batch"),)),
        own(input="3", asked=(("service_tier", "batch"), ("inference_geo", "us"))),
        own(input="4", since="2026-03-02", asked=(("service_tier", "batch"),)),
        own("other", input="5", asked=(("speed", ""),)),
    ]
    prices, tokens = Prices(given), Tokens(input=1_000_000)

    def usd(model: str, *asked: str, day: str = "2026-03-01") -> Decimal | None:
        return prices.usd(tokens, model, at(day), asked=terms(*asked))

    assert usd("my-model") == usd("my-model", "fast", "flex", "eu") == 2
    assert usd("my-model", "fast", "batch", "eu") == 1
    assert usd("my-model", "", "batch", "us", day="2026-03-05") == 3
    assert usd("my-model", "", "batch", day="2026-03-05") == 4
    assert usd("other", "", "batch") == 5
    assert usd("other", "fast") is None


def test_where_prices_come_from() -> None:
    found = Prices([own()]).source(at("2026-11-20"))
    assert found == PriceSource(version("genai-prices"), found.newest, 1, "")
    assert date(2026, 1, 1) <= date.fromisoformat(found.newest) <= date(2026, 11, 20)
    assert Prices().source(at("2026-01-15")).newest <= "2026-01-15"
    assert Prices().source(0.0).newest == ""


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    prices = Prices([own()])
    assert prices.usd(Tokens(input=1), SONNET, at("2026-03-01")) is None
    assert prices.usd(Tokens(input=500_000), "my-model", at("2026-03-01")) == 1
    assert prices.source(0.0) == PriceSource("", "", 1, NOTE)
    assert "ctxtally[cost]" in NOTE
