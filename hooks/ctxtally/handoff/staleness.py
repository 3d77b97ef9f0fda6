"""Whether a session file still tells what is so: in commits and branches, never in hours."""

from __future__ import annotations

from typing import NamedTuple

from ctxtally.text.figures import counted
from ctxtally.text.sanitising import NAME, line


class Written(NamedTuple):
    """What HEAD was when the file was written; `branch` is empty where it was detached."""

    commit: str
    branch: str


class Distance(NamedTuple):
    """How many commits HEAD has that another commit has not, and the other way round."""

    ahead: int
    behind: int


def staleness(written: Written | None, now: Written, distance: Distance | None) -> str:
    """Return in a few words how HEAD has moved since, nothing where it has not.

    `distance` is `None` where git cannot tell it.

    >>> one, two = (Written(commit=name, branch="main") for name in ("1", "2"))
    >>> staleness(one, two, Distance(ahead=3, behind=0))
    'HEAD moved 3 commits'
    """
    if written is None:
        return "not known what it was written for"
    if written.branch != now.branch:
        return f"other branch: written on {_shown(written)}, now on {_shown(now)}"
    if written.commit == now.commit:
        return ""
    if distance is None:
        return "commit unknown (rebased away or shallow)"
    if distance.behind:
        return f"history rewritten: HEAD is without {counted(distance.behind, 'commits')} of it"
    return f"HEAD moved {counted(distance.ahead, 'commits')}"


def _shown(head: Written) -> str:
    return line(head.branch, NAME) or f"detached at {head.commit[:7]}"
