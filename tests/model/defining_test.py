"""Our data classes behave as the standard library's do, which are the oracle here."""

from __future__ import annotations

import dataclasses
import inspect
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from ctxtally.model import defining

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def classes(kit: Any) -> SimpleNamespace:  # noqa: ANN401 - one of two modules with the same names
    """Define the same classes by one of the two modules."""

    @kit.dataclass(frozen=True, slots=True, kw_only=True)
    class Point:
        """A place."""

        x: int
        y: int = 0
        tags: list[str] = kit.field(default_factory=list)
        note: str = kit.field(default="none", compare=False)

        @property
        def sum(self) -> int:
            return self.x + self.y

    @kit.dataclass(frozen=True, slots=True, kw_only=True)
    class Named(Point):
        name: str = "none"

        def __repr__(self) -> str:
            return f"<{self.name}>"

    @kit.dataclass(slots=True)
    class Counter:
        step: int
        total: int = 0

    @kit.dataclass(frozen=True, slots=True)
    class Derived:
        parts: tuple[Any, ...]
        length: int = kit.field(init=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "length", len(self.parts))

    @kit.dataclass(frozen=True, slots=True, kw_only=True)
    class Empty:
        pass

    found = (Point, Named, Counter, Derived, Empty)
    return SimpleNamespace(**{one.__name__: one for one in found}, kit=kit)


OURS, THEIRS = classes(defining), classes(dataclasses)


def _changed(record: Any, name: str) -> None:  # noqa: ANN401 - of either kind
    setattr(record, name, 9)


def _added(kind: SimpleNamespace) -> int:
    counter = kind.Counter(2)
    counter.total += counter.step
    total: int = counter.total
    return total


def _hashes(kind: SimpleNamespace) -> Iterator[bool]:
    one, same, other = (kind.Derived((x,)) for x in (1, 1, 2))
    yield hash(one) == hash(same)
    yield len({one, same, other}) == 2


QUESTIONS: dict[str, Callable[[SimpleNamespace], object]] = {
    "repr": lambda kind: repr(kind.Point(x=1, tags=["a"])),
    "its own repr": lambda kind: repr(kind.Named(x=1)),
    "nothing in it": lambda kind: (repr(kind.Empty()), kind.Empty() == kind.Empty()),
    "equal": lambda kind: kind.Point(x=1) == kind.Point(x=1, y=0, tags=[]),
    "equal but for what does not compare": lambda kind: (
        kind.Point(x=1, note="a") == kind.Point(x=1, note="b")
    ),
    "different": lambda kind: kind.Point(x=1) == kind.Point(x=2),
    "another class": lambda kind: kind.Point(x=1) == kind.Named(x=1),
    "another type": lambda kind: kind.Point(x=1) == 1,
    "hash": lambda kind: list(_hashes(kind)),
    "hash of what can change": lambda kind: hash(kind.Counter(1)),
    "hash of what holds a list": lambda kind: hash(kind.Point(x=1)),
    "a default of its own": lambda kind: kind.Point(x=1).tags is kind.Point(x=1).tags,
    "None is a value": lambda kind: kind.Point(x=1, tags=None).tags,
    "a property": lambda kind: kind.Point(x=1, y=2).sum,
    "inherited": lambda kind: kind.Named(x=3, name="n").sum,
    "set later": lambda kind: kind.Derived((1, 2)).length,
    "set later, given": lambda kind: kind.Derived((1, 2), 3),
    "changed": lambda kind: _changed(kind.Point(x=1), "x"),
    "changed where it may be": _added,
    "an unknown name": lambda kind: kind.Point(x=1, z=2),
    "a missing value": lambda kind: kind.Point(),
    "by position where it may not": lambda kind: kind.Point(1),
    "by position": lambda kind: repr(kind.Counter(1, 2)),
    "replaced": lambda kind: repr(kind.kit.replace(kind.Point(x=1, y=2), y=3)),
    "replaced, of its class": lambda kind: repr(kind.kit.replace(kind.Named(x=1), name="m")),
    "replaced by nothing known": lambda kind: kind.kit.replace(kind.Point(x=1), z=3),
    "as a dictionary": lambda kind: kind.kit.asdict(
        kind.Derived(({"a": kind.Point(x=1)}, [kind.Counter(1)], "text"))
    ),
    "signature": lambda kind: list(inspect.signature(kind.Named).parameters),
    "names": lambda kind: (kind.Point.__name__, kind.Point.__doc__, kind.Point.__module__),
    "qualified name": lambda kind: (kind.Point.__qualname__, kind.Point.__init__.__qualname__),
    "slots": lambda kind: (kind.Point.__slots__, _slots(kind.Named)),
    "no dictionary": lambda kind: hasattr(kind.Point(x=1), "__dict__"),
    "for match": lambda kind: (kind.Point.__match_args__, kind.Counter.__match_args__),
}


def _slots(kind: type) -> set[str]:
    """Return the slots of a class with those of its bases: Python 3.10 repeats them in it."""
    return {name for one in kind.__mro__ for name in vars(one).get("__slots__", ())}


def answer(question: Callable[[SimpleNamespace], object], kind: SimpleNamespace) -> object:
    try:
        return question(kind)
    except (TypeError, ValueError, AttributeError) as error:
        return AttributeError if isinstance(error, AttributeError) else TypeError


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_as_the_standard_library(question: Callable[[SimpleNamespace], object]) -> None:
    expected = answer(question, THEIRS)
    assert answer(question, OURS) == expected


def test_what_cannot_be_changed_is_named() -> None:
    with pytest.raises(AttributeError, match=r"Point\.x cannot be changed$"):
        OURS.Point(x=1).x = 2
    with pytest.raises(AttributeError, match=r"Point\.x cannot be changed$"):
        del OURS.Point(x=1).x


def test_slots_of_a_base_are_not_repeated() -> None:
    assert OURS.Named.__slots__ == ("name",)


@pytest.mark.parametrize(
    "define",
    [
        pytest.param(lambda: defining.dataclass(frozen=True), id="without slots"),
        pytest.param(defining.field, id="a field like any other"),
        pytest.param(lambda: defining.field(default_factory=list, init=False), id="both"),
    ],
)
def test_forms_that_are_not_known(define: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match=r"^(dataclass: slots=True|field: give one of)"):
        define()


def test_the_standard_library_is_not_imported() -> None:
    script = "import sys, ctxtally.model.plan; print({'dataclasses', 'inspect'} & {*sys.modules})"
    # -S: what `site` loads for an editable install or for coverage is not ours.
    done = subprocess.run(
        [sys.executable, "-S", "-c", script],
        env={"PYTHONPATH": str(Path(defining.__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "set()\n"
