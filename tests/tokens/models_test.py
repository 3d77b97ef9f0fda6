from __future__ import annotations

import pytest
from tiktoken.model import MODEL_PREFIX_TO_ENCODING, MODEL_TO_ENCODING, encoding_name_for_model

from ctxtally.tokens.models import ENCODINGS, PREFIXES, encoding_of


def test_the_table_is_that_of_the_installed_tiktoken() -> None:
    assert ENCODINGS == MODEL_TO_ENCODING
    assert list(PREFIXES.items()) == list(MODEL_PREFIX_TO_ENCODING.items())


@pytest.mark.parametrize(
    "model",
    ["gpt-5.6", "gpt-4o-2024-05-13", "gpt-4-32k", "ft:gpt-4o-mini", "o4-mini-high", "gpt2", "o1"],
)
def test_models_are_resolved_as_tiktoken_does(model: str) -> None:
    assert encoding_of(model) == encoding_name_for_model(model)


@pytest.mark.parametrize("model", ["gpt-6", "o4", "gpt-4.5", "claude-opus-5", "gemini-2.5-pro", ""])
def test_a_model_that_tiktoken_does_not_know_has_no_encoding(model: str) -> None:
    with pytest.raises(KeyError):
        encoding_name_for_model(model)
    assert encoding_of(model) is None
