"""What became of the lines of a usage log while they were read."""

from __future__ import annotations


class Tally:
    """Counts that grow while a log is read; blank lines are nothing at all.

    `lines`: all others. `bad`: those that are no JSON object, and `recovered` the records that were
    found within them. `drift`: fields that hold what nobody can take, so that they are unknown.
    `skipped`: objects that tell no tokens. `others`: our events about something else. `duplicates`:
    copies of an event, and what another source tells better.
    """

    __slots__ = ("bad", "drift", "duplicates", "lines", "others", "recovered", "skipped")

    def __init__(self) -> None:
        self.lines = self.bad = self.recovered = self.drift = 0
        self.skipped = self.others = self.duplicates = 0
