"""Which commit the work of a response went into, by what our git hook noted."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxtally.model.usage import Usage

# What Claude Code calls the branch of a detached HEAD.
_DETACHED = "HEAD"
# They tell the branch on which a session began, and not that on which a response came.
_OF_THE_BEGINNING = ("codex", "copilot")


class Committed(NamedTuple):
    """A commit at the time when it was made; `instead` of another one where that was rewritten.

    `switched_from` are the branches, with blanks between them, that the work tree was on before
    without a commit or another move of HEAD since then.
    """

    moment: float
    commit: str
    branch: str = ""
    worktree: str = ""
    instead: str = ""
    switched_from: str = ""


class Commits:
    """Finds the commit that follows a response on its branch, as that commit is called by now.

    Where HEAD went over to another branch and stayed at the same commit, the work went with it.
    """

    def __init__(self, noted: Iterable[Committed]) -> None:
        self._becomes: dict[str, str] = {}
        self._lines: dict[tuple[str, str | None], list[tuple[float, str]]] = {}
        self._moments: set[float] = set()
        self.branch_of: dict[str, str] = {}
        for one in sorted(noted):
            self.branch_of[one.commit] = one.branch
            if one.instead:
                self._becomes[one.instead] = one.commit
                continue
            found = (one.moment, one.commit)
            self._moments.add(one.moment)
            for name in {None, one.branch, *one.switched_from.split()}:
                self._lines.setdefault((one.worktree, name), []).append(found)

    @property
    def moments(self) -> tuple[float, ...]:
        """Return when commits were made: what was between the same two went into the same one."""
        return tuple(sorted(self._moments))

    def of(self, usage: Usage) -> str:
        """Return the commit, empty where there is none yet or the time is not known."""
        if usage.commit:
            return self._now(usage.commit)
        if usage.moment is None or usage.repo:
            return ""
        unknown = usage.branch in ("", _DETACHED) or usage.agent in _OF_THE_BEGINNING
        names = (None,) if unknown else (usage.branch, "")
        lines = (self._lines.get((usage.worktree, name), []) for name in names)
        following = [one for line in lines for one in _next(line, usage.moment)]
        return self._now(min(following)[1]) if following else ""

    def _now(self, commit: str) -> str:
        """Return what became of a commit; ids that were noted in a circle lead to the last one."""
        seen = {commit}
        while self._becomes.get(commit, commit) not in seen:
            commit = self._becomes[commit]
            seen.add(commit)
        return commit


def _next(line: list[tuple[float, str]], moment: float) -> list[tuple[float, str]]:
    at = bisect_left(line, (moment, ""))
    return line[at : at + 1]
