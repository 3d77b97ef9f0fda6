from __future__ import annotations

import pytest

from ctxtally.tokens import bpe, bulk, engines
from ctxtally.tokens.engines import EngineError, shipped
from tests.tokens import oracle


@pytest.fixture(autouse=True)
def _opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_opened", {})


def test_the_versions_are_those_of_the_shipped_tables() -> None:
    for name, version in engines.VERSIONS.items():
        assert oracle.published_sha256(name).startswith(version)
        assert oracle.vocabulary(name).table.sha256.startswith(version)


@pytest.mark.parametrize(
    ("lengths", "bulky"),
    [
        pytest.param([engines.BULK - 2, 1], False, id="just below"),
        pytest.param([engines.BULK // 2, engines.BULK // 2], True, id="at the crossover, together"),
    ],
)
def test_much_text_is_counted_in_bulk(
    monkeypatch: pytest.MonkeyPatch, lengths: list[int], *, bulky: bool
) -> None:
    monkeypatch.setattr(bulk, "count_text", lambda _, text: -len(text))
    monkeypatch.setattr(bpe.Vocabulary, "count", lambda _, text: len(text))
    texts = ["x" * length for length in lengths]
    sign = -1 if bulky else 1
    assert shipped("o200k_base")(texts) == [sign * length for length in lengths]


def test_what_tiktoken_cannot_count_is_counted_by_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BULK", 10)
    monkeypatch.setattr(bulk, "count_text", lambda _, text: None if "b" in text else 7)
    assert shipped("o200k_base")(["a text of its own", "b"]) == [7, 1]


def test_both_engines_give_the_same_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["Use `make test`.\n" * 100, "日本語\n" * 50, ""]
    plain = shipped("cl100k_base")(texts)
    monkeypatch.setattr(engines, "BULK", 100)
    assert shipped("cl100k_base")(texts) == plain == [500, 250, 0]


def test_a_missing_table_cannot_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bpe, "data_file", lambda name: f"/nowhere/{name}")
    with pytest.raises(EngineError) as failed:
        shipped("o200k_base")(["text"])
    assert str(failed.value) == ("[Errno 2] No such file or directory: '/nowhere/o200k_base.ranks'")


def test_the_table_of_another_vocabulary_cannot_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engines.VERSIONS, "o200k_base", "00000000")
    with pytest.raises(EngineError) as failed:
        shipped("o200k_base")(["text"])
    assert str(failed.value) == "the rank table of o200k_base is of another vocabulary"
