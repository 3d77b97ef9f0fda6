"""What became of transcripts while they were taken over into the usage log."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable


class Synced:
    """Counts that grow while transcripts are read.

    `read`: files that were new or had changed, and the `responses` in them. `logged`: responses
    that were written into the log, by agent. `passed`: responses of other repositories. `strange`:
    files that are no transcripts. `bad` and `long`: lines without a JSON object, or too long.
    `torn`: files that end in the middle of a record. `held`: files of subagents that do not tell
    yet what of them is theirs. `problems`: files that could not be read.
    """

    __slots__ = (
        *(
            "bad",
            "compactions",
            "held",
            "logged",
            "long",
            "passed",
            "problems",
            "read",
            "responses",
        ),
        *("shown", "strange", "torn"),
    )

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.strange = 0
        self.begin(())

    def begin(self, problems: Iterable[str]) -> None:
        """Count from the beginning what transcripts tell; `problems` were there before."""
        self.read = self.responses = self.passed = self.compactions = 0
        self.bad = self.long = self.torn = self.held = 0
        self.logged: dict[str, int] = {}
        self.problems = list(problems)
