from __future__ import annotations

import pytest

from ctxtally.handoff.staleness import Distance, Written, staleness

MAIN = Written(commit="1" * 40, branch="main")
LATER = Written(commit="2" * 40, branch="main")
SIDE = Written(commit="1" * 40, branch="side")
NOWHERE = Written(commit="3" * 40, branch="")


@pytest.mark.parametrize(
    ("written", "now", "distance", "expected"),
    [
        (MAIN, MAIN, None, ""),
        (MAIN, LATER, Distance(ahead=1, behind=0), "HEAD moved 1 commit"),
        (MAIN, LATER, Distance(ahead=1_200, behind=0), "HEAD moved 1,200 commits"),
        (MAIN, LATER, None, "commit unknown (rebased away or shallow)"),
        (
            MAIN,
            LATER,
            Distance(ahead=4, behind=2),
            "history rewritten: HEAD is without 2 commits of it",
        ),
        (MAIN, SIDE, None, "other branch: written on main, now on side"),
        (SIDE, NOWHERE, None, "other branch: written on side, now on detached at 3333333"),
        (
            Written(commit="1", branch="\x1b[31m @y"),
            MAIN,
            None,
            "other branch: written on [31m (at)y, now on main",
        ),
        (None, MAIN, None, "not known what it was written for"),
    ],
)
def test_staleness(
    written: Written | None, now: Written, distance: Distance | None, expected: str
) -> None:
    assert staleness(written, now, distance) == expected
