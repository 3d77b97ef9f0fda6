"""What a git hook was run for, and whether the session file is due then.

This is asked at every pick of a rebase before anything else is imported: no dataclass here.
"""

from __future__ import annotations

REWRITE = "post-rewrite"
MERGE = "post-merge"
COMMIT = "post-commit"


class Occasion:
    """`hook` is the name of the git hook, `argument` the first that git gave it."""

    __slots__ = ("argument", "hook")

    def __init__(self, hook: str, argument: str = "") -> None:
        self.hook = hook
        self.argument = argument

    @property
    def ends_rebase(self) -> bool:
        """Git runs this hook once, after the last pick, and cleans up only behind it."""
        return self.hook == REWRITE and self.argument == "rebase"

    def is_due(self, *, rebasing: bool) -> bool:
        """Say whether to refresh: once after a rebase and not at its picks, else where HEAD moved.

        A cherry-pick, a revert or a merge that is under way is no reason to wait: it has no later
        hook, and what it leaves behind when it stops may lie there for days.
        """
        if rebasing:
            return self.ends_rebase
        return not (self.hook == MERGE and self.argument == "1")  # squashed: HEAD did not move
