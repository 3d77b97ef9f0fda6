"""One thing that doctor looked at."""

from __future__ import annotations

from typing import Literal

from ctxtally.model.record import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`help` says how to mend what is not ok; else it is empty."""

    name: str
    state: Literal["ok", "warn", "fail"]
    message: str
    help: str = ""
