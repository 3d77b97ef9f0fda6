"""Budgets as somebody wrote them."""

from __future__ import annotations

from ctxtally.model.record import dataclass, field

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from ctxtally.model.finding import Level

    Unit = Literal["tokens", "bytes", "chars", "lines"]
    Scope = Literal[
        "file",  # each file by itself
        "total",  # all files together
        "module",  # each module that an index lists
        "category",  # each category of an index
        "redundancy",  # what is repeated in files that are loaded together
        "always",  # what an agent always has in its window, in each directory
        "chain",  # the files of that, before the agent cuts any
        "listing",  # the lines by which an agent knows of files that it has not read yet
    ]

# All of each, for those who read them; a test holds them and the types together.
UNITS: tuple[Unit, ...] = ("tokens", "bytes", "chars", "lines")
SCOPES: tuple[Scope, ...] = (
    "file",
    "total",
    "module",
    "category",
    "redundancy",
    "always",
    "chain",
    "listing",
)

# The file of the budgets that apply without any configuration.
SHIPPED = "budgets/default.toml"

# A share is kept as ten-thousandths, so that comparisons are exact: 120 % = 12,000.
WHOLE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A limit: `amount` in `unit`, or `amount` ten-thousandths of what `of` names.

    `text` is what was written ("5% of 200k"). `window` is set where the amount is a share of a
    context window of that many tokens. What is `of` the baseline is no share: the limit is what is
    recorded there.
    """

    text: str
    unit: Unit
    amount: int
    of: Literal["", "max", "estimate", "token_budget", "total", "before", "baseline"] = ""
    window: int | None = None

    def highest(self, base: int) -> int:
        """Return the largest whole number within this upper bound; equal to the limit passes."""
        return self.amount * base // WHOLE if self.of else self.amount

    def lowest(self, base: int) -> int:
        """Return the smallest whole number within this lower bound."""
        return -(-self.amount * base // WHOLE) if self.of else self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A named limit on something counted.

    `paths` are globs of text/globs.py, `origin` is `file:line` of the budget, `source` says where
    its number comes from. At least one of `max`, `warn`, `min` and `growth` is set, all in one
    unit: what was written in several is several budgets of one name. `growth` is how much more
    there may be than at the base, `slack` how much of `max` may be unused. Where `shrink_only`
    holds, what was over at the base may be over while it does not grow. What is broken is a finding
    of `level`, a broken `warn` always a warning. `agent` is the agent whose load sets are meant,
    all of them where there is none, and `dirs` are globs of their directories; in scope `file` it
    is the agent whose documented limit this is. `recorded` is what the baseline has, by subject.
    """

    name: str
    scope: Scope
    origin: str
    paths: tuple[str, ...] = ()
    max: Bound | None = None
    warn: Bound | None = None
    min: Bound | None = None
    growth: Bound | None = None
    slack: Bound | None = None
    shrink_only: bool = False
    level: Level = "error"
    counter: str | None = None
    message: str = ""
    source: str = ""
    agent: str | None = None
    dirs: tuple[str, ...] = ()
    recorded: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_shipped(self) -> bool:
        return self.origin.startswith(SHIPPED)

    @property
    def is_relative(self) -> bool:
        """Say whether what was at the base of the change decides."""
        return self.growth is not None or self.shrink_only

    @property
    def is_recorded(self) -> bool:
        return self.max is not None and self.max.of == "baseline"

    @property
    def is_in_lf(self) -> bool:
        """Say whether bytes are those with LF: what is recorded holds for every checkout."""
        return self.is_recorded and self.max is not None and self.max.unit == "bytes"
