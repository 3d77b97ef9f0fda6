"""Reworded blocks, against a comparison of all pairs."""

from __future__ import annotations

import random

import pytest

from ctxtally.redundancy.items import Leaves, leaves
from ctxtally.redundancy.scan import Scanned, scan
from ctxtally.redundancy.words import Lexicon

NOUNS = ("commit", "branch", "release", "migration", "gateway", "secret", "pipeline", "worker")
VERBS = ("check", "publish", "rotate", "archive", "refuse", "restart", "describe", "compare")


def document(chance: random.Random, items: int) -> list[str]:
    lines = []
    for _ in range(items):
        words = [chance.choice((*NOUNS, *VERBS)) for _ in range(chance.randint(6, 14))]
        lines.append(f"- {' '.join(words)}")
    return lines


def expected(texts: list[Scanned], weights: dict[int, int]) -> list[tuple[int, int, float]]:
    """Return for each block the text and start of its best partner, by looking at all of them."""
    known: list[tuple[int, int, frozenset[int]]] = []
    found = []
    for number, text in enumerate(texts):
        for block, words in leaves(text):
            weight = sum(weights[word] for word in words)
            if weight < 4_000:
                continue
            best = max(
                known, key=lambda one: _alike(one[2], words, weights), default=(0, 0, frozenset())
            )
            similarity = _alike(best[2], words, weights)
            if similarity >= 0.65:
                found.append((best[0], best[1], similarity))
            if similarity < 1:
                known.append((number, block.start, words))
    return found


def _alike(one: frozenset[int], other: frozenset[int], weights: dict[int, int]) -> float:
    both = sum(weights[word] for word in one | other)
    return sum(weights[word] for word in one & other) / both if both else 0.0


@pytest.mark.parametrize("seed", range(5))
def test_the_best_partner_is_found(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - invented texts
    lexicon = Lexicon()
    texts = [scan(document(chance, 40), lexicon) for _ in range(4)]
    joined = Leaves(texts, lexicon.weights)
    found = [
        (one.source, one.first.start, one.similarity)
        for at in range(len(texts))
        for one in joined.push(at)
    ]
    assert len(found) > 5
    assert found == expected(texts, lexicon.weights)


def test_what_was_popped_is_forgotten() -> None:
    lexicon = Lexicon()
    item = "- Publish the release candidate once the whole pipeline is green again"
    texts = [scan([text], lexicon) for text in ("- nothing", item, item)]
    joined = Leaves(texts, lexicon.weights)
    assert list(joined.push(0)) == []
    assert list(joined.push(1)) == []
    joined.pop()
    assert list(joined.push(2)) == []
    (again,) = joined.push(1)
    assert (again.source, again.similarity) == (2, 1.0)
