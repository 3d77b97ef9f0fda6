"""A labelled set: invented documents in which known passages are repeated, edited by known amounts.

Words are made of syllables, so no text of anybody is in it. The same seed gives the same texts.
"""

# ruff: noqa: E501 - the authored rules are one line each

from __future__ import annotations

import random
import re
from itertools import product
from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SIZES = {"S": (14, 25), "M": (35, 60), "L": (90, 150)}
STOPS = "the a of to in and is for with that be this on it as are by not or when".split()  # noqa: SIM905 - read as text
SYLLABLES = [
    a + b for a, b in product("bdfgklmnprstv", ("a", "e", "i", "o", "u", "ar", "en", "is"))
]
# A rule, the rule in other words, and a rule that only looks like it.
AUTHORED = (
    (
        "Before you tag a release, run the migration check against a copy of the production data.",
        "Run the migration check against a copy of the production data before tagging any release.",
        "Before you delete a branch, run the licence check against a list of the approved vendors.",
    ),
    (
        "Write a regression test for every bug, and name the ticket number in its first comment line.",
        "For every bug write a regression test whose first comment line names the number of the ticket.",
        "Write a benchmark for every cache, and name the expected latency in its last output column.",
    ),
    (
        "Store uploaded images in the media bucket under a random name, and keep only their checksum.",
        "Uploaded images are stored under a random name in the media bucket; keep only the checksum.",
        "Store exported invoices in the archive folder under their customer name, and keep each year.",
    ),
    (
        "Wrap calls to the payment provider in a retry with backoff, and give up after four attempts.",
        "Calls to the payment provider are wrapped in a retry with backoff that gives up after four attempts.",
        "Wrap calls to the search cluster in a short timeout, and show cached results after two failures.",
    ),
    (
        "Translate every message through the catalogue, because customers read the interface in nine languages.",
        "Customers read the interface in nine languages, so every message is translated through the catalogue.",
        "Validate every address through the geocoder, because drivers find the entrance in few districts.",
    ),
    (
        "Sort imports by the formatter alone; a reviewer should never spend a comment on their order.",
        "Imports are sorted by the formatter alone, and no reviewer should spend a comment on their order.",
        "Group exports by the feature alone; an editor should never open a window on their source.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Lines `first` to `last` of `path` repeat lines `start` to `end` of `source`."""

    edit: str
    size: str
    path: str
    first: int
    last: int
    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Texts in load order, the same ones with nothing planted, and what was planted."""

    files: dict[str, str]
    clean: dict[str, str]
    labels: tuple[Label, ...]


class Writer:
    """Writes items and paragraphs of invented words, common ones more often than rare ones."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        made = {
            "".join(chance.choices(SYLLABLES, k=chance.choice((2, 2, 3)))) for _ in range(2_600)
        }
        self.words = sorted(made)
        chance.shuffle(self.words)
        self.weights = [1 / (rank + 40) for rank in range(len(self.words))]

    def sentence(self, words: int) -> str:
        rare = iter(self.chance.choices(self.words, self.weights, k=words))
        said = [
            self.chance.choice(STOPS) if self.chance.random() < 0.35 else next(rare)
            for _ in range(words)
        ]
        return " ".join(said).capitalize() + "."

    def block(self) -> list[str]:
        """Return a few items, or a paragraph."""
        if self.chance.random() < 0.6:
            count = self.chance.randint(3, 6)
            return [f"- {self.sentence(self.chance.randint(6, 16))}" for _ in range(count)]
        return [" ".join(self.sentence(self.chance.randint(8, 16)) for _ in range(3))]

    def passage(self, least: int, most: int) -> list[str]:
        """Return items with so many words together."""
        items: list[str] = []
        left = self.chance.randint(least, most)
        while left > 0:
            words = min(left, self.chance.randint(9, 16)) if left > 20 else left
            items.append(f"- {self.sentence(words)}")
            left -= words
        return items

    def changed(self, items: list[str], share: float) -> list[str]:
        """Replace each word with this probability."""

        def other(word: re.Match[str]) -> str:
            return self.chance.choice(self.words) if self.chance.random() < share else word[0]

        return [re.sub(r"\w+", other, item) for item in items]


def _formatted(items: list[str]) -> list[str]:
    return [re.sub(r"^- (\w+) (.*)\.$", r"* **\1** \2", item) for item in items]


def _reordered(items: list[str], chance: random.Random) -> list[str]:
    if len(items) == 1:
        words = items[0].removeprefix("- ").split()
        half = len(words) // 2
        return [f"- {' '.join((*words[half:], *words[:half]))}"]
    return chance.sample(items, len(items))


EDITS: Mapping[str, Callable[[Writer, list[str]], list[str]]] = {
    "exact": lambda _, items: items,
    "format": lambda _, items: _formatted(items),
    "words05": lambda writer, items: writer.changed(items, 0.05),
    "words10": lambda writer, items: writer.changed(items, 0.10),
    "words20": lambda writer, items: writer.changed(items, 0.20),
    "words30": lambda writer, items: writer.changed(items, 0.30),
    "reorder": lambda writer, items: _reordered(items, writer.chance),
    "mixed": lambda writer, items: _formatted(
        writer.changed(_reordered(items, writer.chance), 0.10)
    ),
}


def passages(*, seed: int, documents: int, copies: int) -> Labelled:
    """Return documents with so many copies of each edit and size, and the authored items."""
    chance = random.Random(seed)  # noqa: S311 - invented texts
    writer = Writer(chance)
    bodies = [
        [[f"## {writer.sentence(3)}"], *(writer.block() for _ in range(chance.randint(5, 12)))]
        for _ in range(documents)
    ]
    clean = {f"d{at:03}.md": _text(body) for at, body in enumerate(bodies)}
    planted: list[tuple[str, str, list[str], list[str]]] = []
    for edit, size in product(EDITS, SIZES):
        for _ in range(copies):
            items = writer.passage(*SIZES[size])
            planted.append((edit, size, items, [*EDITS[edit](writer, items)]))
    for base, light, trap in AUTHORED:
        items = [f"- {base}"]
        planted.append(("light", "S", items, [f"- {light}"]))
        planted.append(("trap", "S", items, [f"- {trap}"]))
    there: dict[int, int] = {}
    for _, _, items, copy in planted:
        source = there.get(id(items))
        if source is None:
            source = there[id(items)] = chance.randrange(documents - 1)
            _insert(bodies[source], items, chance)
        _insert(bodies[chance.randrange(source + 1, documents)], copy, chance)
    return Labelled(
        files={f"d{at:03}.md": _text(body) for at, body in enumerate(bodies)},
        clean=clean,
        labels=tuple(_label(bodies, *one) for one in planted),
    )


def _insert(body: list[list[str]], block: list[str], chance: random.Random) -> None:
    """Put a block anywhere below the heading, between others that will keep it apart."""
    body.insert(chance.randint(1, len(body)), block)


def _text(body: list[list[str]]) -> str:
    return "\n\n".join("\n".join(block) for block in body) + "\n"


def _label(
    bodies: list[list[list[str]]], edit: str, size: str, items: list[str], copy: list[str]
) -> Label:
    path, first = _place(bodies, copy)
    source, start = _place(bodies, items)
    return Label(
        edit=edit,
        size=size,
        path=path,
        first=first,
        last=first + len(copy) - 1,
        source=source,
        start=start,
        end=start + len(items) - 1,
    )


def _place(bodies: list[list[list[str]]], block: list[str]) -> tuple[str, int]:
    """Return the document that holds this very block, and its first line there."""
    for at, body in enumerate(bodies):
        line = 1
        for one in body:
            if one is block:
                return f"d{at:03}.md", line
            line += len(one) + 1
    raise ValueError("it was not planted")
