"""What a usage log says on the whole: sums, shares, the course over days."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from ctxtally.model.record import dataclass, field
from ctxtally.model.usage import Tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.model.tally import Tally

Dimension = Literal["category", "operation", "model", "agent", "day", "branch", "session"]

# What stands for a name, and for a day, that a record does not tell.
NAMELESS = "(none)"
UNDATED = "(unknown)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days in UTC, both included; an empty one is no bound."""

    since: str = ""
    until: str = ""

    def holds(self, day: str) -> bool:
        """Say whether a day is inside; a day that nobody knows is where there is no bound.

        >>> Period(since="2026-01-02").holds("2026-01-02"), Period(until="2026-01-02").holds("")
        (True, False)
        """
        if not day:
            return not (self.since or self.until)
        return day >= self.since and (not self.until or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Records that have something in common.

    `unknown` of the operations tell no tokens. `counted` are the tokens by how they are known, and
    `unpriced` operations have no cost.
    """

    name: str
    operations: int = 0
    tokens: int = 0
    unknown: int = 0
    counted: Mapping[str, int] = field(default_factory=dict)
    cost_usd: Decimal = Decimal(0)
    unpriced: int = 0

    @property
    def average(self) -> float | None:
        """Tokens of an operation, as far as they are known."""
        known = self.operations - self.unknown
        return self.tokens / known if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """How many sessions there are, and the tokens of those that are wholly known.

    In `unknown` of them an operation tells no tokens: nobody knows what they took.
    """

    count: int = 0
    tokens: int = 0
    unknown: int = 0

    @property
    def average(self) -> float | None:
        """Tokens of a session that is wholly known."""
        known = self.count - self.unknown
        return self.tokens / known if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusual:
    """A day that stands apart, by so many robust standard deviations."""

    day: str
    tokens: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How the days go: tokens more each day, with the range that holds the truth 19 times of 20.

    `days` are the complete days with usage that stand behind it; without enough of them there is
    no slope, or nothing is called unusual.
    """

    days: int
    median: float = 0.0
    slope: float | None = None
    low: float = 0.0
    high: float = 0.0
    unusual: tuple[Unusual, ...] = ()
    judged: bool = False

    @property
    def direction(self) -> str:
        """What the range allows to say."""
        if self.low > 0:
            return "rises"
        return "falls" if self.high < 0 else "no clear direction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A measure of success; `actual` is `None` where nothing measures it, and `because` says why.

    It is met below `wanted`, or above it where it is a thing to have much of.
    """

    name: str
    wanted: float
    unit: Literal["tokens", "share"]
    actual: float | None
    because: str
    above: bool = False

    @property
    def met(self) -> bool | None:
        if self.actual is None:
            return None
        return self.actual > self.wanted if self.above else self.actual < self.wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What the tree holds, in tokens; `None` where there is nothing to be measured.

    `start` are those of `files` that a session begins with, in the `agent` where they are most.
    `repeated` is the share of the load sets that is said twice, `manifest` the heaviest
    MANIFEST.json.
    """

    files: int = 0
    start: int | None = None
    agent: str = ""
    repeated: float | None = None
    manifest: int | None = None
    manifest_path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """`first` and `last` are the days of the records, empty where none has one.

    So many days between them are `active`: there is a record of them. `sessions` are those that are
    named, `posts` those of them in which a post was worked on. `undated` records were left out, for
    nobody knows whether they are of the period. `by` has the groups of a dimension: days in order,
    of others the heaviest first. `crowded` are the dimensions with more names than are kept apart.
    """

    period: Period
    whole: Group
    first: str = ""
    last: str = ""
    active: int = 0
    buckets: Tokens = Tokens()
    by: Mapping[str, tuple[Group, ...]] = field(default_factory=dict)
    sessions: Sessions = Sessions()
    posts: Sessions = Sessions()
    worked: Mapping[frozenset[str], int] = field(default_factory=dict)
    course: Course = Course(days=0)
    undated: int = 0
    crowded: tuple[str, ...] = ()

    @property
    def operations(self) -> tuple[Group, ...]:
        """The operations that have a name, the heaviest first; responses of models have none."""
        return tuple(one for one in self.by["operation"] if one.name != NAMELESS)

    def group(self, dimension: Dimension, name: str) -> Group:
        """Return a group by its name; one that is not there has nothing."""
        return next((one for one in self.by[dimension] if one.name == name), Group(name=name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyzed:
    """A usage log and a subject, held against the targets; `tally` is what became of the lines.

    `dimensions` are those that were asked for. `remarks` are one-line notes.
    """

    subject: str
    counter: str
    exact: bool
    log: str
    tally: Tally
    usage: Analysis
    targets: tuple[Target, ...]
    dimensions: tuple[Dimension, ...]
    remarks: tuple[str, ...] = ()
