"""The history of a file, or of what an agent loads, with its trend and the limit ahead."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters import git
from ctxtally.adapters.history import Past, moment
from ctxtally.adapters.trees import Revision
from ctxtally.budget.loads import judge_loads
from ctxtally.errors import GitError, UserError
from ctxtally.model.history import History, Limit
from ctxtally.survey import history_course as course
from ctxtally.survey import history_file, history_loads
from ctxtally.survey.explained import agent_named, directory_named
from ctxtally.survey.ground import ground
from ctxtally.survey.loads import load_sets
from ctxtally.survey.look import look
from ctxtally.survey.measure import Meter
from ctxtally.text.figures import counted
from ctxtally.text.nearest import nearest
from ctxtally.text.paths import Refused, normalised
from ctxtally.text.paths import place as resolved
from ctxtally.text.shown import shown
from ctxtally.tokens.cache import CountCache
from ctxtally.tokens.counters import DEFAULT, counter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.history import Commit, Point, State
    from ctxtally.model.outcome import Outcome
    from ctxtally.survey.ground import Ground

    Walked = list[tuple[Commit, State]]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Budgets of these scopes are about one file.
_OF_FILES = ("file", "module")


def history(
    place: Place, path: str | None, agent: str | None, since: str | None, now: float
) -> History:
    """Return what became of a file, else of what an agent loads in the directory `path`."""
    if git.commit_id("HEAD") is None:
        raise GitError("there is no commit here yet", help="commit something first")
    begin = None if since is None else _begin(since, now)
    tree = Revision("HEAD")
    basis = ground(place, tree)
    cache = CountCache(os.path.join(place.state_dir, "counts"))
    meter = Meter(tree, counter(basis.settings.config.counter or DEFAULT), cache)
    if path is not None and agent is None:
        told = _of_file(place, path, basis, meter, tree)
    else:
        told = _of_agent(agent, path, basis, meter, tree)
    walked, limit = told.walked, _limit(told.outcomes)
    line = [one for one in course.main_line(walked) if begin is None or one[0].seconds >= begin]
    points = [one for one in course.points(walked) if begin is None or one.seconds >= begin]
    steps = tuple(course.steps(line))
    pace = course.pace(steps, len(line))
    last = walked[-1][1].tokens if walked else None
    warnings = [one for one in (meter.counter.warning, cache.warning) if one]
    return History(
        subject=tree.subject,
        what=told.what,
        agent=told.agent,
        counter=meter.counter.label,
        method=meter.counter.method,
        points=tuple(points),
        steps=steps,
        commits=len(line),
        since=since or "",
        tokens=last,
        reason=walked[-1][1].reason if walked else "",
        pace=pace,
        limit=limit,
        ahead=course.ahead(last, limit, pace),
        remarks=(*told.remarks, *_remarks(points), *warnings),
    )


class _Told(NamedTuple):
    """What a history is about, its states from commit to commit, and the budgets it has now."""

    what: str
    agent: str
    walked: Walked
    outcomes: Sequence[Outcome]
    remarks: Sequence[str]


def _of_file(place: Place, path: str, basis: Ground, meter: Meter, tree: Revision) -> _Told:
    name, told = _named(path, basis)
    walked, more = _file(Past(tree.commit), meter, tree, name)
    outcomes = look(place, tree).outcomes
    return _Told(
        what=name,
        agent="",
        walked=walked,
        outcomes=[one for one in outcomes if one.budget.scope in _OF_FILES and one.path == name],
        remarks=[*told, *more],
    )


def _of_agent(
    agent: str | None, path: str | None, basis: Ground, meter: Meter, tree: Revision
) -> _Told:
    name, told = _agent(agent, basis, meter)
    folder = "." if path is None else directory_named(path, basis.tracked)
    walked = list(history_loads.states(Past(tree.commit), basis, meter, name, folder))
    loads = load_sets(basis, meter, [name], [folder]).agents
    always = [one for one in basis.settings.budgets if one.scope == "always"]
    outcomes = list(judge_loads(always, loads, exact=meter.counter.method == "exact"))
    return _Told(what=folder, agent=name, walked=walked, outcomes=outcomes, remarks=told)


def _begin(text: str, now: float) -> int:
    """Return when a history is to begin, in seconds since 1970."""
    # Git takes a day to mean that day at the time of day that it is now.
    found = moment(f"{text}T00:00:00Z" if _DAY.fullmatch(text) else text)
    if found > now - 2:
        raise UserError(
            f"--since {shown(text)} is no time in the past",
            help="write it as git takes it: 2026-01-31, `3 weeks ago`, yesterday",
        )
    return found


def _named(path: str, basis: Ground) -> tuple[str, list[str]]:
    """Return the path of a file as git has it: what a link leads to, for it has no text itself."""
    name = normalised(path)
    if isinstance(name, Refused) or name == ".":
        raise UserError(
            f"{shown(path)} is no file of the repository",
            help="write it as seen from the top: `docs/build.md`, or ask for an `--agent`",
        )
    basis.tracked.gather([name])
    found = resolved(name, basis.tracked.listing())
    if found.reason or found.path == name:
        return name, []
    return found.path, [f"{shown(name)} is a link: this is the history of what it leads to"]


def _file(past: Past, meter: Meter, tree: Revision, path: str) -> tuple[Walked, list[str]]:
    followed = history_file.follow(past, path)
    if not any(lying for _, lying in followed.found.values()):
        raise _unknown(tree, path)
    states = history_file.states(followed, meter)
    told = [f"called {shown(before)} until {commit[:10]}" for commit, before in followed.renames]
    return [(one, states[one.id]) for one in followed.commits], told


def _unknown(tree: Revision, path: str) -> UserError:
    names = list(tree.listed(["*"]))
    if any(name.startswith(f"{path}/") for name in names):
        return UserError(
            f"{shown(path)} is a directory",
            help="name a file in it, or add `--agent A` for what an agent loads there",
        )
    meant = nearest(path, names)
    return UserError(
        f"no commit that HEAD is made of has a file {shown(path)}",
        help=f"did you mean `{meant}`?" if meant else "write it as seen from the top",
    )


def _agent(agent: str | None, basis: Ground, meter: Meter) -> tuple[str, list[str]]:
    """Return the agent that is asked for, else the one that always loads most at the top."""
    if agent is not None:
        return agent_named(agent, basis), []
    used = basis.settings.agents
    if not used:
        raise UserError(
            "no agent is used here",
            help="name a file, or an agent: `ctxtally history --agent claude-code`",
        )
    found = load_sets(basis, meter, used, ["."]).agents
    most = max(found, key=lambda one: (one.loads.always.tokens, one.loads.agent)).loads.agent
    others = [f"`--agent {one}`" for one in used if one != most]
    return most, [f"of other agents: {', '.join(others)}"] if others else []


def _limit(outcomes: Iterable[Outcome]) -> Limit | None:
    """Return the lowest limit in tokens, among those of the counter that counted here."""
    found = [
        Limit(name=one.budget.name, tokens=one.max)
        for one in outcomes
        if one.max is not None and one.unit == "tokens" and one.budget.counter is None
    ]
    return min(found, key=lambda one: (one.tokens, one.name), default=None)


def _remarks(points: list[Point]) -> Iterator[str]:
    reasons = [one.reason for one in points if one.reason not in ("", "deleted")]
    for reason in dict.fromkeys(reasons):
        many = counted(reasons.count(reason), "commits")
        yield f"not wholly counted at {many}: {reason}"
    if git.is_shallow():
        yield "the clone is shallow: what was before its oldest commit is not here"
