"""Keep in a few lines what the gate found, for those who only want to know how things stand.

It holds while git lists the same for the context files and the configuration is the same; unlike a
verdict it says nothing of what changed since HEAD, so it outlives the commit that it was found for.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from ctxtally.adapters import loose
from ctxtally.adapters.digest import digest
from ctxtally.adapters.files import replace_file
from ctxtally.adapters.listings import listing
from ctxtally.adapters.version import fingerprint
from ctxtally.model.session import Limit, Problem, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ctxtally.adapters.git import Place
    from ctxtally.model.outcome import Outcome
    from ctxtally.model.survey import Survey

# Where events go: the path of the log, and how outputs name it.
Log = tuple[str, str]
# More than a session file ever shows.
_MOST = 20
_RANK = {"over": 0, "grown": 1, "under": 2, "warning": 3, "ok": 4}


def standing(place: Place) -> tuple[Standing, Log]:
    """Return how the context files of the index stand, from memory where nothing has changed.

    Beside it stands where events of this repository go.
    """
    known = _recall(place)
    if known is not None:
        return known
    from ctxtally.adapters.trees import Index
    from ctxtally.survey.look import look

    survey = look(place, Index())
    keep(place, survey)
    return _summed(survey), (survey.log.path, survey.log.shown)


def keep(place: Place, survey: Survey) -> None:
    """Remember what was found, where the same listing of the index always leads to it."""
    if survey.listed is None or survey.subject != "index":
        return
    kept = {
        "key": _key(place, survey.listed),
        "pathspecs": survey.pathspecs,
        "log": (survey.log.path, survey.log.shown),
        "standing": _summed(survey),
    }
    replace_file(_path(place), json.dumps(kept).encode("ascii"))


def _summed(survey: Survey) -> Standing:
    return Standing(
        counter=survey.counter,
        exact=survey.exact,
        files=len(survey.files),
        tokens=survey.tokens,
        errors=survey.errors,
        warnings=survey.warnings,
        limits=tuple(_limits(survey.outcomes))[:_MOST],
        problems=tuple(_problems(survey))[:_MOST],
    )


def _limits(outcomes: Iterable[Outcome]) -> Iterator[Limit]:
    """Yield the budgets that are broken, then those of tokens that are nearest to it."""
    limits = [
        Limit(
            subject=one.subject,
            budget=one.budget.name,
            actual=one.actual,
            max=_bound(one),
            unit=one.unit,
            state=one.state,
        )
        for one in outcomes
        if one.state != "ok" or (one.unit == "tokens" and one.max)
    ]
    yield from sorted(limits, key=lambda one: (_RANK[one.state], -one.actual / (one.max or 1)))


def _bound(outcome: Outcome) -> int:
    """Return the number that an outcome is judged by."""
    if outcome.state == "grown":
        return (outcome.before or 0) + (outcome.growth or 0)
    bounds = [outcome.max, outcome.warn, outcome.min]
    if outcome.state == "under":
        bounds.reverse()
    return next((bound for bound in bounds if bound is not None), 0)


def _problems(survey: Survey) -> Iterator[Problem]:
    """Yield what is wrong beside the broken budgets, whose findings tell of HEAD."""
    told = {outcome.budget.name for outcome in survey.outcomes if outcome.state != "ok"}
    for one in survey.findings:
        if one.level != "note" and one.budget not in told:
            place = f"{one.path}:{one.line}" if one.line else one.path
            yield Problem(level=one.level, rule=one.rule, path=place, message=one.message)


def _recall(place: Place) -> tuple[Standing, Log] | None:
    try:
        with open(_path(place), encoding="ascii") as file:
            kept = json.load(file)
        if kept["key"] != _key(place, listing(kept["pathspecs"])):
            return None
        path, shown = kept["log"]
        return _standing(kept["standing"]), (path, shown)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _standing(kept: list[Any]) -> Standing:
    *sums, limits, problems = kept
    return Standing(*sums)._replace(
        limits=tuple(Limit(*one) for one in limits),
        problems=tuple(Problem(*one) for one in problems),
    )


def _key(place: Place, listed: bytes) -> str:
    tracked = {record.partition(b"\t")[2] for record in listed.split(b"\0")}
    day = place.day.encode("ascii")  # waivers end
    return digest(fingerprint(), day, listed, *loose.parts(place.lying, tracked))


def _path(place: Place) -> str:
    return os.path.join(place.git_dir, "ctxtally", "standing")
