"""What files would save: one line each, by the largest of their passages."""

from __future__ import annotations

from ctxtally.model.redundancy import Passage, Redundancy, Repeated, RepeatedSet, Span
from ctxtally.model.saving import Saving
from ctxtally.redundancy.savings import savings


def passage(again: str, first: int, *, saved: int) -> Passage:
    source = Span(path="CLAUDE.md", first_line=first, last_line=first + 3)
    span = Span(path=again, first_line=9, last_line=12)
    return Passage(kind="exact", first=source, again=span, similarity=1.0, tokens=50, saved=saved)


def found(*passages: Passage, **redundant: int) -> Redundancy:
    files = [Repeated(path=f"{name}.md", tokens=99, redundant=n) for name, n in redundant.items()]
    return Redundancy(
        subject="index",
        counter="o200k_base",
        method="exact",
        sets=(),
        whole=RepeatedSet(name="all", files=tuple(files)),
        passages=passages,
    )


def test_a_file_with_two_passages() -> None:
    one, two = passage("a.md", 1, saved=40), passage("a.md", 20, saved=4)
    assert list(savings(found(one, two, a=43, b=0))) == [
        Saving(
            tokens=43,
            path="a.md",
            line=9,
            rule="redundancy",
            does="delete what is said before: lines 9-12 repeat CLAUDE.md:1-4, and 1 passage more",
            command="$EDITOR +9 a.md",
            by_hand=True,
        )
    ]


def test_what_stays_saves_nothing() -> None:
    kept, gone = passage("a.md", 1, saved=0), passage("a.md", 20, saved=7)
    (one,) = savings(found(kept, gone, a=7))
    assert one.does == "delete what is said before: lines 9-12 repeat CLAUDE.md:20-23"
    assert list(savings(found(kept, a=0))) == []
