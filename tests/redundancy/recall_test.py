"""After a change the answer is that of a comparison of everything."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest

from ctxtally.redundancy.packing import packed, unpacked
from ctxtally.redundancy.recall import MOST_CHANGED, recalled
from ctxtally.redundancy.windows import Window, compared
from ctxtally.redundancy.words import Lexicon
from tests.redundancy.labelled import Writer, passages
from tests.redundancy.texts import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ctxtally.redundancy.recall import Answer, Memory

FILES = passages(seed=3, documents=30, copies=2).files


def windows(paths: Iterable[str]) -> list[Window]:
    """Return windows that keep what is in them, wherever the paths are."""
    number = {path: at for at, path in enumerate(paths)}
    names = [*FILES]
    parts: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
        "all": (list(number), ()),
        "some": (names[:12], names[12:]),
        "others": (names[:5] + names[20:28], ()),
    }
    return [
        Window(
            name=name,
            base=tuple(number[path] for path in base if path in number),
            members=tuple(number[path] for path in members if path in number),
        )
        for name, (base, members) in parts.items()
    ]


def memory(files: Mapping[str, str] = FILES) -> Memory:
    """Return what is kept of a comparison of files."""
    lexicon = Lexicon()
    texts = read(files, lexicon)
    answer = list(compared(texts, windows(files), lexicon))
    kept = packed([*files.values()], texts, answer, lexicon)
    assert kept is not None
    return unpacked(json.dumps(kept.head).encode(), kept.sections.__getitem__)


def now(known: Memory, files: Mapping[str, str]) -> Answer | None:
    lexicon = Lexicon()
    return recalled(known, [*files.values()], read(files, lexicon), windows(files), lexicon)


def anew(files: Mapping[str, str]) -> Answer:
    lexicon = Lexicon()
    return list(compared(read(files, lexicon), windows(files), lexicon))


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


def moved(seed: int) -> dict[str, str]:
    """Return the files with some changed, one gone, one renamed, one new."""
    chance = random.Random(seed)  # noqa: S311 - the same texts every time are wanted
    files = edited(seed, 2)
    del files[chance.choice([*files])]
    renamed = chance.choice([*files])
    files[f"new/{renamed}"] = files.pop(renamed)
    other = files[chance.choice([*files])].split("\n")
    files["another.md"] = "\n".join([*Writer(chance).block(), *other[:20]])
    return dict(sorted(files.items()))


@pytest.mark.parametrize("seed", range(6))
def test_a_change(seed: int) -> None:
    files = edited(seed, 1 + seed % 4)
    found = now(memory(), files)
    assert found == anew(files)
    assert found != anew(FILES), "the change can be seen"


@pytest.mark.parametrize("seed", range(6))
def test_files_that_come_and_go(seed: int) -> None:
    files = moved(seed)
    found = now(memory(), files)
    assert found == anew(files)
    assert found != anew(FILES), "the change can be seen"


def test_nothing_changed() -> None:
    assert now(memory(), FILES) == anew(FILES)


def test_a_large_change_is_compared_as_a_whole() -> None:
    files = {
        path: f"{text} end" if at <= MOST_CHANGED else text
        for at, (path, text) in enumerate(FILES.items())
    }
    assert now(memory(), files) is None
    fewer = dict([*FILES.items()][MOST_CHANGED + 1 :])
    assert now(memory(), fewer) is None


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([], id="no windows"),
        pytest.param([*windows(FILES)[:2], Window(name="new", base=(0,))], id="another name"),
        pytest.param([*windows(FILES)[:2], Window(name="others", base=(1, 0))], id="another order"),
        pytest.param([windows(FILES)[0]] * 3, id="one name for all"),
    ],
)
def test_other_windows_are_compared_as_a_whole(others: list[Window]) -> None:
    lexicon = Lexicon()
    texts = read(FILES, lexicon)
    assert recalled(memory(), [*FILES.values()], texts, others, lexicon) is None


def test_one_path_twice_is_compared_as_a_whole() -> None:
    lexicon = Lexicon()
    texts = [*read(FILES, lexicon), *read({"d000.md": "one"}, lexicon)]
    assert recalled(memory(), [*FILES.values(), "one"], texts, windows(FILES), lexicon) is None


def test_a_crowded_answer_is_not_kept() -> None:
    lexicon = Lexicon()
    rule = "publish the quarterly zebra report before every customer invoice number"
    items = "\n".join(f"- {rule} x{at}" for at in range(600))
    texts = read({"a.md": items}, lexicon)
    assert packed(["key"], texts, [], lexicon) is None


def test_packing_loses_nothing() -> None:
    known = memory()
    assert known.answer == anew(FILES)
    assert known.paths == tuple(FILES)
    assert known.keys == tuple(FILES.values())


@pytest.mark.parametrize("data", [b"", b"{}\n", b'{"paths": []}\n', b"[]\n", b"\xff\n"])
def test_what_is_no_memory_is_refused(data: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        unpacked(data, [].__getitem__)
