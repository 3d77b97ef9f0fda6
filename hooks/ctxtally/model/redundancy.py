"""Text that says again what is already there: where, how much, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from ctxtally.model.count import Method
    from ctxtally.model.finding import Finding
    from ctxtally.model.outcome import Outcome

Kind = Literal[
    "exact",  # whole lines have the same words
    "near",  # most words are the same
    "reworded",  # one rule in other words, or in another order
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedPair:
    """Files that may repeat each other, in either direction: two globs."""

    one: str
    other: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Lines of a file, both ends included; `heading` is the one above them, empty where none is."""

    path: str
    first_line: int
    last_line: int
    heading: str = ""

    @property
    def lines(self) -> str:
        """How somebody writes the lines: `5-7`, or `5` where it is one."""
        one = self.first_line == self.last_line
        return str(self.first_line) if one else f"{self.first_line}-{self.last_line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """`again` says what `first` has said.

    `tokens` are those of the lines of `again`, and `saved` those of them that can go, each counted
    alone: passages may share a line, and only a set says what all of them cost. `similarity` is
    between 0 and 1; `before` and `after` are the words that only one side has, as many as tell
    something. `opposed` are the lines of `again` that differ in a word such as `never`: those are
    other rules or mistakes, and stay. `allowed` is why the repetition is meant, else empty.
    """

    kind: Kind
    first: Span
    again: Span
    similarity: float
    tokens: int = 0
    saved: int = 0
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    opposed: tuple[int, ...] = ()
    allowed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """One file: its tokens, and how many of them go with what it repeats."""

    path: str
    tokens: int
    redundant: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedSet:
    """Files that are in one window together: a load set, or what somebody selected.

    `name` says which, `files` are in load order, each once. `redundant` tokens disappear where
    every line goes that an earlier place has said; `allowed` ones would, were they not allowed.
    """

    name: str
    files: tuple[Repeated, ...]
    allowed: int = 0

    @property
    def tokens(self) -> int:
        return sum(file.tokens for file in self.files)

    @property
    def redundant(self) -> int:
        return sum(file.redundant for file in self.files)

    @property
    def ratio(self) -> float:
        """The part that is redundant; 0 of nothing."""
        return self.redundant / self.tokens if self.tokens else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Redundancy:
    """All that a subject repeats: the sets, the worst first, and the passages that weigh most.

    `apart` are passages whose two sides are never in one window: removing one saves nothing there,
    but changing one may be forgotten in the other. `whole` counts each file of all sets once, and
    `before` is that at the commit `base`, where somebody asked for one.
    """

    subject: str
    counter: str
    method: Method
    sets: tuple[RepeatedSet, ...]
    whole: RepeatedSet
    passages: tuple[Passage, ...]
    apart: tuple[Passage, ...] = ()
    before: RepeatedSet | None = None
    base: str = ""
    outcomes: tuple[Outcome, ...] = ()
    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()
