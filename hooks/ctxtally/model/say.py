"""How a command speaks."""

from __future__ import annotations

from typing import Protocol


class Say(Protocol):
    """Call it with a result, `note` what is only worth knowing; an empty result prints nothing.

    `argv` is the command line; `out` and `err` are all that was printed so far.
    """

    argv: list[str]
    out: str
    err: str

    @property
    def colour(self) -> bool: ...
    def __call__(self, text: str) -> None: ...
    def note(self, text: str) -> None: ...
