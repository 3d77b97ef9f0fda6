"""What a catalog lists, with what it is said to cost and what it does cost."""

from __future__ import annotations

from ctxtally.model.record import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A file that a catalog lists, with what it is said to cost and what it does cost, in tokens.

    `tokens` is `None` where the file could not be measured, `stated` where nothing is said.
    """

    name: str
    path: str
    catalog: str
    line: int
    category: str = ""
    stated: int | None = None
    tokens: int | None = None

    @property
    def label(self) -> str:
        return f"{self.category}/{self.name}" if self.category else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A group of modules of one catalog; the sums are over its measured modules, in tokens.

    `unmeasured` modules have no count, so `tokens` is too low where there are any.
    """

    name: str
    catalog: str
    line: int
    modules: int
    stated: int
    tokens: int
    token_budget: int | None = None
    unmeasured: int = 0
