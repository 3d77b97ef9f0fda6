"""Time grows with the text: ratios inside one run, never seconds."""

from __future__ import annotations

import json

import pytest

from ctxtally.redundancy.packing import packed, unpacked
from ctxtally.redundancy.recall import recalled
from ctxtally.redundancy.windows import Window, compared
from ctxtally.redundancy.words import Lexicon
from tests.redundancy.labelled import passages
from tests.redundancy.texts import read
from tests.support.timing import hold

pytestmark = pytest.mark.untraced


def test_ten_times_the_files_take_little_more_than_ten_times_as_long() -> None:
    few, many = _files(60), _files(600)
    hold(lambda: _compared(few), lambda: _compared(many), at_most=2.5 * 10)


def test_a_change_costs_a_small_part_of_everything() -> None:
    files = _files(400)
    changed = files | {"d200.md": f"{files['d200.md']}\n{files['d100.md']}"}
    window = Window(name="all", base=tuple(range(len(files))))
    lexicon = Lexicon()
    texts = read(files, lexicon)
    answer = list(compared(texts, [window], lexicon))
    kept = packed([*files.values()], texts, answer, lexicon)
    assert kept is not None
    line = json.dumps(kept.head).encode()

    def recall() -> None:
        fresh = Lexicon()
        memory = unpacked(line, kept.sections.__getitem__)
        found = recalled(memory, [*changed.values()], read(changed, fresh), [window], fresh)
        assert found is not None
        assert found != answer

    hold(lambda: [*compared(texts, [window], lexicon)], recall, at_most=1.25 / 20)


def _files(documents: int) -> dict[str, str]:
    return passages(seed=documents, documents=documents, copies=max(1, documents // 60)).files


def _compared(files: dict[str, str]) -> None:
    lexicon = Lexicon()
    texts = read(files, lexicon)
    window = Window(name="all", base=tuple(range(len(texts))))
    assert list(compared(texts, [window], lexicon))
