from __future__ import annotations

import contextlib
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.model.budget import Bound
from ctxtally.text.figures import LARGEST
from ctxtally.text.quantities import QuantityError, quantity


@pytest.mark.parametrize(
    ("written", "unit", "amount"),
    [
        pytest.param(6000, "tokens", 6_000, id="a number counts tokens"),
        pytest.param(0, "tokens", 0, id="zero"),
        pytest.param("6000", "tokens", 6_000, id="digits"),
        pytest.param(" 6000 ", "tokens", 6_000, id="blanks around"),
        pytest.param("6,000", "tokens", 6_000, id="commas between thousands"),
        pytest.param("6_000", "tokens", 6_000, id="underscores between thousands"),
        pytest.param("1,234,567", "tokens", 1_234_567, id="several commas"),
        pytest.param("1_234_567", "tokens", 1_234_567, id="several underscores"),
        pytest.param("200k", "tokens", 200_000, id="k"),
        pytest.param("200K", "tokens", 200_000, id="K"),
        pytest.param("1M", "tokens", 1_000_000, id="M"),
        pytest.param("6k tokens", "tokens", 6_000, id="k and a unit"),
        pytest.param("6 k tokens", "tokens", 6_000, id="k after a blank"),
        pytest.param("1 token", "tokens", 1, id="singular token"),
        pytest.param("32 KiB", "bytes", 32_768, id="KiB is 1,024"),
        pytest.param("32KiB", "bytes", 32_768, id="no blank before the unit"),
        pytest.param("10 kB", "bytes", 10_000, id="kB is 1,000"),
        pytest.param("4 MiB", "bytes", 4_194_304, id="MiB"),
        pytest.param("4 MB", "bytes", 4_000_000, id="MB"),
        pytest.param("7 B", "bytes", 7, id="B"),
        pytest.param("7 bytes", "bytes", 7, id="bytes"),
        pytest.param("1 byte", "bytes", 1, id="singular byte"),
        pytest.param("12,000 chars", "chars", 12_000, id="chars"),
        pytest.param("12k chars", "chars", 12_000, id="k chars"),
        pytest.param("1 char", "chars", 1, id="singular char"),
        pytest.param("200 lines", "lines", 200, id="lines"),
        pytest.param("1 line", "lines", 1, id="singular line"),
        pytest.param(2**53, "tokens", 2**53, id="the largest"),
    ],
)
def test_absolute(written: int | str, unit: str, amount: int) -> None:
    text = str(written).strip()
    assert quantity(written) == Bound(text=text, unit=unit, amount=amount)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "amount", "window"),
    [
        pytest.param("5% of 200k", 10_000, 200_000, id="whole per cent"),
        pytest.param("2.5% of 200k", 5_000, 200_000, id="one decimal"),
        pytest.param("0.25% of 200,000 tokens", 500, 200_000, id="two decimals"),
        pytest.param("5 %  of  1M", 50_000, 1_000_000, id="blanks"),
        pytest.param("33.33% of 100", 33, 100, id="rounded down"),
        pytest.param("100% of 128k", 128_000, 128_000, id="all of it"),
    ],
)
def test_share_of_a_window(written: str, amount: int, window: int) -> None:
    assert quantity(written) == Bound(text=written, unit="tokens", amount=amount, window=window)


@pytest.mark.parametrize(
    ("written", "amount", "of"),
    [
        pytest.param("90%", 9_000, "max", id="bare: of max"),
        pytest.param("90% of max", 9_000, "max", id="of max"),
        pytest.param("120% of estimate", 12_000, "estimate", id="of the estimate"),
        pytest.param("2.5% of estimate", 250, "estimate", id="decimal"),
        pytest.param("100% of token_budget", 10_000, "token_budget", id="of the token budget"),
        pytest.param("0%", 0, "max", id="zero"),
    ],
)
def test_share_of_something_else(written: str, amount: int, of: str) -> None:
    assert quantity(written) == Bound(text=written, unit="tokens", amount=amount, of=of)  # type: ignore[arg-type]


def test_a_lower_bound_is_rounded_up() -> None:
    assert quantity("33.33% of 100", lower=True).amount == 34


FORMS = (
    'write 6000, "6k tokens", "32 KiB", "12,000 chars", "200 lines", "5% of 200k", '
    '"90%" (of `max`), "120% of estimate", "100% of token_budget" or "15% of total"'
)


@pytest.mark.parametrize(
    ("written", "reason", "meant"),
    [
        pytest.param(True, "it is neither a whole number nor a string", "", id="a truth"),
        pytest.param(2.5, "it is neither a whole number nor a string", "", id="a fraction"),
        pytest.param([6], "it is neither a whole number nor a string", "", id="a list"),
        pytest.param(-5, "it is negative", "", id="negative number"),
        pytest.param("-5 lines", "it is negative", "", id="negative string"),
        pytest.param("", "it does not begin with a number", "", id="nothing"),
        pytest.param("baseline", "it does not begin with a number", "", id="a word"),
        pytest.param("~6k", "it does not begin with a number", "", id="about"),
        pytest.param("٦٠٠", "it does not begin with a number", "", id="other digits"),
        pytest.param("6000 tokns", '"tokns" is not a unit', "tokens", id="misspelt unit"),
        pytest.param("32 kib", '"kib" is not a unit', "KiB", id="unit in another case"),
        pytest.param("32 KB", '"KB" is not a unit', "kB", id="KB is ambiguous"),
        pytest.param("32 k bytes", '"k bytes" is not a unit', "bytes", id="k is for no bytes"),
        pytest.param("9 characters", '"characters" is not a unit', "chars", id="long word"),
        pytest.param("6 apples", '"apples" is not a unit', "", id="nothing like it"),
        pytest.param("6k\ntokens!", '"k\\ntokens!" is not a unit', "tokens", id="two lines"),
        pytest.param("1.5k", '"1.5" is not a whole number', "", id="decimals"),
        pytest.param("6,00", '"6,00" is not a whole number', "", id="odd grouping"),
        pytest.param("1,000_000", '"1,000_000" is not a whole number', "", id="mixed grouping"),
        pytest.param("007", '"007" is not a whole number', "", id="leading zeros"),
        pytest.param(
            "2.555% of 200k",
            '"2.555" is not a percentage with at most two decimals',
            "",
            id="three decimals",
        ),
        pytest.param(
            "1,000%",
            '"1,000" is not a percentage with at most two decimals',
            "",
            id="grouped percentage",
        ),
        pytest.param(
            "5% 200k",
            'after "%" comes nothing, or "of" and what it is a share of',
            "",
            id="no of",
        ),
        pytest.param(
            "5% of estimat",
            'there are no shares of "estimat"',
            "estimate",
            id="misspelt base",
        ),
        pytest.param("5% of it", 'there are no shares of "it"', "", id="unknown base"),
        pytest.param(
            "5% of 32 KiB",
            'a share is of a window in tokens, not of "32 KiB"',
            "",
            id="share of bytes",
        ),
        pytest.param("5% of 200 tokns", '"tokns" is not a unit', "tokens", id="window's unit"),
        pytest.param(2**53 + 1, "it is more than 9,007,199,254,740,992", "", id="too large"),
        pytest.param("9" * 5000, "it is more than 9,007,199,254,740,992", "", id="many digits"),
        pytest.param(
            "9007199254740992k", "it is more than 9,007,199,254,740,992", "", id="large times 1,000"
        ),
        pytest.param("9" * 5000 + "%", "it is more than 9,007,199,254,740,992", "", id="share"),
        pytest.param(
            "900719925474099% of 9007199254740992",
            "it is more than 9,007,199,254,740,992",
            "",
            id="share of a large window",
        ),
    ],
)
def test_refused(written: object, reason: str, meant: str) -> None:
    with pytest.raises(QuantityError) as refused:
        quantity(written)
    question = f'did you mean "{meant}"? ' if meant else ""
    assert (str(refused.value), refused.value.help) == (reason, question + FORMS)


@given(
    st.integers(0, 10**9),
    st.sampled_from(["{}", "{:,}", "{:_}"]),
    st.sampled_from([("", 1), (" tokens", 1), ("k", 1000), (" kB", 1000), (" MiB", 2**20)]),
)
def test_whole_amounts_are_exact(number: int, form: str, unit: tuple[str, int]) -> None:
    assert quantity(form.format(number) + unit[0]).amount == number * unit[1]


@given(st.integers(0, 30_000), st.integers(0, 2**40))
def test_shares_are_exact_and_never_widened(hundredths: int, window: int) -> None:
    exact = Fraction(hundredths, 10_000) * window
    written = f"{hundredths // 100}.{hundredths % 100:02}% of {window}"
    assert quantity(written).amount == floor(exact)
    assert quantity(written, lower=True).amount == ceil(exact)


@given(st.text(alphabet="0123456789.,_% ofkKMtokensBi-", max_size=30) | st.text(max_size=30))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    with contextlib.suppress(QuantityError):
        bound = quantity(text)
        assert 0 <= bound.amount <= LARGEST
        assert bound.text == text.strip()
