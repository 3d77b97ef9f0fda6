"""What leaves the machine, so that somebody can agree to it."""

from __future__ import annotations

from ctxtally.model.record import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """`files` are paths with the bytes of the text that is sent.

    `frame` is the text of the message that is sent besides, to learn what a message costs by
    itself; it is empty where that is known.
    """

    url: str
    model: str
    key_variable: str
    files: tuple[tuple[str, int], ...]
    frame: str = ""

    @property
    def bytes(self) -> int:
        return sum(size for _, size in self.files)
