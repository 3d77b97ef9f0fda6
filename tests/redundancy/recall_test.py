"""After a change the answer is that of a comparison of everything."""

from __future__ import annotations

import random

import pytest

from ctxtally.redundancy.packing import packed, unpacked
from ctxtally.redundancy.recall import MOST_CHANGED, recalled, remembered
from ctxtally.redundancy.windows import Window, compared
from ctxtally.redundancy.words import Lexicon
from tests.redundancy.labelled import Writer, passages
from tests.redundancy.texts import read

FILES = passages(seed=3, documents=30, copies=2).files
EVERY = tuple(range(len(FILES)))
WINDOWS = (
    Window(name="all", base=EVERY),
    Window(name="some", base=EVERY[:12], members=EVERY[12:]),
    Window(name="others", base=EVERY[:5] + EVERY[20:28]),
)


def edited(seed: int, changes: int) -> dict[str, str]:
    """Return the files with some of them changed: lines taken away, moved, copied, written."""
    chance = random.Random(seed)  # noqa: S311 - the same texts every time are wanted
    writer = Writer(chance)
    files = dict(FILES)
    for path in chance.sample(sorted(files), changes):
        lines = files[path].split("\n")
        del lines[chance.randrange(len(lines)) :][: chance.randrange(9)]
        other = files[chance.choice(sorted(files))].split("\n")
        at = chance.randrange(len(other))
        lines[chance.randrange(len(lines) + 1) :] = [*other[at : at + 9], *writer.block()]
        files[path] = "\n".join(lines)
    return files


@pytest.mark.parametrize("seed", range(6))
def test_a_change(seed: int) -> None:
    lexicon = Lexicon()
    old = read(FILES, lexicon)
    memory = remembered([*FILES.values()], old, list(compared(old, WINDOWS, lexicon)), lexicon)
    assert memory is not None
    files = edited(seed, 1 + seed % 4)
    fresh = Lexicon()
    new = read(files, fresh)
    former = read(FILES, fresh)
    found = recalled(memory, [*files.values()], new, former.__getitem__, fresh)
    assert found == list(compared(read(files, fresh), WINDOWS, fresh))
    assert found != memory.answer, "the change can be seen"


def test_nothing_changed() -> None:
    lexicon = Lexicon()
    texts = read(FILES, lexicon)
    memory = remembered([*FILES.values()], texts, list(compared(texts, WINDOWS, lexicon)), lexicon)
    assert memory is not None
    assert recalled(memory, [*FILES.values()], [], [].__getitem__, lexicon) is memory.answer


def test_a_large_change_is_compared_as_a_whole() -> None:
    lexicon = Lexicon()
    texts = read(FILES, lexicon)
    memory = remembered([*FILES.values()], texts, [], lexicon)
    assert memory is not None
    keys = [f"new {at}" if at <= MOST_CHANGED else key for at, key in enumerate(FILES.values())]
    assert recalled(memory, keys, texts, texts.__getitem__, lexicon) is None
    assert recalled(memory, ["new", *keys[1:]], texts, lambda _: None, lexicon) is None


def test_a_crowded_answer_is_not_kept() -> None:
    lexicon = Lexicon()
    rule = "publish the quarterly zebra report before every customer invoice number"
    items = "\n".join(f"- {rule} x{at}" for at in range(600))
    texts = read({"a.md": items}, lexicon)
    assert remembered(["key"], texts, [], lexicon) is None


def test_packing_loses_nothing() -> None:
    lexicon = Lexicon()
    texts = read(FILES, lexicon)
    memory = remembered([*FILES.values()], texts, list(compared(texts, WINDOWS, lexicon)), lexicon)
    assert memory is not None
    assert unpacked(packed(memory)) == memory


@pytest.mark.parametrize("data", [b"", b"{}\n", b'{"sizes": []}\n', b"[]\n", b"\xff\n"])
def test_what_is_no_memory_is_refused(data: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        unpacked(data)
