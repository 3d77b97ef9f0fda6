"""Words as redundancy sees them: numbers and weights, the same in every run and everywhere."""

from __future__ import annotations

import re
from hashlib import blake2b

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_LINK_TARGET = re.compile(r"\]\([^)\n]*\)")
# Han and kana are written without spaces: one word per character, or a sentence would be one word.
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")

# Weights, in units in which a passage needs 5,500: they were tuned on a labelled set, where they
# told reworded rules from look-alikes better than word frequencies did.
_STOP, _DIGITS, _LEAST, _PER_LETTER, _MOST_LETTERS = 150, 400, 200, 100, 6
_STOP_WORDS = """
0 1 2 3 4 5 6 7 8 9 a after all an and any are as at be been before both but by can could do does
each every first for from had has have how if in into is it its may might more most must new no not
of off on only or other our out over own per should so some such than that the their them then
there these they this those to too under until up use used using very via was we were what when
where which while who will with within without would you your
"""
_STOPPING = frozenset(_STOP_WORDS.split())
# Words that turn a rule round: what differs in one of them is another rule, not a copy.
_TURNING_WORDS = """
avoid can't cannot don't except may must mustn't never no not only should shouldn't unless without
won't
"""
TURNING = frozenset(_TURNING_WORDS.split())
# Words around which order is meaning: "tabs over spaces".
PIVOTS = frozenset(
    ("after", "before", "instead", "not", "over", "rather", "than", "then", "unless")
)


class Lexicon:
    """Gives words a number, the same one always, and remembers their weights and spellings."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self.weights: dict[int, int] = {}
        self.spellings: dict[int, str] = {}

    def read(self, line: str) -> list[int]:
        """Return the words of a line; the text of a link counts, its address does not."""
        if "](" in line:
            line = _LINK_TARGET.sub("]", line)
        if not line.isascii():
            line = _IDEOGRAPH.sub(r" \g<0> ", line.replace("\u2019", "'"))
        ids = self._ids
        found = _WORD.findall(line.casefold())
        try:
            return [ids[word] for word in found]
        except KeyError:
            return [self.number(word) for word in found]

    def number(self, word: str) -> int:
        """Return the number of a casefolded word."""
        return self._ids.get(word) or self._learn(word)

    def _learn(self, word: str) -> int:
        # Eight bytes: among ten million different words a clash is as likely as 1 in 180,000.
        number = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big") | 1
        self._ids[word] = number
        self.weights[number] = _weight(word)
        self.spellings[number] = word
        return number


def _weight(word: str) -> int:
    if word in _STOPPING:
        return _STOP
    if word.isdigit():
        return _DIGITS
    return _LEAST + _PER_LETTER * min(len(word), _MOST_LETTERS)
