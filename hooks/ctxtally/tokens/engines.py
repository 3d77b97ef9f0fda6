"""What counts texts with a shipped encoding: our counter, or tiktoken where there is much to do."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctxtally.tokens.bpe import Vocabulary

# The first 8 digits of the sha256 of the published vocabulary, known without opening the table.
VERSIONS = {"o200k_base": "446a9538", "cl100k_base": "223921b7"}
# Of text to count in one call, in characters: with more, tiktoken's slow start pays. Measured cold,
# the two cost the same at 1.7 million characters of English and at 0.8 with much Japanese in it.
BULK = 1_000_000


class EngineError(Exception):
    """A counter's engine cannot count; the message says why in a few words."""


_opened: dict[str, Vocabulary] = {}


def shipped(name: str) -> Callable[[Sequence[str]], list[int]]:
    """Return what counts texts with a shipped encoding; its data is opened at the first count."""

    def count_texts(texts: Sequence[str]) -> list[int]:
        vocabulary = _opened.get(name) or _open(name)
        if sum(map(len, texts)) < BULK:
            return [vocabulary.count(text) for text in texts]
        from ctxtally.tokens.bulk import count_text

        found = ((text, count_text(vocabulary, text)) for text in texts)
        return [vocabulary.count(text) if count is None else count for text, count in found]

    return count_texts


def _open(name: str) -> Vocabulary:
    from ctxtally.tokens.bpe import Vocabulary

    try:
        vocabulary = Vocabulary(name)
    except (OSError, ValueError) as error:
        raise EngineError(str(error)) from error
    if not vocabulary.table.sha256.startswith(VERSIONS[name]):
        raise EngineError(f"the rank table of {name} is of another vocabulary")
    return _opened.setdefault(name, vocabulary)
