"""What a recommendation promised, and what came of it."""

from __future__ import annotations

from ctxtally.model.record import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """On `day` it was said that `tokens` of the `before` tokens of a file could be saved.

    `now` is what the file has since, 0 where it is gone. `done` is the day on which nothing was
    left to recommend for it, empty until then.
    """

    path: str
    day: str
    tokens: int
    before: int
    now: int
    done: str = ""

    @property
    def came(self) -> int:
        """The tokens fewer that the file has; below 0 where it has grown."""
        return self.before - self.now
