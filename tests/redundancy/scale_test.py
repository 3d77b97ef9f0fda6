"""Time grows with the text: ratios inside one run, never seconds."""

from __future__ import annotations

import json
import time

from ctxtally.redundancy.packing import packed, unpacked
from ctxtally.redundancy.recall import recalled
from ctxtally.redundancy.windows import Window, compared
from ctxtally.redundancy.words import Lexicon
from tests.redundancy.labelled import passages
from tests.redundancy.texts import read


def test_ten_times_the_files_take_little_more_than_ten_times_as_long() -> None:
    small = min(_seconds(_files(60)) for _ in range(3))
    large = _seconds(_files(600))
    assert large < 2.5 * 10 * small


def test_a_change_costs_a_small_part_of_everything() -> None:
    files = _files(400)
    changed = files | {"d200.md": f"{files['d200.md']}\n{files['d100.md']}"}
    window = Window(name="all", base=tuple(range(len(files))))
    lexicon = Lexicon()
    texts = read(files, lexicon)
    began = time.process_time()
    answer = list(compared(texts, [window], lexicon))
    whole = time.process_time() - began
    kept = packed([*files.values()], texts, answer, lexicon)
    assert kept is not None
    line = json.dumps(kept.head).encode()
    parts = []
    for _ in range(3):
        fresh = Lexicon()
        began = time.process_time()
        memory = unpacked(line, kept.sections.__getitem__)
        found = recalled(memory, [*changed.values()], read(changed, fresh), [window], fresh)
        parts.append(time.process_time() - began)
        assert found is not None
        assert found != answer
    assert min(parts) < 1.25 * whole / 20


def _files(documents: int) -> dict[str, str]:
    return passages(seed=documents, documents=documents, copies=max(1, documents // 60)).files


def _seconds(files: dict[str, str]) -> float:
    began = time.process_time()
    lexicon = Lexicon()
    texts = read(files, lexicon)
    window = Window(name="all", base=tuple(range(len(texts))))
    assert list(compared(texts, [window], lexicon))
    return time.process_time() - began
