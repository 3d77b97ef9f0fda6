"""A smaller way to write a file, and what it was counted to save."""

from __future__ import annotations

from ctxtally.model.record import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The whole text that a file would have; nothing is known of its tokens yet.

    `moved_to` is the file that would hold `moved`, where a part is to lie in a file of its own.
    `does` says in a few words what is done.
    """

    name: str
    does: str
    text: str
    moved_to: str = ""
    moved: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A proposal for the file at `path`, counted: `before` and `after` are its tokens.

    `moved` are the tokens of the file that is read only when it is needed.
    """

    path: str
    name: str
    does: str
    before: int
    after: int
    moved_to: str = ""
    moved: int = 0

    @property
    def saved(self) -> int:
        return self.before - self.after
