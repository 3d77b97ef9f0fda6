"""What commits and what they left make up: who changed it, how it went on HEAD's own line."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from ctxtally.model.history import Ahead, Pace, Point, Step
from ctxtally.statistics.trends import trend_of_sums

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.model.history import Commit, Limit, State

    Walked = Sequence[tuple[Commit, State]]


def points(walked: Walked) -> Iterator[Point]:
    """Yield the commits that left it as none of their parents had it."""
    states = {commit.id: state for commit, state in walked}
    main = {commit.id for commit, _ in main_line(walked)}
    for commit, state in walked:
        before = [states[parent] for parent in commit.parents]
        known = {one.key for one in before} if before else {""}
        if state.key in known:
            continue
        yield Point(
            commit=commit.id,
            date=commit.date,
            seconds=commit.seconds,
            subject=commit.subject,
            tokens=state.tokens,
            change=_change(before[0] if before else None, state),
            path=state.path,
            reason=state.reason,
            main=commit.id in main,
        )


def main_line(walked: Walked) -> Walked:
    """Return the last commit and its ancestors over first parents alone, oldest first."""
    by_id = {commit.id: (commit, state) for commit, state in walked}
    at = walked[-1][0].id if walked else None
    line = []
    while at is not None:
        commit, _ = by_id[at]
        line.append(by_id[at])
        at = commit.parents[0] if commit.parents else None
    return line[::-1]


def steps(line: Walked) -> Iterator[Step]:
    """Yield the commits of a line after which there were other tokens than before, if any."""
    before = None
    for at, (commit, state) in enumerate(line):
        if state.key and state.tokens is not None and state.tokens != before:
            before = state.tokens
            yield Step(at=at, commit=commit.id, date=commit.date, tokens=before)


def pace(found: Sequence[Step], commits: int) -> Pace | None:
    """Return the trend of a line of so many commits, `None` where too few of them say anything.

    Only commits that changed something are looked at, and the last one, for a file that nobody
    touches would seem surer with every commit.
    """
    if not found:
        return None
    places = [float(one.at) for one in found]
    values = [float(one.tokens) for one in found]
    if found[-1].at < commits - 1:
        places.append(float(commits - 1))
        values.append(values[-1])
    told = trend_of_sums([*zip(places, values, strict=True)])
    return None if told is None else Pace(slope=told.slope, low=told.low, high=told.high)


def ahead(tokens: int | None, limit: Limit | None, found: Pace | None) -> Ahead | None:
    """Return in how many commits there are more than the limit, `None` where it does not rise."""
    if tokens is None or limit is None or found is None:
        return None
    most = limit.tokens
    if found.low <= 0 or tokens > most:
        return None
    room = most + 1 - tokens
    middle, soonest, latest = (ceil(room / one) for one in (found.slope, found.high, found.low))
    return Ahead(commits=middle, soonest=soonest, latest=latest)


def _change(before: State | None, after: State) -> int | None:
    amounts = [_amount(one) for one in (before, after)]
    return None if None in amounts else amounts[1] - amounts[0]  # type: ignore[operator] # no None


def _amount(state: State | None) -> int | None:
    """Return the tokens there were: none where nothing was, `None` where nobody can tell."""
    return 0 if state is None or not state.key else state.tokens
