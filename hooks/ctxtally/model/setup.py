"""One file that `init` writes."""

from __future__ import annotations

from ctxtally.model.record import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`path` is as seen from the top; `before` and `after` are `None` where there is no file."""

    path: str
    before: str | None
    after: str | None

    @property
    def action(self) -> str:
        if self.before == self.after:
            return "none"
        if self.before is None:
            return "create"
        return "remove" if self.after is None else "change"
