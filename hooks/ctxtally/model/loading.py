"""One file that an agent said it loaded."""

from __future__ import annotations

from typing import NamedTuple


class Loading(NamedTuple):
    """`reason` is in the agent's own words, `parent` the file that imports it.

    Paths are those of the machine that recorded it, with `/` between names.
    """

    path: str
    reason: str
    parent: str = ""
