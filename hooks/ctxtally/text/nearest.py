"""Which of the words that would do somebody probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# No word we offer is half as long, and the comparison takes quadratic time.
_LONGEST = 100


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice most like `word` in any case, or `None` where none is like it.

    >>> nearest("tokns", ["bytes", "tokens"]), nearest("pears", ["bytes", "tokens"])
    ('tokens', None)
    """
    from difflib import get_close_matches

    folded = {choice.lower(): choice for choice in choices}
    found = get_close_matches(word[:_LONGEST].lower(), sorted(folded), n=1)
    return folded[found[0]] if found else None
