from __future__ import annotations

from typing import NoReturn

import pytest
import tiktoken

from ctxtally.tokens import bulk
from ctxtally.tokens.bpe import Ranks, Vocabulary, by_scan
from tests.tokens import oracle


class PanicError(BaseException):
    """As pyo3_runtime.PanicException, which derives from BaseException alone."""


@pytest.mark.parametrize("name", oracle.ENCODINGS)
def test_the_pattern_is_that_of_the_installed_tiktoken(name: str) -> None:
    assert "|".join(bulk.PATTERNS[name]) == oracle.published_pattern(name)


@pytest.mark.parametrize("name", oracle.ENCODINGS)
def test_texts_are_counted_as_by_our_counter(name: str) -> None:
    vocabulary = oracle.vocabulary(name)
    texts = ["", "<|endoftext|>", "a\ud800b", "日本語 x", *oracle.random_texts(300, seed=3)]
    assert [bulk.count_text(vocabulary, text) for text in texts] == list(
        map(vocabulary.count, texts)
    )


@pytest.mark.parametrize("name", oracle.ENCODINGS)
def test_a_piece_is_not_cut(name: str) -> None:
    vocabulary = oracle.vocabulary(name)
    ranks = Ranks(vocabulary.table)
    pieces = [text for text in oracle.random_texts(300, seed=4) if text.isascii()]
    assert [bulk.count_piece(vocabulary, piece) for piece in pieces] == [
        by_scan(piece.encode(), ranks) for piece in pieces
    ]


@pytest.mark.parametrize("space", [" ", "\t", "\xa0"])
def test_white_space_that_makes_tiktoken_panic_is_not_given_to_it(
    space: str, capfd: pytest.CaptureFixture[str]
) -> None:
    text = "x" + space * 1_000_000 + "y"
    vocabulary = oracle.vocabulary("o200k_base")
    assert bulk.count_text(vocabulary, text) is None
    # The white space is one piece, less the last character, which goes with the `y`.
    whole = bulk.count_piece(vocabulary, space * 999_999)
    assert whole is not None
    assert vocabulary.count(text) == 1 + whole + vocabulary.count(space + "y")
    assert capfd.readouterr().err == ""


def test_much_white_space_in_short_runs_is_given_to_tiktoken() -> None:
    text = (" " * 1_000 + "x\n") * 600
    vocabulary = oracle.vocabulary("o200k_base")
    assert bulk.count_text(vocabulary, text) == vocabulary.count(text)


@pytest.mark.parametrize("error", [PanicError("StackOverflow"), ImportError("tiktoken")])
def test_whatever_tiktoken_raises_is_no_answer(
    monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    fail_with(monkeypatch, error)
    assert bulk.count_text(Vocabulary("cl100k_base"), "text") is None


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_the_user_may_stop_it(monkeypatch: pytest.MonkeyPatch, stop: type[BaseException]) -> None:
    fail_with(monkeypatch, stop())
    with pytest.raises(stop):
        bulk.count_text(Vocabulary("cl100k_base"), "text")


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    monkeypatch.setattr(tiktoken, "Encoding", fail)
