"""What is in one window together, and what each file repeats there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass
from ctxtally.redundancy.finder import Finder
from ctxtally.redundancy.passages import found

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from ctxtally.redundancy.passages import Found, Text
    from ctxtally.redundancy.words import Lexicon


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Texts by number: `base` are all there, in this order, beside at most one of `members`."""

    name: str
    base: tuple[int, ...]
    members: tuple[int, ...] = ()

    @property
    def held(self) -> tuple[frozenset[int], frozenset[int]]:
        """Return the texts that are always there, and all that can be."""
        return frozenset(self.base), frozenset((*self.base, *self.members))


def compared(
    texts: Sequence[Text],
    windows: Sequence[Window],
    lexicon: Lexicon,
    wanted: Collection[int] | None = None,
) -> Iterator[tuple[Window, list[tuple[int, list[Found]]]]]:
    """Yield each window with what its texts repeat of those before them in it.

    Windows that begin with the same texts, as those of nested directories do, share the work. What
    a text repeats that is not among those `wanted` is not looked for.
    """
    finder = Finder([text.scanned for text in texts], lexicon.weights)

    def push(at: int) -> tuple[int, list[Found]]:
        if wanted is not None and at not in wanted:
            finder.learn(at)
            return at, []
        repeats = finder.push(at)
        return at, [found(one, texts[one.source], texts[at], lexicon.spellings) for one in repeats]

    stack: list[tuple[int, list[Found]]] = []
    for window in sorted(windows, key=lambda one: one.base):
        same = 0
        while same < min(len(stack), len(window.base)) and stack[same][0] == window.base[same]:
            same += 1
        while len(stack) > same:
            stack.pop()
            finder.pop()
        stack += [push(at) for at in window.base[same:]]
        alone = []
        for at in window.members:
            alone.append(push(at))
            finder.pop()
        yield window, [*stack, *alone]


def everything(texts: Sequence[Text], windows: Sequence[Window]) -> list[Window]:
    """Return a window of all texts, none where one of `windows` is that already."""
    whole = Window(name="", base=tuple(range(len(texts))))
    return [] if any(one.base == whole.base for one in windows) else [whole]


def apart(
    texts: Sequence[Text], windows: Sequence[Window], each: Iterable[tuple[int, list[Found]]]
) -> Iterator[tuple[int, list[Found]]]:
    """Yield each text with what it repeats of texts that are never in one window with it.

    `each` is what was found in the window of everything.
    """
    held = [one.held for one in windows]
    number = {text.path: at for at, text in enumerate(texts)}
    for at, repeats in each:
        far = [one for one in repeats if not _meet(number[one.passage.first.path], at, held)]
        if far:
            yield at, far


def _meet(one: int, other: int, held: Sequence[tuple[frozenset[int], frozenset[int]]]) -> bool:
    """Say whether two texts can be in one window: both are, and one of them always."""
    return one == other or any(
        one in every and other in every and (one in base or other in base) for base, every in held
    )
