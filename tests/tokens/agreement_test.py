from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.model.agreement import Agreement
from ctxtally.model.count import Count
from ctxtally.tokens import engines
from ctxtally.tokens.agreement import basis, ours, totals
from ctxtally.tokens.calibration import describe, estimate
from ctxtally.tokens.families import CLAUDE, OPENAI

TEXT = "\u4f60\u597d\uff0c\u4e16\u754c\uff01\U0001f30d"  # 6 tokens of o200k_base, 10 of cl100k_base


def agreement(api: int, tokens: int, low: int, high: int, path: str = "a.md") -> Agreement:
    count = Count(tokens=tokens, counter="claude", method="calibrated", low=low, high=high)
    return Agreement(path=path, api=api, ours=count, model="claude-opus-5")


@pytest.mark.parametrize(
    ("model", "tokens", "counter", "method"),
    [
        ("gpt-5", 6, "o200k_base", "exact"),
        ("openai/gpt-4o", 6, "o200k_base", "exact"),
        ("gpt-4", 10, "cl100k_base", "exact"),
        ("gpt-oss-120b", 6, "o200k_base", "exact"),
        ("gpt-6", 6, "assumed o200k_base", "calibrated"),
        ("gpt2", 6, "assumed o200k_base", "calibrated"),
        ("house-model", 6, "assumed o200k_base", "calibrated"),
    ],
)
def test_ours_for_openai(model: str, tokens: int, counter: str, method: str) -> None:
    found = ours(TEXT, path="AGENTS.md", model=model, family=OPENAI)
    assert (found.tokens, found.low, found.high) == (tokens, tokens, tokens)
    assert (found.counter, found.method) == (counter, method)


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("claude-opus-5", "claude"),
        ("claude-opus-4-5", "claude-old"),
        ("house-model", "claude"),
    ],
)
@pytest.mark.parametrize(("path", "kind"), [("a/CLAUDE.md", "markdown"), ("a.json", "json")])
def test_ours_for_anthropic(model: str, family: str, path: str, kind: str) -> None:
    text = "Run the tests before you commit, and read their log.\n" * 20
    found = ours(text, path=path, model=model, family=CLAUDE)
    assert found == estimate(text, family, kind="markdown" if kind == "markdown" else "json")
    assert found.counter == family
    assert found.low < found.tokens < found.high


def test_without_a_vocabulary_the_count_is_a_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> list[int]:
        raise engines.EngineError("gone")

    monkeypatch.setattr(engines, "shipped", lambda _: broken)
    assert ours("some words", path="a.md", model="gpt-5", family=OPENAI).counter == (
        "guessed o200k_base"
    )
    assert ours("some words", path="a.md", model="gpt-6", family=OPENAI).counter == (
        "assumed guessed o200k_base"
    )


@pytest.mark.parametrize(
    ("model", "family", "told"),
    [
        ("gpt-4", OPENAI, "cl100k_base, exact"),
        ("gpt-6", OPENAI, "assumed o200k_base: the encoding of gpt-6 is not known here"),
        ("claude-opus-5", CLAUDE, f"claude, {describe('claude')}"),
        ("claude-haiku-4-5", CLAUDE, f"claude-old, {describe('claude-old')}"),
        ("house-model", CLAUDE, f"claude, {describe('claude')}"),
    ],
)
def test_basis(model: str, family: str, told: str) -> None:
    assert basis(model, family) == told


@pytest.mark.parametrize(
    ("row", "percent", "inside"),
    [
        pytest.param(agreement(100, 100, 100, 100), 0.0, True, id="equal"),
        pytest.param(agreement(100, 101, 101, 101), 1.0, False, id="exact and one too many"),
        pytest.param(agreement(100, 80, 70, 100), -20.0, True, id="the upper end"),
        pytest.param(agreement(100, 120, 100, 130), 20.0, True, id="the lower end"),
        pytest.param(agreement(100, 80, 70, 99), -20.0, False, id="above the band"),
        pytest.param(agreement(1, 3, 2, 4), 200.0, False, id="below the band"),
    ],
)
def test_one_row(row: Agreement, percent: float, *, inside: bool) -> None:
    assert (row.error_percent, row.in_band, row.method) == (percent, inside, "api")


def test_totals() -> None:
    rows = [
        agreement(100, 110, 90, 120, "a.md"),
        agreement(100, 70, 60, 90, "b.md"),
        agreement(100, 130, 125, 140, "c.md"),
    ]
    found = totals(rows)
    assert found is not None
    assert (found.files, found.in_band, found.worst.path) == (3, 1, "b.md")
    assert found.mean_percent == pytest.approx(70 / 3)
    assert found.bias_percent == pytest.approx(10 / 3)


def test_totals_over_nothing() -> None:
    assert totals([]) is None


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**6)), min_size=1, max_size=20))
def test_totals_keep_their_order(pairs: list[tuple[int, int]]) -> None:
    found = totals([agreement(api, tokens, tokens, tokens) for api, tokens in pairs])
    assert found is not None
    slack = 1e-9 * (1 + found.mean_percent)
    assert abs(found.bias_percent) <= found.mean_percent + slack
    assert found.mean_percent <= abs(found.worst.error_percent) + slack
    assert found.in_band == sum(api == tokens for api, tokens in pairs)
