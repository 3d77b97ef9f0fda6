"""What was found before, and which of it a change can touch: the rest need not be found again.

Two texts touch each other where they share five words in a row, or enough telling words of a block.
Whatever touches a changed text is compared anew, with all that touch it, so the answer is the one
that a comparison of everything would give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass
from ctxtally.redundancy.shelved import taken
from ctxtally.redundancy.windows import Window, compared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ctxtally.redundancy.index import Index
    from ctxtally.redundancy.passages import Found, Text
    from ctxtally.redundancy.words import Lexicon

    Each = list[tuple[int, list[Found]]]
    Answer = list[tuple[Window, Each]]

# A larger change is compared as a whole.
MOST_CHANGED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """An answer, with the paths and keys of its texts; `marked` may allow a repetition.

    What is rarely wanted is got when it is: the `index`, and each text, as `shelved` put it away.
    """

    paths: tuple[str, ...]
    keys: tuple[str, ...]
    marked: frozenset[int]
    answer: Answer
    index: Callable[[], Index]
    text: Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moved:
    """Where texts of a memory are now: `place` by their number then, `same` the other way round.

    `changed` are the numbers of those that are new or not the same, `lost` what these were.
    """

    place: Mapping[int, int]
    same: Mapping[int, int]
    changed: tuple[int, ...]
    lost: tuple[int, ...]


def recalled(
    memory: Memory,
    keys: Sequence[str],
    texts: Sequence[Text],
    windows: Sequence[Window],
    lexicon: Lexicon,
) -> Answer | None:
    """Return the answer for texts of which some have changed, `None` where it has to be made anew.

    ValueError, KeyError, TypeError or OSError where the memory cannot be read.
    """
    moved = _moved(memory, keys, texts)
    if len({*moved.changed, *moved.place.values()}) != len(texts):
        return None  # one path twice: whose answer it was cannot be told
    if max(len(moved.changed), len(moved.lost)) > MOST_CHANGED:
        return None
    former = _former(memory, windows, moved)
    if former is None or not (moved.changed or moved.lost):
        return former
    index = memory.index()
    before = [taken(memory.text(at), lexicon) for at in moved.lost]
    after = [texts[at].scanned for at in moved.changed]
    found = index.touched((*before, *after), lexicon.weights)
    touched = {*moved.changed, *(moved.place[at] for at in found if at in moved.place)}
    _take(memory, touched, texts, moved, lexicon)
    near = index.touched([texts[at].scanned for at in touched], lexicon.weights)
    needed = touched | {moved.place[at] for at in near if at in moved.place}
    _take(memory, needed - touched, texts, moved, lexicon)
    return _merged(former, texts, touched, sorted(needed), lexicon)


def _moved(memory: Memory, keys: Sequence[str], texts: Sequence[Text]) -> _Moved:
    number = {text.path: at for at, text in enumerate(texts)}
    place = {then: number[path] for then, path in enumerate(memory.paths) if path in number}
    same = {at: then for then, at in place.items() if memory.keys[then] == keys[at]}
    return _Moved(
        place=place,
        same=same,
        changed=tuple(at for at in range(len(texts)) if at not in same),
        lost=tuple(
            then for then in range(len(memory.paths)) if place.get(then, len(texts)) not in same
        ),
    )


def _former(memory: Memory, windows: Sequence[Window], moved: _Moved) -> Answer | None:
    """Return the answer of a memory for the windows that there are now.

    `None` where these are others, or what is in both has another order.
    """
    known = {window.name: (window, each) for window, each in memory.answer}
    if [*known] != [window.name for window, _ in memory.answer]:
        return None
    if sorted(known) != sorted(window.name for window in windows):
        return None
    there = set(moved.place.values())
    answer: Answer = []
    for window in sorted(windows, key=lambda one: one.base):
        then, each = known[window.name]
        for old, new in ((then.base, window.base), (then.members, window.members)):
            stayed = [moved.place[at] for at in old if at in moved.place]
            if stayed != [at for at in new if at in there]:
                return None
        found = {moved.place[at]: repeats for at, repeats in each if at in moved.place}
        answer.append((window, [(at, found.get(at, [])) for at in (*window.base, *window.members)]))
    return answer


def _take(
    memory: Memory, wanted: Iterable[int], texts: Sequence[Text], moved: _Moved, lexicon: Lexicon
) -> None:
    """Let texts that are as they were be what was read of them then."""
    for at in wanted:
        if at in moved.same:
            texts[at].scanned = taken(memory.text(moved.same[at]), lexicon)


def _merged(
    answer: Answer, texts: Sequence[Text], touched: set[int], needed: list[int], lexicon: Lexicon
) -> Answer:
    """Return the answer with what the `touched` texts repeat, found anew among those `needed`."""
    number = {at: n for n, at in enumerate(needed)}
    few = [
        Window(
            name=window.name,
            base=tuple(number[at] for at in window.base if at in number),
            members=tuple(number[at] for at in window.members if at in number),
        )
        for window, _ in answer
    ]
    wanted = {number[at] for at in touched}
    fresh = {
        window.name: {needed[n]: repeats for n, repeats in each}
        for window, each in compared([texts[at] for at in needed], few, lexicon, wanted)
    }
    return [
        (
            window,
            [(at, fresh[window.name][at] if at in touched else old) for at, old in each],
        )
        for window, each in answer
    ]
