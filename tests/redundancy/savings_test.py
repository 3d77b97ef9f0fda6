from __future__ import annotations

from ctxtally.model.record import replace
from ctxtally.model.redundancy import Passage, Redundancy, Repeated, RepeatedSet, Span
from ctxtally.model.saving import Saving
from ctxtally.redundancy.savings import savings


def passage(path: str, line: int, *, saved: int) -> Passage:
    return Passage(
        kind="near",
        first=Span(path="CLAUDE.md", first_line=8, last_line=10),
        again=Span(path=path, first_line=line, last_line=line + 2),
        similarity=0.914,
        saved=saved,
    )


def found(*passages: Passage, **redundant: int) -> Redundancy:
    files = tuple(
        Repeated(path=path, tokens=100, redundant=number) for path, number in redundant.items()
    )
    return Redundancy(
        subject="index",
        counter="o200k_base",
        method="exact",
        sets=(),
        whole=RepeatedSet(name="all", files=files),
        passages=passages,
    )


def test_one_saving_for_each_file() -> None:
    every = (passage("a", 5, saved=20), passage("a", 6, saved=15), passage("b", 1, saved=9))
    first, second = savings(found(*every, a=30, b=9))
    assert first == Saving(
        tokens=30,
        path="a",
        line=5,
        rule="redundancy",
        does="delete what is said before: lines 5-7 repeat CLAUDE.md:8-10 (near 91%), and 1 more",
        command="${EDITOR:-vi} +5 a",
    )
    assert second.does == "delete what is said before: lines 1-3 repeat CLAUDE.md:8-10 (near 91%)"


def test_one_line() -> None:
    span = Span(path="a", first_line=4, last_line=4)
    one = replace(passage("a", 4, saved=9), again=span, first=replace(span, path="b.md"))
    (saving,) = savings(found(one, a=9))
    assert saving.does == "delete what is said before: line 4 repeats b.md:4 (near 91%)"


def test_quiet() -> None:
    assert list(savings(found(passage("a", 5, saved=0), a=0, b=4))) == []
