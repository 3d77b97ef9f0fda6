"""The bodies of many events, as `append.body` makes them and in a quarter of its time."""

from __future__ import annotations

from json import JSONEncoder
from typing import TYPE_CHECKING

from ctxtally.adapters.append import body
from ctxtally.text.redaction import may_hold_some

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctxtally.model.event import Event

# Longer events have a text in them that is no usual name.
_USUAL = 512


class Bodies:
    """Makes the bodies of events; of one that is long each text is made `short`.

    `many` is worth an import that takes as long as some thousand bodies.
    """

    def __init__(self, short: Callable[[str], str], *, many: bool) -> None:
        self._encode = (
            _encoder() if many else JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
        )
        self._short = short

    def of(self, event: Event) -> str:
        try:
            told = self._encode(event)
        except UnicodeEncodeError:  # half a surrogate pair
            told = ""
        if 0 < len(told) <= _USUAL and told.isascii() and not may_hold_some(told):
            return told[1:-1]
        return body(self._with_short_texts(event))

    def _with_short_texts(self, event: Event) -> Event:
        shorter = event.copy()
        for name, value in event.items():
            if isinstance(value, str):
                shorter[name] = self._short(value)  # type: ignore[literal-required] # its own key
        return shorter


def _encoder() -> Callable[[Event], str]:
    from msgspec.json import Encoder

    encode = Encoder().encode
    return lambda event: encode(event).decode("utf-8")
