from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.errors import UserError
from ctxtally.tokens import bpe, calibration, counters, engines
from ctxtally.tokens.counters import count_texts, counter
from tests.tokens.plugins import install

if TYPE_CHECKING:
    from pathlib import Path

    from ctxtally.model.count import Method

TEXT = "Don't guess: count. 1234567\n"
O200K, CL100K = 10, 11


@pytest.mark.parametrize(
    ("name", "id_", "version", "method", "label", "tokens"),
    [
        pytest.param(
            "o200k_base", "o200k_base", "446a9538", "exact", "o200k_base", O200K, id="o200k"
        ),
        pytest.param("o200k", "o200k_base", "446a9538", "exact", "o200k_base", O200K, id="alias"),
        pytest.param(
            "cl100k_base", "cl100k_base", "223921b7", "exact", "cl100k_base", CL100K, id="cl"
        ),
        pytest.param(
            "cl100k", "cl100k_base", "223921b7", "exact", "cl100k_base", CL100K, id="alias 2"
        ),
        pytest.param(
            "gpt-4", "cl100k_base", "223921b7", "exact", "cl100k_base", CL100K, id="model"
        ),
        pytest.param(
            "gpt-5.5-codex", "o200k_base", "446a9538", "exact", "o200k_base", O200K, id="by prefix"
        ),
        pytest.param(
            "openai/gpt-4o", "o200k_base", "446a9538", "exact", "o200k_base", O200K, id="routed"
        ),
        pytest.param(
            "gpt-oss-120b", "o200k_base", "446a9538", "exact", "o200k_base", O200K, id="harmony"
        ),
        pytest.param("openai", "o200k_base", "446a9538", "exact", "o200k_base", O200K, id="family"),
        *(
            pytest.param(
                model, "o200k_base", "446a9538", "calibrated", "assumed o200k_base", O200K, id=model
            )
            for model in ("gpt-6", "gpt-6-astra", "o4", "gpt-4.5", "codex-mini-latest", "gpt2")
        ),
    ],
)
def test_counters_of_published_encodings(  # noqa: PLR0917 - a table's columns
    name: str, id_: str, version: str, method: Method, label: str, tokens: int
) -> None:
    found = counter(name)
    assert (found.id, found.version, found.method, found.label) == (id_, version, method, label)
    assert found.count(TEXT) == tokens
    assert count_texts(found, [TEXT, "", TEXT]) == [tokens, 0, tokens]
    assert found.warning is None


def test_the_default_is_o200k_base() -> None:
    assert counter().id == "o200k_base"


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("claude", "claude"),
        ("claude-old", "claude-old"),
        ("claude-opus-4-7", "claude"),
        ("claude-nova-9", "claude"),
        ("anthropic/claude-3.5-sonnet", "claude-old"),
        ("gemini", "gemini"),
        ("gemini-3.5-flash", "gemini"),
        ("llama", "llama"),
    ],
)
def test_counters_of_other_families_are_estimates(name: str, family: str) -> None:
    found = counter(name)
    assert (found.id, found.label, found.method) == (family, family, "calibrated")
    assert found.version == calibration.version()
    assert found.count(TEXT) == calibration.estimate(TEXT, family).tokens
    assert count_texts(found, [TEXT, ""]) == [found.count(TEXT), 0]


@pytest.mark.parametrize(
    ("name", "help_"),
    [
        ("o200k_bse", "did you mean `o200k_base`?"),
        ("claud", "did you mean `claude`?"),
        ("wrds", "did you mean `words`?"),
        ("two words", "did you mean `words`?"),
        ("tiktoken", "did you mean `o200k_base`?"),
        ("", "did you mean `o200k_base`?"),
    ],
)
def test_an_unknown_name_is_the_users_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, help_: str
) -> None:
    install(tmp_path, monkeypatch)
    with pytest.raises(UserError) as wrong:
        counter(name)
    assert (str(wrong.value), wrong.value.help) == (f'no counter is named "{name}"', help_)


def test_an_installed_plug_in_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch)
    found = counter("words")
    assert (found.id, found.version, found.method, found.label) == (
        "words",
        "1.2",
        "exact",
        "words",
    )
    assert count_texts(found, [TEXT, ""]) == [4, 0]
    assert found.warning is None


def test_a_plug_in_for_a_model_is_preferred_to_a_guess(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch)
    assert counter("gpt-6").id == "gpt-6"


def test_a_plug_in_cannot_take_the_name_of_a_shipped_encoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch)
    assert counter("o200k_base").count(TEXT) == O200K


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("negative", "it returned -1, not a number of tokens"),
        ("no-number", "it returned 1.5, not a number of tokens"),
        ("true", "it returned True, not a number of tokens"),
        ("panics", "PanicError: index out of bounds"),
        ("not-callable", "TypeError: 'int' object is not callable"),
        ("absent-module", "ModuleNotFoundError: No module named 'gone_counters'"),
        ("absent-name", "AttributeError: module 'our_counters' has no attribute 'gone'"),
    ],
)
def test_a_plug_in_that_fails_gives_way_to_the_default_with_one_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, why: str
) -> None:
    install(tmp_path, monkeypatch)
    found = counter(name)
    assert found.count(TEXT) == O200K
    warning = f"the counter `{name}` cannot count ({why}): using o200k_base instead"
    assert found.warning == warning
    assert (found.id, found.version, found.method, found.label) == (
        "o200k_base",
        "446a9538",
        "exact",
        "o200k_base",
    )
    assert found.count(TEXT) == O200K
    assert found.warning == warning


def test_texts_of_one_call_are_all_counted_by_the_same_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch)
    found = counter("sometimes")
    assert count_texts(found, ["plain", "caf\u00e9"]) == [1, 2]
    assert found.id == "o200k_base"


def test_the_user_may_stop_a_plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        counter("stopped").count(TEXT)


def test_any_other_counter_is_asked_for_each_text() -> None:
    class Lengths:
        id = label = "lengths"
        version = "1"
        method: Method = "exact"
        warning = None

        def count(self, text: str) -> int:
            return len(text)

    assert count_texts(Lengths(), ["a", "bcd"]) == [1, 3]


@pytest.fixture
def _no_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_opened", {})
    monkeypatch.setattr(bpe, "data_file", lambda name: f"/nowhere/{name}")


@pytest.mark.usefixtures("_no_vocabulary")
def test_without_a_vocabulary_counts_are_guesses_that_say_so() -> None:
    found = counter("o200k_base")
    text = "Run `make test` before every commit; read CONTRIBUTING.md first. <|endoftext|>\n" * 20
    tokens = found.count(text)
    assert tokens == found.count(text) == calibration.guess("o200k_base", text).tokens
    assert (found.id, found.label) == ("guessed-o200k_base", "guessed o200k_base")
    assert (found.method, found.version) == ("calibrated", calibration.version())
    assert found.warning == (
        "the counter `o200k_base` cannot count ([Errno 2] No such file or directory: "
        "'/nowhere/o200k_base.ranks'): using guessed o200k_base instead"
    )
    # 18 tokens a line by the vocabulary; a guess is of the same size.
    assert 0.75 < tokens / (20 * 18) < 1.35


@pytest.mark.usefixtures("_no_vocabulary")
def test_a_plug_in_may_fail_even_without_a_vocabulary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch)
    found = counter("panics")
    assert found.count("some text") == calibration.guess("o200k_base", "some text").tokens
    assert found.label == "guessed o200k_base"
    assert found.warning is not None
    assert found.warning.startswith("the counter `o200k_base` cannot count (")


def test_what_has_no_fallback_says_why() -> None:
    def broken(_: object) -> list[int]:
        raise engines.EngineError("out of order")

    with pytest.raises(engines.EngineError, match="out of order"):
        counters.NamedCounter(id="x", version="1", engine=broken).count("text")
