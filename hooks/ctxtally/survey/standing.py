"""Keep in a few lines what the gate found, for those who only want to know how things stand.

It holds while git lists the same for the context files and the configuration is the same. What
changed since HEAD matters to it only where a budget limits growth or a catalog names what is gone:
else it outlives the commit that it was found for.
"""

from __future__ import annotations

import json
import os

from ctxtally.adapters import loose, verdict
from ctxtally.adapters.append import NAME
from ctxtally.adapters.digest import digest
from ctxtally.adapters.files import replace_file
from ctxtally.adapters.listings import listing
from ctxtally.adapters.version import fingerprint
from ctxtally.errors import GitError
from ctxtally.model.outcome import WORST_FIRST
from ctxtally.model.record import asdict
from ctxtally.model.session import Limit, Problem, Standing

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ctxtally.adapters.git import Place
    from ctxtally.model.outcome import Outcome
    from ctxtally.model.survey import Survey

# Where events go: the path of the log, and how outputs name it.
Log = tuple[str, str]
# More than a session file ever shows.
_MOST = 20


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


def own_log(place: Place) -> Log:
    """Return the log in the git directory."""
    return os.path.join(place.state_dir, NAME), NAME


def keep(place: Place, survey: Survey) -> None:
    """Remember what was found, where the same listing of the index always leads to it."""
    if survey.listed is None or survey.subject != "index":
        return
    based = depends_on_base(survey)
    try:
        key = _key(place, survey.listed, survey.pathspecs if based else ())
    except GitError:
        return  # before the first commit there is no HEAD to differ from
    kept = {
        "key": key,
        "pathspecs": survey.pathspecs,
        "based": based,
        "ledger": survey.log.wanted,
        "standing": asdict(_summed(survey)),
    }
    replace_file(_path(place), json.dumps(kept).encode("ascii"))


def depends_on_base(survey: Survey) -> bool:
    """Say whether HEAD decides what is found; messages that only tell of it are not meant."""
    from ctxtally.survey.remember import DEPENDS_ON_BASE

    if any(one.budget.is_relative or one.before is not None for one in survey.outcomes):
        return True
    return any(finding.rule == DEPENDS_ON_BASE for finding in survey.findings)


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
    yield from sorted(
        limits, key=lambda one: (WORST_FIRST.index(one.state), -one.actual / (one.max or 1))
    )


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
        asked = tuple(kept["pathspecs"])
        if kept["key"] != _key(place, listing(asked), asked if kept["based"] else ()):
            return None
        log = _located(place, kept["ledger"]) if kept["ledger"] else own_log(place)
        return _standing(kept["standing"]), log
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    except GitError:  # HEAD or the log cannot be asked about: the ordinary way tells why
        return None


def _located(place: Place, wanted: str) -> Log:
    """Ask anew where events go: by now a link may lead there, or git no longer ignore it."""
    from ctxtally.adapters import ledger

    log = ledger.locate(place, wanted)
    return log.path, log.shown


def _standing(kept: dict[str, Any]) -> Standing:
    limits = tuple(Limit(**one) for one in kept["limits"])
    problems = tuple(Problem(**one) for one in kept["problems"])
    return Standing(**{**kept, "limits": limits, "problems": problems})


def _key(place: Place, listed: bytes, based_on: tuple[str, ...]) -> str:
    """Return what the memory depends on; of `based_on` also how the index differs from HEAD."""
    tracked = {record.partition(b"\t")[2] for record in listed.split(b"\0")}
    parts = [fingerprint(), place.day.encode("ascii"), listed]  # a day, for waivers end
    parts += loose.parts(place.lying, tracked)
    if based_on:
        parts.append(verdict.since_head(based_on, place.git_dir))
    return digest(*parts)


def _path(place: Place) -> str:
    return os.path.join(place.git_dir, "ctxtally", "standing")
